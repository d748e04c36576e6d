import { expect } from "chai";
import { describe, it } from "mocha";
import { type Hex, hashVoteLeaf, MerkleTree } from "../../src/protocol/index.ts";
import { settle } from "./creditable.ts";
import { expectExcluded } from "./excludable.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, seeded } from "./fixture.ts";
import { claim, termsOf } from "./fundable.ts";
import { EARNED, type Guarded, guarded, replaceKey, WINDOW_S } from "./guarded.ts";
import { DAY_2, funded, openFor, POLL } from "./guarded-services.ts";

const TODAY = 2;

/** Somebody with the excluder's key excludes the owner for as long as can be. */
async function excludeOwner({ p, owner }: Guarded, time = DAY_2, evidence = "nothing") {
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
    const g = await guarded();
    await excludeOwner(g);
    const { tree, creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await moveTo(creditableAt);
    const leaf = tree.leaves[0] as NonNullable<(typeof tree.leaves)[0]>;
    await g.p.stoneLedger.connect(g.owner).credit(0, leaf, []);
    expect(await g.p.stoneLedger.availableOf(g.owner.address)).to.equal(EARNED);
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

describe("Stolen keys: curator", () => {
  /** The owner's vote as it would be counted. */
  function voteOf(g: Guarded, option: number) {
    return {
      ...{ poll: 1, index: 0, voteDigest: seeded("the owner's vote") as Hex, account: g.owner.address as Hex },
      ...{ option, weight: 1n, salt: seeded("salt") as Hex },
    };
  }

  /** A poll is over, and its result says the other option than the owner's. */
  async function falsified() {
    const g = await guarded();
    const asCurator = g.p.polls.connect(g.p.roles.curator);
    await at(DAY_2);
    await asCurator.openPoll(POLL);
    const { root } = new MerkleTree([hashVoteLeaf(voteOf(g, 1))]);
    await at(POLL.closesAt);
    await asCurator.publishResult(1, root, [0, 1], 1, seeded("file"));
    return { g, asCurator };
  }

  it("given a false result, the voter's own leaf is not under its root and the guardian vetoes it", async () => {
    const { g } = await falsified();
    expect(await g.p.polls.isCounted(1, voteOf(g, 0), [])).to.equal(false);
    await at(POLL.closesAt + WINDOW_S - 1);
    await g.p.polls.connect(g.p.roles.guardian).vetoResult(1);
    expect((await g.p.polls.resultOf(1)).countsFrom).to.equal(0n);
  });

  it("given a true result, the key cannot change it", async () => {
    const { asCurator, g } = await falsified();
    await moveTo(POLL.closesAt + WINDOW_S);
    await expect(asCurator.publishResult(1, seeded("another root"), [1, 0], 1, seeded("file")))
      .to.be.revertedWithCustomError(g.p.polls, "Polls_HasResult")
      .withArgs(1);
    expect([...(await g.p.polls.talliesOf(1))]).to.deep.equal([0n, 1n]);
  });

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
