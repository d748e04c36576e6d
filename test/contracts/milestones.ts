import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, now, programmeWithoutNotice } from "./fixture.ts";
import { announce, type Movable, moveAccount } from "./movable.ts";

const NOW = GENESIS;
const WINDOW_S = 86_400;
const TEXT = ethers.id("5,000 km in a year");

/** Two accounts, and milestone 1. */
async function defined(): Promise<{ p: Programme; a: HardhatEthersSigner; b: HardhatEthersSigner }> {
  const p = await programmeWithoutNotice();
  const [a, b] = p.owners as unknown as Movable["accounts"];
  await p.milestones.connect(p.roles.rules).defineMilestone(TEXT);
  return { p, a, b };
}

function attest(p: Programme, accounts: readonly string[], milestone = 1) {
  return p.milestones.connect(p.roles.attester).attestMilestone(milestone, [...accounts]);
}

/** The first of them is attested the milestone at NOW. */
async function attested() {
  const given = await defined();
  await at(NOW);
  await attest(given.p, [given.a.address]);
  return given;
}

/** The milestone counts for the first of them. */
async function reached() {
  const given = await attested();
  await moveTo(NOW + WINDOW_S);
  return given;
}

describe("Milestones: defineMilestone", () => {
  it("when defined, milestones are numbered from 1", async () => {
    const { p } = await defined();
    const another = ethers.id("100 days of driving");
    expect(await p.milestones.milestoneCount()).to.equal(1n);
    const asRules = p.milestones.connect(p.roles.rules);
    expect(await asRules.defineMilestone.staticCall(another)).to.equal(2n);
    await expect(asRules.defineMilestone(another)).to.emit(p.milestones, "MilestoneDefined").withArgs(2, another);
    expect(await p.milestones.milestoneCount()).to.equal(2n);
  });
});

describe("Milestones: attestMilestone", () => {
  it("when attested, it counts for each account once the challenge window is over", async () => {
    const { p, a, b } = await defined();
    await at(NOW);
    const transaction = attest(p, [a.address, b.address]);
    for (const { address } of [a, b]) {
      await expect(transaction)
        .to.emit(p.milestones, "MilestoneAttested")
        .withArgs(1, address, NOW + WINDOW_S);
      expect(await p.milestones.countsFrom(1, address)).to.equal(NOW + WINDOW_S);
    }
  });

  it("given the window's last second, it does not count yet", async () => {
    const { p, a } = await attested();
    await moveTo(NOW + WINDOW_S - 1);
    expect(await p.milestones.isReached(1, a.address)).to.equal(false);
  });

  it("given the first second after the window, it counts for that account and milestone only", async () => {
    const { p, a, b } = await reached();
    const asked = [
      [1, a],
      [1, b],
      [2, a],
    ] as const;
    const answers = asked.map(([milestone, { address }]) => p.milestones.isReached(milestone, address));
    expect(await Promise.all(answers)).to.deep.equal([true, false, false]);
  });

  it("given a window scheduled for the day of attesting, that one holds", async () => {
    const { p, a, b } = await defined();
    await p.rules.connect(p.roles.rules).scheduleRules(3, { ...p.rulesInForce, challengeWindowS: 50 });
    for (const [{ address }, time, windowS] of [
      [a, GENESIS + 3 * DAY_S - 1, WINDOW_S],
      [b, GENESIS + 3 * DAY_S, 50],
    ] as const) {
      await at(time);
      await attest(p, [address]);
      expect(await p.milestones.countsFrom(1, address)).to.equal(time + windowS);
    }
  });

  for (const milestone of [0, 2]) {
    it(`given milestone ${milestone}, it is refused: none is defined by that number`, async () => {
      const { p, a } = await defined();
      await expect(attest(p, [a.address], milestone))
        .to.be.revertedWithCustomError(p.milestones, "Milestones_Unknown")
        .withArgs(milestone);
    });
  }

  it("given one account that has it, all are refused", async () => {
    const { p, a, b } = await attested();
    await expect(attest(p, [b.address, a.address]))
      .to.be.revertedWithCustomError(p.milestones, "Milestones_AlreadyAttested")
      .withArgs(1, a.address);
    expect(await p.milestones.countsFrom(1, b.address)).to.equal(0n);
  });

  it("given the same account twice in one call, it is refused", async () => {
    const { p, b } = await attested();
    await expect(attest(p, [b.address, b.address]))
      .to.be.revertedWithCustomError(p.milestones, "Milestones_AlreadyAttested")
      .withArgs(1, b.address);
  });
});

describe("Milestones: revokeAttestation", () => {
  it("given the window's last second, it is taken back and can be attested anew", async () => {
    const { p, a } = await attested();
    await at(NOW + WINDOW_S - 1);
    await expect(p.milestones.connect(p.roles.guardian).revokeAttestation(1, a.address))
      .to.emit(p.milestones, "AttestationRevoked")
      .withArgs(1, a.address);
    expect(await p.milestones.countsFrom(1, a.address)).to.equal(0n);
    await at(NOW + WINDOW_S);
    await attest(p, [a.address]);
    expect(await p.milestones.countsFrom(1, a.address)).to.equal(NOW + 2 * WINDOW_S);
  });

  it("given the first second in which it counts, it is refused", async () => {
    const { p, a } = await attested();
    await at(NOW + WINDOW_S);
    await expect(p.milestones.connect(p.roles.guardian).revokeAttestation(1, a.address))
      .to.be.revertedWithCustomError(p.milestones, "Milestones_NotRevocable")
      .withArgs(1, a.address);
  });

  it("given an account without it, it is refused", async () => {
    const { p, b } = await attested();
    await expect(p.milestones.connect(p.roles.guardian).revokeAttestation(1, b.address))
      .to.be.revertedWithCustomError(p.milestones, "Milestones_NotRevocable")
      .withArgs(1, b.address);
  });
});

describe("Milestones: followMove", () => {
  async function expectNothing(p: Programme, account: string): Promise<void> {
    await expect(p.milestones.followMove(1, account))
      .to.be.revertedWithCustomError(p.milestones, "Milestones_NothingToFollow")
      .withArgs(1, account);
  }

  it("given an account that moved, the one that stands for it has the milestone since the same second", async () => {
    const { p, a, b } = await reached();
    await moveAccount(p, a, b);
    await expect(p.milestones.connect(p.roles.operator).followMove(1, a.address))
      .to.emit(p.milestones, "MilestoneAttested")
      .withArgs(1, b.address, NOW + WINDOW_S);
    expect(await p.milestones.isReached(1, b.address)).to.equal(true);
  });

  it("given an account that has not moved, it is refused", async () => {
    const { p, a } = await reached();
    await expectNothing(p, a.address);
  });

  it("given a moved account without the milestone, it is refused", async () => {
    const { p, a, b } = await reached();
    await moveAccount(p, b, p.owners[2] as HardhatEthersSigner);
    await expectNothing(p, b.address);
    expect(await p.milestones.isReached(1, a.address)).to.equal(true);
  });

  it("given a milestone that does not count yet, it is refused: the guardian may still take it back", async () => {
    const { p, a, b } = await attested();
    await moveAccount(p, a, b);
    await expectNothing(p, a.address);
  });

  it("given that it followed before, it is refused", async () => {
    const { p, a, b } = await reached();
    await moveAccount(p, a, b);
    await p.milestones.followMove(1, a.address);
    await expectNothing(p, a.address);
  });

  it("given an account merged into one that has it, it is refused and that one's time stays", async () => {
    const { p, a, b } = await reached();
    await attest(p, [b.address]);
    const since = await p.milestones.countsFrom(1, b.address);
    await at(await announce(p, a, b));
    await p.accountMoves.executeRecovery(a.address);
    await expectNothing(p, a.address);
    expect(await p.milestones.countsFrom(1, b.address)).to.equal(since);
    expect(Number(since)).to.be.above((await now()) - 31 * DAY_S);
  });
});
