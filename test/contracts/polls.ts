import { expect } from "chai";
import { describe, it } from "mocha";
import { type Hex, hashVoteLeaf, lowerHex, MerkleTree, type VoteLeaf } from "../../src/protocol/index.ts";
import type { Programme } from "../support/contracts.ts";
import { ANA, BO, CY } from "./creditable.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, programme, programmeWithoutNotice, seeded } from "./fixture.ts";

const WINDOW_S = 86_400;
/** Polls here are fixed on day 3 and open on day 4. */
const NOW = GENESIS + 3.5 * DAY_S;
const OPENS_AT = GENESIS + 4 * DAY_S;
const CLOSES_AT = OPENS_AT + 7 * DAY_S;
const DATA = seeded("the votes' file");
const FULL = 2n ** 64n - 1n;

/** A poll of one account with a vehicle, one vote. */
const TERMS = {
  ...{ contentHash: seeded("a name for the new colour"), options: 3, weighting: 0, snapshotDay: 0 },
  ...{ opensAt: OPENS_AT, closesAt: CLOSES_AT },
};
type Terms = typeof TERMS;

/** The polls as their own role calls them. */
function pollsOf({ polls, roles }: Programme) {
  return polls.connect(roles.curator);
}

/** Poll 1 is fixed. */
async function fixed(terms: Partial<Terms> = {}): Promise<Programme> {
  const p = await programme();
  await at(NOW);
  await pollsOf(p).openPoll({ ...TERMS, ...terms });
  return p;
}

/** Terms as the contract gives them back. */
function stored(terms: Terms): unknown[] {
  return Object.values(terms).map((value) => (typeof value === "number" ? BigInt(value) : value));
}

describe("Polls: openPoll", () => {
  it("when fixed, polls are numbered from 1 and keep their terms", async () => {
    const p = await fixed();
    const second = { ...TERMS, options: 2, weighting: 1, snapshotDay: 3 };
    expect(await pollsOf(p).openPoll.staticCall(second)).to.equal(2n);
    await expect(pollsOf(p).openPoll(second)).to.emit(p.polls, "PollOpened").withArgs(2, Object.values(second));
    expect(await p.polls.pollCount()).to.equal(2n);
    expect([...(await p.polls.termsOf(1))]).to.deep.equal(stored(TERMS));
    expect([...(await p.polls.termsOf(2))]).to.deep.equal(stored(second));
  });

  for (const [title, terms, name, value] of [
    ["no text", { contentHash: ethers.ZeroHash }, "contentHash", 0],
    ["one option", { options: 1 }, "options", 1],
    ["65 options", { options: 65 }, "options", 65],
    ["a third way of weighing", { weighting: 2 }, "weighting", 2],
    ["an opening in the block's own second", { opensAt: NOW }, "opensAt", NOW],
    ["an end in the second of its opening", { closesAt: OPENS_AT }, "closesAt", OPENS_AT],
    [
      "an end a second more than 90 days later",
      { closesAt: OPENS_AT + 90 * DAY_S + 1 },
      "closesAt",
      OPENS_AT + 90 * DAY_S + 1,
    ],
    ["a day of stones where stones do not weigh", { snapshotDay: 1 }, "snapshotDay", 1],
    [
      "a day of stones that is not over when it opens",
      { weighting: 1, snapshotDay: 3, opensAt: OPENS_AT - 1 },
      "snapshotDay",
      3,
    ],
  ] as const) {
    it(`given ${title}, it is refused and no number is used`, async () => {
      const p = await programme();
      await at(NOW);
      await expect(pollsOf(p).openPoll({ ...TERMS, ...terms }))
        .to.be.revertedWithCustomError(p.polls, "Polls_InvalidTerms")
        .withArgs(ethers.encodeBytes32String(name), value);
      expect(await p.polls.pollCount()).to.equal(0n);
    });
  }

  for (const [title, terms] of [
    ["64 options", { options: 64 }],
    ["an opening in the next second and an end in the one after", { opensAt: NOW + 1, closesAt: NOW + 2 }],
    ["an end 90 days later", { closesAt: OPENS_AT + 90 * DAY_S }],
    ["a day of stones that ends as it opens", { weighting: 1, snapshotDay: 3 }],
  ] as const) {
    it(`given ${title}, it is taken`, async () => {
      const p = await fixed(terms);
      expect([...(await p.polls.termsOf(1))]).to.deep.equal(stored({ ...TERMS, ...terms }));
    });
  }
});

/** Three votes: two for option 0, one for option 2. */
const VOTES: readonly VoteLeaf[] = [ANA, BO, CY].map((account, index) => ({
  ...{ poll: 1, index, voteDigest: seeded(`vote of ${account}`) as Hex, account: lowerHex(account) },
  ...{ option: index === 1 ? 2 : 0, weight: 1n, salt: seeded(`salt ${index}`) as Hex },
}));
const TREE = new MerkleTree(VOTES.map(hashVoteLeaf));
const TALLIES = [2n, 0n, 1n];

interface Result {
  readonly poll?: number;
  readonly root?: string;
  readonly tallies?: readonly bigint[];
  readonly voters?: number;
}

function publish(p: Programme, { poll = 1, root = TREE.root, tallies = TALLIES, voters = 3 }: Result = {}) {
  return pollsOf(p).publishResult(poll, root, [...tallies], voters, DATA);
}

/** Poll 1 has its result, published in the second in which it closed. */
async function published(result: Result = {}): Promise<Programme> {
  const p = await fixed();
  await at(CLOSES_AT);
  await publish(p, result);
  return p;
}

async function resultOf({ polls }: Programme): Promise<unknown[]> {
  return [[...(await polls.resultOf(1))], [...(await polls.talliesOf(1))]];
}

const NONE = [[ethers.ZeroHash, 0n, 0n], []];

async function expectInvalid(p: Programme, result: Result): Promise<void> {
  await at(CLOSES_AT);
  await expect(publish(p, result)).to.be.revertedWithCustomError(p.polls, "Polls_InvalidResult").withArgs(1);
  expect(await resultOf(p)).to.deep.equal(NONE);
}

describe("Polls: publishResult", () => {
  it("given the second in which the poll closes, the result is told and counts once the challenge window is over", async () => {
    const p = await fixed();
    await at(CLOSES_AT);
    await expect(publish(p))
      .to.emit(p.polls, "ResultPublished")
      .withArgs(1, TREE.root, TALLIES, 3, CLOSES_AT + WINDOW_S, DATA);
    expect(await resultOf(p)).to.deep.equal([[TREE.root, 3n, BigInt(CLOSES_AT + WINDOW_S)], TALLIES]);
  });

  it("given a second before the poll closes, it is refused", async () => {
    const p = await fixed();
    await at(CLOSES_AT - 1);
    await expect(publish(p)).to.be.revertedWithCustomError(p.polls, "Polls_NotClosed").withArgs(1, CLOSES_AT);
  });

  it("given a window scheduled for the day of publishing, that one holds", async () => {
    const p = await programmeWithoutNotice();
    await pollsOf(p).openPoll(TERMS);
    await p.rules.connect(p.roles.rules).scheduleRules(11, { ...p.rulesInForce, challengeWindowS: 50 });
    await at(CLOSES_AT);
    await publish(p);
    expect((await p.polls.resultOf(1)).countsFrom).to.equal(CLOSES_AT + 50);
  });

  for (const poll of [0, 2]) {
    it(`given poll ${poll}, it is refused: there is none by that number`, async () => {
      const p = await fixed();
      await at(CLOSES_AT);
      await expect(publish(p, { poll })).to.be.revertedWithCustomError(p.polls, "Polls_UnknownPoll").withArgs(poll);
    });
  }

  for (const [title, time] of [
    ["a result in its window", CLOSES_AT + 1],
    ["a result that counts", CLOSES_AT + WINDOW_S],
  ] as const) {
    it(`given ${title}, a second one is refused`, async () => {
      const p = await published();
      await at(time);
      await expect(publish(p)).to.be.revertedWithCustomError(p.polls, "Polls_HasResult").withArgs(1);
    });
  }

  it("given a result that was taken back, another one is told in its place", async () => {
    const p = await published({ tallies: [3n, 0n, 0n] });
    await p.polls.connect(p.roles.guardian).vetoResult(1);
    await at(CLOSES_AT + 100);
    await publish(p);
    expect(await resultOf(p)).to.deep.equal([[TREE.root, 3n, BigInt(CLOSES_AT + 100 + WINDOW_S)], TALLIES]);
  });

  it("given nobody who voted, an empty result is told", async () => {
    const p = await published({ root: ethers.ZeroHash, tallies: [0n, 0n, 0n], voters: 0 });
    const countsFrom = BigInt(CLOSES_AT + WINDOW_S);
    expect(await resultOf(p)).to.deep.equal([
      [ethers.ZeroHash, 0n, countsFrom],
      [0n, 0n, 0n],
    ]);
  });

  for (const [title, result] of [
    ["a tally too few", { tallies: [2n, 1n] }],
    ["a tally too many", { tallies: [2n, 0n, 1n, 0n] }],
    ["voters and no root", { root: ethers.ZeroHash }],
    ["a root and no voters", { voters: 0, tallies: [0n, 0n, 0n] }],
    ["more votes than voters", { tallies: [3n, 0n, 1n] }],
    ["fewer votes than voters", { tallies: [1n, 0n, 1n] }],
    ["tallies that would pass 64 bits together", { tallies: [FULL, 4n, 0n] }],
    ["tallies of nobody", { root: ethers.ZeroHash, voters: 0, tallies: [1n, 0n, 0n] }],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      await expectInvalid(await fixed(), result);
    });
  }

  describe("given that stones weigh", () => {
    const BY_STONES = { weighting: 1, snapshotDay: 3 };

    for (const [title, tallies] of [
      ["weights of the least that each may have", [2n, 0n, 1n]],
      ["weights of 64 bits each", [FULL, FULL, FULL]],
    ] as const) {
      it(`given ${title}, the result is told`, async () => {
        const p = await fixed(BY_STONES);
        await at(CLOSES_AT);
        await publish(p, { tallies });
        expect([...(await p.polls.talliesOf(1))]).to.deep.equal(tallies);
      });
    }

    for (const [title, result] of [
      ["less weight than voters", { tallies: [1n, 0n, 1n] }],
      ["weights of nobody", { root: ethers.ZeroHash, voters: 0, tallies: [5n, 0n, 0n] }],
    ] as const) {
      it(`given ${title}, it is refused`, async () => {
        await expectInvalid(await fixed(BY_STONES), result);
      });
    }
  });
});

describe("Polls: vetoResult", () => {
  function veto({ polls, roles }: Programme, poll = 1) {
    return polls.connect(roles.guardian).vetoResult(poll);
  }

  it("given the window's last second, the result is taken back", async () => {
    const p = await published();
    await at(CLOSES_AT + WINDOW_S - 1);
    await expect(veto(p)).to.emit(p.polls, "ResultVetoed").withArgs(1);
    expect(await resultOf(p)).to.deep.equal(NONE);
    expect(await p.polls.isCounted(1, VOTES[0] as VoteLeaf, TREE.proof(0))).to.equal(false);
  });

  it("given the first second in which it counts, it is refused", async () => {
    const p = await published();
    await at(CLOSES_AT + WINDOW_S);
    await expect(veto(p)).to.be.revertedWithCustomError(p.polls, "Polls_NotVetoable").withArgs(1);
    expect(await resultOf(p)).to.deep.equal([[TREE.root, 3n, BigInt(CLOSES_AT + WINDOW_S)], TALLIES]);
  });

  it("given that it was taken back before, it is refused", async () => {
    const p = await published();
    await veto(p);
    await expect(veto(p)).to.be.revertedWithCustomError(p.polls, "Polls_NotVetoable").withArgs(1);
  });

  for (const [title, poll] of [
    ["a poll without a result", 1],
    ["an unknown poll", 2],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      const p = await fixed();
      await expect(veto(p, poll)).to.be.revertedWithCustomError(p.polls, "Polls_NotVetoable").withArgs(poll);
    });
  }
});

describe("Polls: isCounted", () => {
  const [vote, another] = VOTES as [VoteLeaf, VoteLeaf];

  it("given a result, each voter proves the own vote", async () => {
    const p = await published();
    await moveTo(CLOSES_AT + WINDOW_S);
    const counted = VOTES.map((leaf, index) => p.polls.isCounted(1, leaf, TREE.proof(index)));
    expect(await Promise.all(counted)).to.deep.equal([true, true, true]);
  });

  for (const [title, leaf] of [
    ["another option", { ...vote, option: 1 }],
    ["another weight", { ...vote, weight: 2n }],
    ["another account", { ...vote, account: another.account }],
    ["another digest", { ...vote, voteDigest: another.voteDigest }],
    ["another index", { ...vote, index: 5 }],
    ["another salt", { ...vote, salt: another.salt }],
  ] as const) {
    it(`given ${title}, it is not counted`, async () => {
      const p = await published();
      expect(await p.polls.isCounted(1, leaf, TREE.proof(0))).to.equal(false);
    });
  }

  it("given the same vote in a poll of the same root, it is not counted there", async () => {
    const p = await published();
    const opensAt = CLOSES_AT + 100;
    await pollsOf(p).openPoll({ ...TERMS, opensAt, closesAt: opensAt + 1 });
    await at(opensAt + 1);
    await publish(p, { poll: 2 });
    expect(await p.polls.isCounted(2, vote, TREE.proof(0))).to.equal(false);
  });

  it("given no result, nothing is counted", async () => {
    const p = await fixed();
    expect(await p.polls.isCounted(1, vote, TREE.proof(0))).to.equal(false);
  });
});
