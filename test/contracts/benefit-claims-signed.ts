import { expect } from "chai";
import { describe, it } from "mocha";
import type { RoundLeaf } from "../../src/protocol/index.ts";
import { addressOf } from "../support/contracts.ts";
import { expectSkips, type Skip, signIntent } from "../support/contracts-intents.ts";
import { DEE } from "./creditable.ts";
import { at, DAY_S, ethers } from "./fixture.ts";
import {
  AMOUNT,
  CLAIMABLE_FROM,
  type Claim,
  claim,
  claimOf,
  type Fundable,
  heldBy,
  leftOf,
  MANNER,
  opened,
  roundTree,
  signedCall,
} from "./fundable.ts";
import { walletOf } from "./signers.ts";

const KEYS = ["first", "second", "third"].map((name) => walletOf(`${name} of a round`));
const TREE = roundTree(KEYS.map(({ address }, i) => ({ account: address, weight: [100n, 30n, 5n][i] as bigint })));
/** What they get of AMOUNT, rounded down. */
const SHARES = [740n, 222n, 37n] as const;
const TIME = CLAIMABLE_FROM + 100;

/** Round 1 with a part for each key; the next block can pay it. */
async function funded(change: Parameters<typeof opened>[0] = {}): Promise<Fundable> {
  return opened({ root: TREE.tree.root, ...change });
}

/** A part of a batch: whose, what is said otherwise, and by whom that is signed otherwise. */
interface Entry extends Partial<Claim> {
  readonly place: number;
  readonly by?: (typeof KEYS)[number];
}

/** Anybody sends signed claims, in the block of {@link TIME}. */
async function claimAll({ p }: Fundable, entries: readonly Entry[], tree = TREE) {
  const intents: Claim[] = [];
  const signatures: string[] = [];
  for (const { place, by = KEYS[place] as (typeof KEYS)[number], ...change } of entries) {
    const intent = await claimOf({ p }, place, tree, { deadline: TIME + 1_000, ...change });
    intents.push(intent);
    signatures.push(await signIntent(by, "BenefitClaim", intent, { contracts: p }));
  }
  const leaves = entries.map(({ place }) => tree.leaves[place] as RoundLeaf);
  const proofs = entries.map(({ place }) => tree.tree.proof(place));
  await at(TIME);
  return p.benefitRounds.connect(p.roles.operator).claimBenefits(intents, leaves, proofs, signatures);
}

function balancesOf({ token }: Fundable, ...accounts: readonly string[]): Promise<bigint[]> {
  return Promise.all(accounts.map((account) => token.balanceOf(account)));
}

const ADDRESSES = KEYS.map(({ address }) => address) as [string, string, string];

/** The first of two is skipped, and the second paid. */
async function expectFirstSkipped(f: Fundable, first: Entry, error: string): Promise<void> {
  const transaction = claimAll(f, [first, { place: 1 }]);
  const skip: Skip = { index: 0, account: first.account ?? (ADDRESSES[first.place] as string), error };
  await expectSkips(transaction, f.p.benefitRounds, [skip]);
  expect(await balancesOf(f, ...ADDRESSES)).to.deep.equal([0n, SHARES[1], 0n]);
}

describe("BenefitRounds: claimBenefits", () => {
  it("when signed, each is paid where its account says and none skipped", async () => {
    const f = await funded();
    const transaction = claimAll(f, [{ place: 2 }, { place: 0, to: DEE }, { place: 1 }]);
    await expect(transaction)
      .to.emit(f.p.benefitRounds, "BenefitClaimed")
      .withArgs(1, ADDRESSES[0], ADDRESSES[0], DEE, SHARES[0]);
    await expectSkips(transaction, f.p.benefitRounds, []);
    expect(await balancesOf(f, DEE, ...ADDRESSES)).to.deep.equal([SHARES[0], 0n, SHARES[1], SHARES[2]]);
    expect([await leftOf(f), await heldBy(f)]).to.deep.equal([1n, 1n]);
  });

  it("given the same claim twice, the second is skipped", async () => {
    const f = await funded();
    const skip = { index: 1, account: ADDRESSES[0], error: "BenefitRounds_AlreadyClaimed" };
    await expectSkips(claimAll(f, [{ place: 0 }, { place: 0 }]), f.p.benefitRounds, [skip]);
    expect(await balancesOf(f, ADDRESSES[0])).to.deep.equal([SHARES[0]]);
  });

  for (const [title, first, error] of [
    ["a deadline that has passed", { deadline: TIME - 1 }, "InvalidDeadline"],
    ["a deadline more than a day ahead", { deadline: TIME + DAY_S + 1 }, "InvalidDeadline"],
    ["an unknown round", { round: 2 }, "BenefitRounds_NotClaimable"],
    ["another index than the leaf's", { index: 1 }, "BenefitRounds_InvalidProof"],
    ["nobody to be paid", { to: ethers.ZeroAddress }, "BenefitRounds_NoRecipient"],
    ["somebody else's signature", { by: KEYS[2] as (typeof KEYS)[number] }, "InvalidSignature"],
    ["another account's part", { account: ADDRESSES[2], by: KEYS[2] }, "BenefitRounds_WrongAccount"],
  ] as const) {
    it(`given ${title}, it is skipped and the next is paid`, async () => {
      await expectFirstSkipped(await funded(), { place: 0, ...first } as Entry, error);
    });
  }

  for (const [title, aheadS] of [
    ["the last second of its deadline", 0],
    ["a deadline a day ahead", DAY_S],
  ] as const) {
    it(`given ${title}, it is paid`, async () => {
      const f = await funded();
      await expectSkips(claimAll(f, [{ place: 0, deadline: TIME + aheadS }]), f.p.benefitRounds, []);
      expect(await balancesOf(f, ADDRESSES[0])).to.deep.equal([SHARES[0]]);
    });
  }

  it("given weights above the total, what is above the rest is skipped", async () => {
    const f = await funded({ totalWeight: 100n });
    const skip = { index: 1, account: ADDRESSES[1], error: "BenefitRounds_AboveAmount" };
    await expectSkips(claimAll(f, [{ place: 0 }, { place: 1 }]), f.p.benefitRounds, [skip]);
    expect(await balancesOf(f, ...ADDRESSES)).to.deep.equal([AMOUNT, 0n, 0n]);
  });

  it("given a token that has blocked who is to be paid, it is skipped and can be claimed later", async () => {
    const f = await funded();
    await f.token.setBlocked(ADDRESSES[0], true);
    await expectFirstSkipped(f, { place: 0 }, "SafeERC20FailedOperation");
    expect([await leftOf(f), await f.p.benefitRounds.isClaimed(1, 0)]).to.deep.equal([AMOUNT - SHARES[1], false]);
    await f.token.setBlocked(ADDRESSES[0], false);
    await claim(f, 0, TREE);
    expect(await balancesOf(f, ADDRESSES[0])).to.deep.equal([SHARES[0]]);
  });

  it("given a token that claims another part meanwhile, that is refused", async () => {
    const f = await funded();
    const second = await signedCall(f, KEYS[1] as (typeof KEYS)[number], { place: 1, tree: TREE, round: 1 });
    await f.token.plan(addressOf(f.p.benefitRounds), second);
    await expectSkips(claimAll(f, [{ place: 0 }]), f.p.benefitRounds, []);
    expect(await f.token.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
    await f.token.behave(MANNER.honest);
    expect(await balancesOf(f, ...ADDRESSES)).to.deep.equal([SHARES[0], 0n, 0n]);
  });

  it("given nothing, nothing happens", async () => {
    const f = await funded();
    await expectSkips(claimAll(f, []), f.p.benefitRounds, []);
    expect(await leftOf(f)).to.equal(AMOUNT);
  });

  it("given lists of different lengths, it is refused", async () => {
    const f = await funded();
    const intent = await claimOf(f, 0, TREE);
    const [leaf, proof] = [TREE.leaves[0] as RoundLeaf, TREE.tree.proof(0)];
    for (const [intents, leaves, proofs, signatures] of [
      [[], [leaf], [proof], ["0x"]],
      [[intent], [], [proof], ["0x"]],
      [[intent], [leaf], [], ["0x"]],
      [[intent], [leaf], [proof], []],
    ] as const) {
      await expect(f.p.benefitRounds.claimBenefits([...intents], [...leaves], [...proofs], [...signatures]))
        .to.be.revertedWithCustomError(f.p.benefitRounds, "LengthMismatch")
        .withArgs();
    }
  });
});
