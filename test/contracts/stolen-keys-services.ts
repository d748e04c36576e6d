import { expect } from "chai";
import { describe, it } from "mocha";
import { type Hex, hashVoteLeaf, MerkleTree } from "../../src/protocol/index.ts";
import { grantOf } from "../support/contracts-consents.ts";
import { settle } from "./creditable.ts";
import { expectExcluded } from "./excludable.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, seeded } from "./fixture.ts";
import { claim, termsOf } from "./fundable.ts";
import { creditFirst, EARNED, type Guarded, guarded, PAIRED_AT, replaceKey, WINDOW_S } from "./guarded.ts";
import { DAY_2, funded, openFor, POLL } from "./guarded-services.ts";
import { BALANCE, ELIGIBLE_AT, earnMore, orderable, PRICE, place } from "./orderable.ts";

const TODAY = 2;

/** Somebody with the excluder's key excludes the owner for as long as can be. */
async function excludeOwner({ p, owner }: Pick<Guarded, "p" | "owner">, time = DAY_2, evidence = "nothing") {
  await at(time);
  const fromDay = Number(await p.rules.dayOf(time)) + 1;
  await p.exclusions.connect(p.roles.excluder).excludeAccount(owner.address, 5, seeded(evidence), fromDay + 90);
  return fromDay;
}

function appealOf({ owner }: Guarded) {
  return { account: owner.address, exclusion: 1, statementHash: seeded("for no reason"), deadline: 0 };
}

describe("Stolen keys: excluder", () => {
  it("given an owner excluded without reason, the arbiter lifts it and the drops of that day have counted", async () => {
    const g = await guarded();
    await excludeOwner(g);
    await at(DAY_2 + 10);
    await g.p.exclusions.connect(g.owner).appealExclusion(appealOf(g));
    await at(DAY_2 + 20);
    await g.p.exclusions.connect(g.p.roles.arbiter).decideAppeal(g.owner.address, 1, false);
    await expectExcluded(g.p, g.owner, TODAY + 1, TODAY + 1);
  });

  it("given an owner excluded without reason and a silent arbiter, the appeal ends it after objectionS", async () => {
    const g = await guarded();
    await excludeOwner(g);
    await at(DAY_2 + 10);
    await g.p.exclusions.connect(g.owner).appealExclusion(appealOf(g));
    await moveTo(DAY_2 + 11 + g.p.rulesInForce.objectionS);
    await expectExcluded(g.p, g.owner, TODAY + 1, TODAY + 1 + g.p.rulesInForce.objectionS / DAY_S);
  });

  it("given an owner who does not appeal, it ends after 90 days and there are 30 days of rest", async () => {
    const g = await guarded();
    const fromDay = await excludeOwner(g);
    await expect(excludeOwner(g, GENESIS + (fromDay + 119) * DAY_S - 1, "again"))
      .to.be.revertedWithCustomError(g.p.exclusions, "Exclusions_TooSoon")
      .withArgs(g.owner.address, fromDay + 120);
    await excludeOwner(g, GENESIS + (fromDay + 119) * DAY_S, "again");
    await expectExcluded(g.p, g.owner, fromDay + 120, fromDay + 210);
  });

  it("given an owner excluded, what was earned is credited and spent as ever", async () => {
    const o = await orderable();
    const { redemptionDesk, stoneLedger, exclusions, rules, roles } = o.p;
    await excludeOwner(o);
    const { leaf, proof } = await earnMore(o, 2n * BALANCE);
    await stoneLedger.connect(o.owner).credit(1, leaf, proof);
    const order = await place(o);
    await redemptionDesk.connect(roles.operator).fulfilOrder(order, seeded("evidence"));
    await redemptionDesk.connect(o.owner).acceptOrder(order);
    expect(await exclusions.isExcluded(o.owner.address, await rules.dayOf(ELIGIBLE_AT))).to.equal(true);
    const { mined, out } = await stoneLedger.stonesOf(o.owner.address);
    expect([mined, out]).to.deep.equal([2n * BALANCE, PRICE]);
    expect(await stoneLedger.availableOf(o.owner.address)).to.equal(2n * BALANCE - PRICE);
  });

  it("given that the guardian pauses, nobody more is excluded and the owner appeals all the same", async () => {
    const g = await guarded();
    await excludeOwner(g);
    await g.p.exclusions.connect(g.p.roles.guardian).pause();
    await expect(
      g.p.exclusions.connect(g.p.roles.excluder).excludeAccount(g.stranger.address, 5, seeded("more"), TODAY + 5),
    )
      .to.be.revertedWithCustomError(g.p.exclusions, "PausedUntil")
      .withArgs(await g.p.exclusions.pausedUntil());
    await expect(g.p.exclusions.connect(g.owner).appealExclusion(appealOf(g))).to.emit(
      g.p.exclusions,
      "ExclusionAppealed",
    );
  });

  it("given its replacement, the new key lifts what the thief made", async () => {
    const g = await guarded();
    await excludeOwner(g);
    await replaceKey(g.p, "excluder", { to: g.stranger.address, from: DAY_2 + 10 });
    await g.p.exclusions.connect(g.stranger).liftExclusion(g.owner.address, 1);
    await expectExcluded(g.p, g.owner, TODAY + 1, TODAY + 2);
  });
});

describe("Stolen keys: arbiter, over appeals", () => {
  function decide({ p, owner }: Guarded, upheld: boolean) {
    return p.exclusions.connect(p.roles.arbiter).decideAppeal(owner.address, 1, upheld);
  }

  it("given an appeal upheld wrongly, the exclusion lasts its 90 days and no longer", async () => {
    const g = await guarded();
    const fromDay = await excludeOwner(g);
    await at(DAY_2 + 10);
    await g.p.exclusions.connect(g.owner).appealExclusion(appealOf(g));
    await decide(g, true);
    await expect(g.p.exclusions.connect(g.owner).appealExclusion(appealOf(g)))
      .to.be.revertedWithCustomError(g.p.exclusions, "Exclusions_AlreadyAppealed")
      .withArgs(g.owner.address, 1);
    await expectExcluded(g.p, g.owner, fromDay, fromDay + 90);
  });

  it("given an appeal upheld wrongly, the excluder lifts the exclusion all the same", async () => {
    const g = await guarded();
    await excludeOwner(g);
    await at(DAY_2 + 10);
    await g.p.exclusions.connect(g.owner).appealExclusion(appealOf(g));
    await decide(g, true);
    await g.p.exclusions.connect(g.p.roles.excluder).liftExclusion(g.owner.address, 1);
    await expectExcluded(g.p, g.owner, TODAY + 1, TODAY + 1);
  });

  it("given an exclusion that nobody appealed against, it decides nothing", async () => {
    const g = await guarded();
    await excludeOwner(g);
    await expect(decide(g, true))
      .to.be.revertedWithCustomError(g.p.exclusions, "Exclusions_NotDecidable")
      .withArgs(g.owner.address, 1);
  });
});

describe("Stolen keys: treasurer", () => {
  it("given a round of false weights, the guardian cancels it in its window and nobody is paid", async () => {
    const { f, g } = await funded();
    const tree = await openFor({ f, to: g.thief.address, round: 1, time: DAY_2 + DAY_S });
    await at(DAY_2 + 2 * DAY_S - 1);
    await f.p.benefitRounds.connect(f.p.roles.guardian).cancelRound(1);
    await at(DAY_2 + 2 * DAY_S);
    await expect(claim(f, 0, tree))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_NotClaimable")
      .withArgs(1);
    expect(await f.token.balanceOf(g.thief.address)).to.equal(0n);
  });

  it("given a round of false weights that nobody saw in its window, it pays its own amount and nothing of another round", async () => {
    const { f, g } = await funded();
    const honest = await openFor({ f, to: g.owner.address, round: 1, time: DAY_2 + DAY_S });
    const own = await openFor({ f, to: g.thief.address, round: 2, time: DAY_2 + DAY_S + 10 });
    await moveTo(DAY_2 + 2 * DAY_S + 10);
    await claim(f, 0, own, { round: 2 });
    await claim(f, 0, honest);
    const paid = [g.owner, g.thief].map(({ address }) => f.token.balanceOf(address));
    expect(await Promise.all(paid)).to.deep.equal([1_000n, 1_000n]);
  });

  it("given weights beyond the stones there are, it is refused", async () => {
    const { f } = await funded();
    const totalWeight = EARNED + 1n;
    await at(DAY_2 + DAY_S);
    const deadline = DAY_2 + DAY_S + WINDOW_S + 60 * DAY_S;
    await expect(f.p.benefitRounds.connect(f.treasurer).openRound(termsOf(f, { totalWeight, deadline })))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_InvalidTerms")
      .withArgs(ethers.encodeBytes32String("totalWeight"), totalWeight);
  });

  it("given a round that can be claimed, it takes nothing back before the deadline", async () => {
    const { f, g } = await funded();
    const tree = await openFor({ f, to: g.owner.address, round: 1, time: DAY_2 + DAY_S });
    await moveTo(DAY_2 + 2 * DAY_S);
    await expect(f.p.benefitRounds.connect(f.treasurer).returnRest(1))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_NothingToReturn")
      .withArgs(1);
    await expect(f.p.benefitRounds.connect(f.treasurer).cancelRound(1))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "AccessManagedUnauthorized")
      .withArgs(f.treasurer.address);
    await claim(f, 0, tree);
    expect(await f.token.balanceOf(g.owner.address)).to.equal(1_000n);
  });
});

describe("Stolen keys: treasurer, over what comes back", () => {
  /** An honest round for the owner, paid in by the treasurer's key before it is replaced. */
  async function replacedAfterRound() {
    const { f, g } = await funded();
    const opened = DAY_2 + DAY_S;
    const tree = await openFor({ f, to: g.owner.address, round: 1, time: opened });
    await replaceKey(g.p, "treasurer", { to: g.stranger.address, from: opened + 10 });
    const { deadline } = await g.p.benefitRounds.roundOf(1);
    return { f, g, tree, deadline: Number(deadline) };
  }

  /** Whoever has the key that paid in sends what came back on; the thief's and the new treasurer's tokens then. */
  async function takenOn({ f, g }: Awaited<ReturnType<typeof replacedAfterRound>>): Promise<bigint[]> {
    await f.token.connect(f.treasurer).transfer(g.thief.address, await f.token.balanceOf(f.treasurer.address));
    return Promise.all([g.thief, g.stranger].map(({ address }) => f.token.balanceOf(address)));
  }

  it("given its replacement, what nobody claimed goes back to the stolen key, and the thief has it", async () => {
    const r = await replacedAfterRound();
    const { benefitRounds } = r.g.p;
    await at(r.deadline + 1);
    await expect(benefitRounds.connect(r.g.stranger).returnRest(1))
      .to.emit(benefitRounds, "RestReturned")
      .withArgs(1, 1_000n);
    expect(await takenOn(r)).to.deep.equal([5_000n, 0n]);
  });

  it("given its replacement, a round that the guardian cancels goes back to the stolen key, too", async () => {
    const { f, g } = await funded();
    await openFor({ f, to: g.owner.address, round: 1, time: DAY_2 + DAY_S });
    const cancel = async () => {
      await at(DAY_2 + 2 * DAY_S - 1);
      await g.p.benefitRounds.connect(g.p.roles.guardian).cancelRound(1);
    };
    await replaceKey(g.p, "treasurer", { to: g.stranger.address, from: DAY_2 + DAY_S + 10, meanwhile: cancel });
    await g.p.benefitRounds.connect(g.stranger).returnRest(1);
    const tokens = [f.treasurer, g.stranger].map(({ address }) => f.token.balanceOf(address));
    expect(await Promise.all(tokens)).to.deep.equal([5_000n, 0n]);
  });

  it("given its replacement, what owners claim by the deadline is theirs and does not come back", async () => {
    const r = await replacedAfterRound();
    await at(r.deadline);
    await claim(r.f, 0, r.tree);
    await moveTo(r.deadline + 1);
    await expect(r.g.p.benefitRounds.returnRest(1))
      .to.be.revertedWithCustomError(r.g.p.benefitRounds, "BenefitRounds_NothingToReturn")
      .withArgs(1);
    expect(await r.f.token.balanceOf(r.g.owner.address)).to.equal(1_000n);
    expect(await takenOn(r)).to.deep.equal([4_000n, 0n]);
  });
});

describe("Stolen keys: curator", () => {
  /** The owner's vote as it would be counted. */
  function voteOf(g: Guarded, option: number) {
    return {
      ...{ poll: 1, index: 0, voteDigest: seeded("the owner's vote") as Hex, account: g.owner.address as Hex },
      ...{ option, weight: 1n, salt: seeded("salt") as Hex },
    };
  }

  /** A poll that was opened on day 2, in which the owner alone votes, for option 0. */
  async function polled(): Promise<Guarded> {
    const g = await guarded();
    await at(DAY_2);
    await g.p.polls.connect(g.p.roles.curator).openPoll(POLL);
    return g;
  }

  /** A result in which the owner's vote counts for an option. */
  function publish(g: Guarded, option: number, { by = g.p.roles.curator } = {}) {
    const { root } = new MerkleTree([hashVoteLeaf(voteOf(g, option))]);
    const tallies = [0, 1].map((other) => Number(other === option));
    return g.p.polls.connect(by).publishResult(1, root, tallies, 1, seeded("file"));
  }

  /** For which of the two options the owner's vote is under the result's root. */
  function countedFor(g: Guarded): Promise<boolean[]> {
    return Promise.all([0, 1].map((option) => g.p.polls.isCounted(1, voteOf(g, option), [])));
  }

  it("given a false result, the voter's own leaf is not under its root and the guardian vetoes it", async () => {
    const g = await polled();
    await at(POLL.closesAt);
    await publish(g, 1);
    expect(await countedFor(g)).to.deep.equal([false, true]);
    await at(POLL.closesAt + WINDOW_S - 1);
    await g.p.polls.connect(g.p.roles.guardian).vetoResult(1);
    expect((await g.p.polls.resultOf(1)).countsFrom).to.equal(0n);
    expect(await countedFor(g)).to.deep.equal([false, false]);
  });

  it("given a false result that was vetoed, the new key publishes the true one, under which the voter's own leaf is", async () => {
    const g = await polled();
    const { polls, roles } = g.p;
    await at(POLL.closesAt);
    await publish(g, 1);
    await replaceKey(g.p, "curator", {
      ...{ to: g.stranger.address, from: POLL.closesAt + 10 },
      meanwhile: () => polls.connect(roles.guardian).vetoResult(1),
    });
    await expect(publish(g, 1))
      .to.be.revertedWithCustomError(polls, "AccessManagedUnauthorized")
      .withArgs(roles.curator.address);
    await publish(g, 0, { by: g.stranger });
    expect(await countedFor(g)).to.deep.equal([true, false]);
  });

  for (const [title, afterS] of [
    ["a second old", 1],
    ["that counts", WINDOW_S],
  ] as const) {
    it(`given a true result ${title}, the key cannot change it`, async () => {
      const g = await polled();
      await at(POLL.closesAt);
      await publish(g, 0);
      await at(POLL.closesAt + afterS);
      await expect(publish(g, 1)).to.be.revertedWithCustomError(g.p.polls, "Polls_HasResult").withArgs(1);
      expect([...(await g.p.polls.talliesOf(1))]).to.deep.equal([1n, 0n]);
      expect(await countedFor(g)).to.deep.equal([true, false]);
    });
  }

  it("given a poll that is open, no result closes it early", async () => {
    const g = await guarded();
    const asCurator = g.p.polls.connect(g.p.roles.curator);
    await at(DAY_2);
    await asCurator.openPoll(POLL);
    await at(POLL.closesAt - 1);
    await expect(asCurator.publishResult(1, ethers.ZeroHash, [0, 0], 0, ethers.ZeroHash))
      .to.be.revertedWithCustomError(g.p.polls, "Polls_NotClosed")
      .withArgs(1, POLL.closesAt);
  });
});

describe("Stolen keys: curator, over polls nobody wants", () => {
  /** How many it opens here. */
  const MANY = 20;

  /** Polls opened with the stolen key on day 2. */
  async function flooded() {
    const g = await guarded();
    const { tree, creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await moveTo(Math.max(creditableAt, DAY_2));
    await creditFirst(g, tree);
    await g.p.consentRegistry.connect(g.owner).grantConsent(grantOf(g.p, g.owner));
    const opensAt = DAY_2 + 1_000;
    const poll = { ...POLL, opensAt, closesAt: opensAt + 90 * DAY_S };
    const before = await belongings(g);
    for (let i = 0; i < MANY; ++i) await g.p.polls.connect(g.p.roles.curator).openPoll(poll);
    return { g, poll, before };
  }

  /** What the owner has, and has agreed to. */
  async function belongings({ p, owner }: Guarded): Promise<unknown[]> {
    const { consentRegistry, stoneLedger, operator } = p;
    return [
      [...(await stoneLedger.stonesOf(owner.address))],
      [...(await consentRegistry.consentOf(owner.address, operator, 1))],
    ];
  }

  it("given as many as it likes, nothing bounds their number, and none touches an owner's stones or consents", async () => {
    const { g, before } = await flooded();
    expect(await g.p.polls.pollCount()).to.equal(MANY);
    expect(await belongings(g)).to.deep.equal(before);
    const vehicles = await g.p.vehicleRegistry.heldSince(g.vehicle, g.owner.address);
    expect(vehicles).to.equal(PAIRED_AT);
  });

  it("given one that opens in a hundred years, it is opened; open longer than 90 days, none is", async () => {
    const { g, poll } = await flooded();
    const asCurator = g.p.polls.connect(g.p.roles.curator);
    const late = poll.opensAt + 36_525 * DAY_S;
    await expect(asCurator.openPoll({ ...poll, opensAt: late, closesAt: late + 1 })).to.emit(g.p.polls, "PollOpened");
    const closesAt = poll.closesAt + 1;
    await expect(asCurator.openPoll({ ...poll, closesAt }))
      .to.be.revertedWithCustomError(g.p.polls, "Polls_InvalidTerms")
      .withArgs(ethers.encodeBytes32String("closesAt"), closesAt);
  });

  it("given a poll, nobody vetoes it or takes it back: the guardian pauses new ones and vetoes each result", async () => {
    const { g, poll } = await flooded();
    const asCurator = g.p.polls.connect(g.p.roles.curator);
    const asGuardian = g.p.polls.connect(g.p.roles.guardian);
    await expect(asGuardian.vetoResult(1)).to.be.revertedWithCustomError(g.p.polls, "Polls_NotVetoable").withArgs(1);
    await at(DAY_2 + 900);
    await asGuardian.pause();
    await expect(asCurator.openPoll(poll))
      .to.be.revertedWithCustomError(g.p.polls, "PausedUntil")
      .withArgs(DAY_2 + 900 + 7 * DAY_S);
    await at(poll.closesAt);
    await asCurator.publishResult(1, seeded("root"), [0, 1], 1, seeded("file"));
    await asGuardian.vetoResult(1);
    expect((await g.p.polls.resultOf(1)).countsFrom).to.equal(0n);
    expect((await g.p.polls.termsOf(1)).contentHash).to.equal(poll.contentHash);
  });

  it("given its replacement, the thief opens no more, and what it opened stays", async () => {
    const { g, poll } = await flooded();
    await replaceKey(g.p, "curator", { to: g.stranger.address, from: DAY_2 + 900 });
    await expect(g.p.polls.connect(g.p.roles.curator).openPoll(poll))
      .to.be.revertedWithCustomError(g.p.polls, "AccessManagedUnauthorized")
      .withArgs(g.p.roles.curator.address);
    expect(await g.p.polls.pollCount()).to.equal(MANY);
  });
});
