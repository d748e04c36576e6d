import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { PROGRAMME_CONTRACTS, type ProgrammeContract } from "../../src/chain/contracts.ts";
import { PAUSABLE } from "../../src/chain/write/roles.ts";
import type { Programme } from "../support/contracts.ts";
import { expectSkips } from "../support/contracts-intents.ts";
import { attempt, OPEN, RESTRICTED, titleOf, writingOf } from "./callable.ts";
import { settle } from "./creditable.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, now, programme } from "./fixture.ts";
import { pauseAll } from "./guarded.ts";
import { INTENT_CASES } from "./intent-cases.ts";
import { announce, movable } from "./movable.ts";
import {
  BALANCE,
  ELIGIBLE_AT,
  earnMore,
  FULFILMENT_S,
  OBJECTION_S,
  type Orderable,
  orderable,
  PRICE,
  place,
} from "./orderable.ts";
import { type Estate, NOW, signable } from "./signable.ts";
import { SIGNER_KINDS } from "./signers.ts";

const PAUSED_AT = GENESIS;
const PAUSE_S = 7 * DAY_S;
const AGAIN_AFTER_S = 28 * DAY_S;

type Functions = Readonly<Partial<Record<ProgrammeContract, readonly string[]>>>;

/** The roles' duties that a pause stops. */
const STOPPED: Functions = {
  rules: ["scheduleRules", "publishNotice"],
  vehicleRegistry: ["registerVehicles", "rotateDeviceKey", "requestRelease", "executeRelease"],
  dropAnchor: ["anchorDrops", "anchorDropsAsStandby", "supersede"],
  stoneLedger: ["settleDay", "settleDayAsStandby"],
  redemptionDesk: ["fulfilOrder"],
  catalogue: ["listItem", "changeItem", "announceItemChange"],
  accountMoves: ["announceRecovery"],
  milestones: ["defineMilestone", "attestMilestone"],
  mineBox: ["openSeason"],
  taskBook: ["defineTask", "endTask"],
  exclusions: ["excludeAccount"],
  polls: ["openPoll", "publishResult"],
  benefitRounds: ["openRound"],
};

/** What roles do all the same: they take back, give back, decide and warn. What is open to everybody is in OPEN. */
const GOES_ON: Functions = {
  rules: ["setReceiptKey", "pause", "resume"],
  vehicleRegistry: ["decideRelease", "revokeDeviceKey", "pause", "resume"],
  dropAnchor: ["pause", "resume"],
  stoneLedger: [
    "announceMiningEnd",
    "announceSuccessor",
    "vetoDay",
    "vetoDayByOverseer",
    "withdrawDay",
    "pause",
    "resume",
  ],
  redemptionDesk: ["cancelOrder", "decideOrder", "pause", "resume"],
  catalogue: ["withdrawItemChange", "pause", "resume"],
  accountMoves: ["withdrawRecovery", "pause", "resume"],
  milestones: ["revokeAttestation", "pause", "resume"],
  // Attesting adults is stopped, taking that back is not: box-crystals.ts tells the two apart.
  mineBox: ["vetoSeason", "attestAdults", "pause", "resume"],
  taskBook: ["setTaskKey", "pause", "resume"],
  exclusions: ["liftExclusion", "decideAppeal", "pause", "resume"],
  polls: ["vetoResult", "pause", "resume"],
  benefitRounds: ["cancelRound", "pause", "resume"],
};

/** A programme that is paused as a whole since PAUSED_AT. */
async function paused(): Promise<Programme> {
  const p = await programme();
  await pauseAll(p, PAUSED_AT);
  return p;
}

/** Asserts with what each function that a pause stops is refused, called by its role: with its end, or with something else. */
async function expectStopped(p: Programme, contract: ProgrammeContract, until: number | undefined): Promise<void> {
  for (const entry of RESTRICTED.filter((one) => one.contract === contract && isStopped(contract, one.name))) {
    const error = await attempt(p, entry, p.roles[entry.role]);
    const seen = error?.name === "PausedUntil" ? Number(error.args[0]) : undefined;
    expect(seen, entry.name).to.equal(until);
  }
}

function isStopped(contract: ProgrammeContract, name: string): boolean {
  return STOPPED[contract]?.includes(name) ?? false;
}

for (const contract of PAUSABLE) {
  describe(`${titleOf(contract)}: pause`, () => {
    function pause(p: Programme) {
      return p[contract].connect(p.roles.guardian).pause();
    }

    it("when paused, it tells the end, 7 days ahead", async () => {
      const p = await programme();
      await at(PAUSED_AT);
      await expect(pause(p))
        .to.emit(p[contract], "Paused")
        .withArgs(PAUSED_AT + PAUSE_S);
      expect(await p[contract].pausedUntil()).to.equal(PAUSED_AT + PAUSE_S);
    });

    it("given its last second, what it stops is refused", async () => {
      const p = await paused();
      await moveTo(PAUSED_AT + PAUSE_S - 1);
      await expectStopped(p, contract, PAUSED_AT + PAUSE_S);
    });

    it("given its last second, everything else goes on", async () => {
      const p = await paused();
      await moveTo(PAUSED_AT + PAUSE_S - 1);
      const roles = RESTRICTED.filter((one) => one.contract === contract && !isStopped(contract, one.name));
      for (const entry of roles) {
        expect((await attempt(p, entry, p.roles[entry.role]))?.name, entry.name).to.not.equal("PausedUntil");
      }
      for (const name of OPEN[contract]) {
        const error = await attempt(p, { contract, name }, p.owners[0] as HardhatEthersSigner);
        expect(error?.name, name).to.not.equal("PausedUntil");
      }
    });

    it("given the first second after it, nothing is stopped", async () => {
      const p = await paused();
      await moveTo(PAUSED_AT + PAUSE_S);
      await expectStopped(p, contract, undefined);
    });

    it("given a pause of the other contracts, nothing is stopped in this one", async () => {
      const p = await programme();
      for (const other of PAUSABLE.filter((name) => name !== contract)) {
        await p[other].connect(p.roles.guardian).pause();
      }
      await expectStopped(p, contract, undefined);
    });

    it("given a second less than 28 days since the last, it is refused", async () => {
      const p = await paused();
      await at(PAUSED_AT + AGAIN_AFTER_S - 1);
      await expect(pause(p))
        .to.be.revertedWithCustomError(p[contract], "NotPausableBefore")
        .withArgs(PAUSED_AT + AGAIN_AFTER_S);
    });

    it("given 28 days since the last, it is paused again", async () => {
      const p = await paused();
      await at(PAUSED_AT + AGAIN_AFTER_S);
      await pause(p);
      await expectStopped(p, contract, PAUSED_AT + AGAIN_AFTER_S + PAUSE_S);
    });

    it("given that the last was ended early, the 28 days count from its beginning all the same", async () => {
      const p = await paused();
      await at(PAUSED_AT + 10);
      await p[contract].connect(p.roles.guardian).resume();
      await expect(pause(p))
        .to.be.revertedWithCustomError(p[contract], "NotPausableBefore")
        .withArgs(PAUSED_AT + AGAIN_AFTER_S);
    });
  });

  describe(`${titleOf(contract)}: resume`, () => {
    function resume(p: Programme) {
      return p[contract].connect(p.roles.guardian).resume();
    }

    it("given a pause, it ends in that second", async () => {
      const p = await paused();
      await at(PAUSED_AT + 10);
      await expect(resume(p)).to.emit(p[contract], "Resumed").withArgs();
      expect(await p[contract].pausedUntil()).to.equal(PAUSED_AT + 10);
      await expectStopped(p, contract, undefined);
    });

    it("given no pause ever, it is refused", async () => {
      const p = await programme();
      await expect(resume(p)).to.be.revertedWithCustomError(p[contract], "NotPaused").withArgs();
    });

    it("given the first second after the pause, it is refused", async () => {
      const p = await paused();
      await at(PAUSED_AT + PAUSE_S);
      await expect(resume(p)).to.be.revertedWithCustomError(p[contract], "NotPaused").withArgs();
    });

    it("given that it was ended before, it is refused", async () => {
      const p = await paused();
      await resume(p);
      await expect(resume(p)).to.be.revertedWithCustomError(p[contract], "NotPaused").withArgs();
    });
  });
}

describe("Pauses: what they stop", () => {
  it("when every function that writes is listed, it is once: a pause stops it, or it goes on", async () => {
    const p = await programme();
    for (const contract of PROGRAMME_CONTRACTS) {
      const listed = [...(STOPPED[contract] ?? []), ...(GOES_ON[contract] ?? []), ...OPEN[contract]];
      expect(listed, contract).to.include.members(writingOf(p, contract));
      expect(new Set(listed).size, contract).to.equal(listed.length);
    }
  });

  it("given a function that a pause stops, only roles call it", () => {
    for (const contract of PROGRAMME_CONTRACTS) {
      const stopped = STOPPED[contract] ?? [];
      expect(OPEN[contract].filter((name) => stopped.includes(name))).to.deep.equal([]);
    }
  });
});

const [BY_KEY] = SIGNER_KINDS;

describe("Pauses: owners' intents while everything is paused", () => {
  for (const intent of INTENT_CASES) {
    it(`given the intent ${intent.title}, it is carried out`, async () => {
      const { p, estates } = await signable();
      const given = { p, estate: estates.get(BY_KEY as (typeof SIGNER_KINDS)[number]) as Estate };
      await pauseAll(p, NOW - 1);
      const message = intent.message(given);
      const signature = await intent.signer(given.estate).sign(intent.type, message, { contracts: p });
      await at(NOW);
      const transaction = intent.submit(given, message, signature);
      await expectSkips(transaction, p[intent.contract], []);
      await expect(transaction).to.emit(p[intent.contract], intent.event);
    });
  }
});

/** An order that the owner has placed, and a pause of everything since. */
async function orderedAndPaused(): Promise<{ o: Orderable; order: string }> {
  const o = await orderable();
  const order = await place(o);
  await pauseAll(o.p, ELIGIBLE_AT + 1);
  return { o, order };
}

describe("Pauses: credits and refunds while everything is paused", () => {
  it("given a settled day, it is credited", async () => {
    const o = await orderable();
    const { leaf, proof } = await earnMore(o, 200_000_000n);
    await pauseAll(o.p, (await now()) + 1);
    await expect(o.p.stoneLedger.credit(1, leaf, proof)).to.emit(o.p.stoneLedger, "DayCredited");
    expect(await o.p.stoneLedger.balanceOf(o.owner.address)).to.equal(200_000_000n);
  });

  it("given a day in its challenge window, it is vetoed", async () => {
    const o = await orderable();
    await settle(o.p, 1, { stones: { [o.owner.address]: BALANCE } });
    await pauseAll(o.p, (await now()) + 1);
    await o.p.stoneLedger.connect(o.p.roles.guardian).vetoDay(1);
    expect(await o.p.stoneLedger.settledDays()).to.equal(1n);
  });

  it("given an order, the operator cancels it and the stones are free", async () => {
    const { o, order } = await orderedAndPaused();
    await o.p.redemptionDesk.connect(o.p.roles.operator).cancelOrder(order);
    expect((await o.p.stoneLedger.stonesOf(o.owner.address)).reserved).to.equal(0n);
  });

  it("given an order whose time is over, anybody refunds it", async () => {
    const o = await orderable();
    const order = await place(o);
    const deadline = ELIGIBLE_AT + FULFILMENT_S;
    await pauseAll(o.p, deadline);
    await at(deadline + 1);
    await expect(o.p.redemptionDesk.refundOrder(order)).to.emit(o.p.redemptionDesk, "OrderRefunded").withArgs(order);
  });

  it("given a fulfilled order that nobody objected to, anybody completes it", async () => {
    const o = await orderable();
    const order = await place(o);
    await at(ELIGIBLE_AT + 1);
    await o.p.redemptionDesk.connect(o.p.roles.operator).fulfilOrder(order, ethers.id("evidence"));
    await pauseAll(o.p, ELIGIBLE_AT + 1 + OBJECTION_S);
    await at(ELIGIBLE_AT + 1 + OBJECTION_S + 1);
    await o.p.redemptionDesk.completeOrder(order);
    expect((await o.p.stoneLedger.stonesOf(o.owner.address)).out).to.equal(PRICE);
  });

  it("given a recovery whose 30 days are over, anybody carries it out, and the vehicle follows", async () => {
    const o = await orderable();
    const to = o.p.owners[2] as HardhatEthersSigner;
    const executableAt = await announce(o.p, o.owner, to);
    await pauseAll(o.p, executableAt - 1);
    await at(executableAt);
    await o.p.accountMoves.executeRecovery(o.owner.address);
    await o.p.vehicleRegistry.followMove(o.vehicle);
    expect((await o.p.vehicleRegistry.pairingOf(o.vehicle)).account).to.equal(to.address);
  });

  it("given an announced recovery, its owner cancels it", async () => {
    const { p, accounts } = await movable();
    await announce(p, accounts[0], accounts[1]);
    await pauseAll(p, (await now()) + 1);
    await expect(p.accountMoves.connect(accounts[0]).cancelRecovery()).to.emit(p.accountMoves, "RecoveryCancelled");
  });
});
