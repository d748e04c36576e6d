import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { RoundLeaf } from "../../src/protocol/index.ts";
import { addressOf } from "../support/contracts.ts";
import { ANA, BO, CY, DEE } from "./creditable.ts";
import { actAs, at, DAY_S, ethers, moveTo } from "./fixture.ts";
import {
  AMOUNT,
  CLAIMABLE_FROM,
  claim,
  claimable,
  claimOf,
  DEADLINE,
  FAIR,
  type Fundable,
  heldBy,
  leftOf,
  MANNER,
  open,
  opened,
  PARTS,
  type Part,
  roundTree,
  signedCall,
  WEIGHT,
} from "./fundable.ts";
import { chain, type Movable, moveAccount } from "./movable.ts";
import { walletOf } from "./signers.ts";

const FIRST = FAIR.leaves[0] as RoundLeaf;
/** What Ana, Bo and Cy get of AMOUNT, rounded down. */
const SHARES = [740n, 222n, 37n] as const;

/** Claims by a leaf that may be another than the tree's. */
async function claimLeaf(f: Fundable, leaf: RoundLeaf, proof = FAIR.tree.proof(0)) {
  const intent = await claimOf(f, 0, { ...FAIR, leaves: [leaf] });
  return f.p.benefitRounds.connect(await actAs(intent.account)).claimBenefit(intent, leaf, proof);
}

function balancesOf({ token }: Fundable, ...accounts: string[]): Promise<bigint[]> {
  return Promise.all(accounts.map((account) => token.balanceOf(account)));
}

/** Round 1 over a tree of these parts, which can be claimed. */
async function claimableBy(parts: readonly Part[], totalWeight = WEIGHT) {
  const tree = roundTree(parts);
  const f = await claimable({ root: tree.tree.root, accounts: parts.length, totalWeight });
  return { f, tree };
}

describe("BenefitRounds: claimBenefit", () => {
  it("when an account claims its part, it is paid where it says, rounded down", async () => {
    const f = await claimable();
    await expect(claim(f, 0)).to.emit(f.p.benefitRounds, "BenefitClaimed").withArgs(1, ANA, ANA, ANA, SHARES[0]);
    expect(await balancesOf(f, ANA, BO, CY)).to.deep.equal([SHARES[0], 0n, 0n]);
    expect([await leftOf(f), await heldBy(f)]).to.deep.equal([260n, 260n]);
    const claimed = [0, 1, 2].map((index) => f.p.benefitRounds.isClaimed(1, index));
    expect(await Promise.all(claimed)).to.deep.equal([true, false, false]);
  });

  it("given somebody else to be paid, that one is", async () => {
    const f = await claimable();
    await expect(claim(f, 0, FAIR, { to: DEE }))
      .to.emit(f.p.benefitRounds, "BenefitClaimed")
      .withArgs(1, ANA, ANA, DEE, SHARES[0]);
    expect(await balancesOf(f, ANA, DEE)).to.deep.equal([0n, SHARES[0]]);
  });

  it("given nobody to be paid, it is refused", async () => {
    const f = await claimable();
    await expect(claim(f, 0, FAIR, { to: ethers.ZeroAddress }))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_NoRecipient")
      .withArgs();
  });

  it("given any caller but the account, it is refused", async () => {
    const f = await claimable();
    const intent = await claimOf(f, 0);
    const call = f.p.benefitRounds.connect(f.p.roles.operator).claimBenefit(intent, FIRST, FAIR.tree.proof(0));
    await expect(call).to.be.revertedWithCustomError(f.p.benefitRounds, "InvalidSignature").withArgs(ANA);
  });

  it("given another account's part, it is refused", async () => {
    const f = await claimable();
    await expect(claim(f, 0, FAIR, { account: BO, to: BO }))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_WrongAccount")
      .withArgs(BO, ANA);
  });

  it("given another index than the leaf's, it is refused", async () => {
    const f = await claimable();
    await expect(claim(f, 0, FAIR, { index: 1 }))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_InvalidProof")
      .withArgs(1, 1);
  });

  it("when all claim, what rounding left stays for the return", async () => {
    const f = await claimable();
    for (const place of [2, 0, 1]) await claim(f, place);
    expect(await balancesOf(f, ANA, BO, CY)).to.deep.equal([...SHARES]);
    expect([await leftOf(f), await heldBy(f)]).to.deep.equal([1n, 1n]);
  });

  for (const [title, time, isOpen] of [
    ["the second before the challenge window is over", CLAIMABLE_FROM - 1, false],
    ["the first second after the challenge window", CLAIMABLE_FROM, true],
    ["the deadline's second", DEADLINE, true],
    ["the second after the deadline", DEADLINE + 1, false],
  ] as const) {
    it(`given ${title}, it is ${isOpen ? "paid" : "refused"}`, async () => {
      const f = await opened();
      await at(time);
      if (isOpen) await claim(f, 1);
      else {
        await expect(claim(f, 1))
          .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_NotClaimable")
          .withArgs(1);
      }
      expect(await balancesOf(f, BO)).to.deep.equal([isOpen ? SHARES[1] : 0n]);
    });
  }

  it("given an unknown round, it is refused", async () => {
    const f = await claimable();
    await expect(claim(f, 0, FAIR, { round: 2 }))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_NotClaimable")
      .withArgs(2);
  });

  it("given a round that was cancelled, it is refused, even a part of nothing", async () => {
    const tree = roundTree([...PARTS, { account: DEE, weight: 0n }]);
    const f = await opened({ root: tree.tree.root, accounts: 4 });
    await open(f);
    await f.p.benefitRounds.connect(f.p.roles.guardian).cancelRound(1);
    for (const place of [0, 3]) {
      await at(CLAIMABLE_FROM + place);
      await expect(claim(f, place, tree))
        .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_NotClaimable")
        .withArgs(1);
    }
    expect(await heldBy(f)).to.equal(2n * AMOUNT);
  });

  it("given a part that was paid, it is refused", async () => {
    const f = await claimable();
    await claim(f, 0);
    await expect(claim(f, 0))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_AlreadyClaimed")
      .withArgs(1, 0);
    expect(await balancesOf(f, ANA)).to.deep.equal([SHARES[0]]);
  });

  for (const [title, leaf] of [
    ["another account", { ...FIRST, account: DEE as RoundLeaf["account"] }],
    ["another weight", { ...FIRST, weight: 101n }],
    ["another index", { ...FIRST, index: 1 }],
    ["another salt", { ...FIRST, salt: (FAIR.leaves[1] as RoundLeaf).salt }],
  ] as const) {
    it(`given a leaf with ${title}, it is refused`, async () => {
      const f = await claimable();
      await expect(claimLeaf(f, leaf))
        .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_InvalidProof")
        .withArgs(1, leaf.index);
    });
  }

  for (const [title, proof] of [
    ["no proof", []],
    ["a proof a level too long", [...FAIR.tree.proof(0), FAIR.tree.root]],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      const f = await claimable();
      await expect(claimLeaf(f, FIRST, [...proof]))
        .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_InvalidProof")
        .withArgs(1, 0);
    });
  }

  it("given a leaf of another round under the same root, it is refused", async () => {
    const f = await opened();
    await open(f);
    await at(CLAIMABLE_FROM + 10);
    await expect(claim(f, 0, FAIR, { round: 2 }))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_InvalidProof")
      .withArgs(2, 0);
  });

  it("given an index that is not below the number of accounts, it is refused though it stands in the tree", async () => {
    const tree = roundTree([...PARTS, { account: DEE, weight: 0n }]);
    const f = await claimable({ root: tree.tree.root, accounts: 3 });
    await expect(claim(f, 3, tree))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_InvalidProof")
      .withArgs(1, 3);
    await claim(f, 2, tree);
    expect(await balancesOf(f, CY)).to.deep.equal([SHARES[2]]);
  });

  it("given two leaves of one index, only the first of them is paid", async () => {
    const { f, tree } = await claimableBy([PARTS[0] as Part, { account: BO, weight: 30n, index: 0 }]);
    await claim(f, 1, tree);
    await expect(claim(f, 0, tree))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_AlreadyClaimed")
      .withArgs(1, 0);
    expect(await balancesOf(f, ANA, BO)).to.deep.equal([0n, SHARES[1]]);
  });

  it("given weights above the total, no more than the amount is paid, and another round's tokens stay", async () => {
    const { f, tree } = await claimableBy(PARTS, 100n);
    await open(f);
    await claim(f, 1, tree);
    await expect(claim(f, 0, tree))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_AboveAmount")
      .withArgs(1, 1_000, 700);
    await claim(f, 2, tree);
    expect(await balancesOf(f, ANA, BO, CY)).to.deep.equal([0n, 300n, 50n]);
    expect([await leftOf(f), await heldBy(f)]).to.deep.equal([650n, AMOUNT + 650n]);
  });

  it("given the largest weight there is in a leaf, the most that is paid is the amount", async () => {
    const { f, tree } = await claimableBy([{ account: DEE, weight: 2n ** 64n - 1n }], 1n);
    await expect(claim(f, 0, tree))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_AboveAmount")
      .withArgs(1, AMOUNT * (2n ** 64n - 1n), AMOUNT);
  });

  it("given the largest amount, it is shared exactly", async () => {
    const amount = 2n ** 128n - 1n;
    const f = await claimable({ amount });
    await claim(f, 0);
    expect(await balancesOf(f, ANA)).to.deep.equal([(amount * 100n) / WEIGHT]);
  });

  it("given a weight too small for one unit, nothing is paid and the part counts as claimed", async () => {
    const f = await claimable({ amount: 26n });
    await expect(claim(f, 2)).to.emit(f.p.benefitRounds, "BenefitClaimed").withArgs(1, CY, CY, CY, 0);
    expect([await leftOf(f), await f.p.benefitRounds.isClaimed(1, 2)]).to.deep.equal([26n, true]);
  });

  it("given indices beyond the first 256, each has its own mark", async () => {
    const parts = Array.from({ length: 300 }, (_, i) => ({ account: ethers.toBeHex(i + 1, 20), weight: 1n }));
    const { f, tree } = await claimableBy(parts, 135n);
    await claim(f, 3, tree);
    await claim(f, 259, tree);
    const claimed = [2, 3, 4, 258, 259, 260].map((index) => f.p.benefitRounds.isClaimed(1, index));
    expect(await Promise.all(claimed)).to.deep.equal([false, true, false, false, true, false]);
  });
});

/** Round 1 in which only one of the programme's owners has a part. */
async function ownersRound() {
  const f = await opened();
  const [owner, to] = f.p.owners.slice(1) as unknown as [HardhatEthersSigner, HardhatEthersSigner];
  const tree = roundTree([{ account: owner.address, weight: WEIGHT }], 2);
  return { f, owner, to, tree };
}

describe("BenefitRounds: claimBenefit, after a move", () => {
  it("given an account that moved, the one that stands for it is paid", async () => {
    const { f, owner, to, tree } = await ownersRound();
    await open(f, { root: tree.tree.root, accounts: 1 });
    await moveAccount(f.p, owner, to);
    await at(CLAIMABLE_FROM + 10);
    await expect(claim(f, 0, tree, { round: 2 }))
      .to.emit(f.p.benefitRounds, "BenefitClaimed")
      .withArgs(2, owner.address, to.address, to.address, AMOUNT);
    expect(await balancesOf(f, owner.address, to.address)).to.deep.equal([0n, AMOUNT]);
  });

  it("given the account that moved away, it is refused: its key may be a thief's", async () => {
    const { f, owner, to, tree } = await ownersRound();
    await open(f, { root: tree.tree.root, accounts: 1 });
    await moveAccount(f.p, owner, to);
    await at(CLAIMABLE_FROM + 10);
    await expect(claim(f, 0, tree, { round: 2, account: owner.address, to: owner.address }))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_WrongAccount")
      .withArgs(owner.address, to.address);
  });

  it("given an account that moved after its part was paid, the new account is not paid again", async () => {
    const { f, owner, to, tree } = await ownersRound();
    await open(f, { root: tree.tree.root, accounts: 1 });
    await at(CLAIMABLE_FROM + 10);
    await claim(f, 0, tree, { round: 2 });
    await moveAccount(f.p, owner, to);
    await expect(claim(f, 0, tree, { round: 2 }))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_AlreadyClaimed")
      .withArgs(2, 0);
    expect(await balancesOf(f, owner.address, to.address)).to.deep.equal([AMOUNT, 0n]);
  });

  /** Round 2 for the first of six accounts, of which so many moved to the next since. */
  async function movedOften(pointers: number) {
    const { f } = await ownersRound();
    const accounts = f.p.owners.slice(1, 7) as unknown as Movable["accounts"];
    const tree = roundTree([{ account: accounts[0].address, weight: WEIGHT }], 2);
    await open(f, { root: tree.tree.root, accounts: 1, deadline: CLAIMABLE_FROM + 399 * DAY_S });
    await chain({ p: f.p, accounts }, pointers);
    return { f, accounts, tree };
  }

  it("given four pointers, the last account is paid", async () => {
    const { f, accounts, tree } = await movedOften(4);
    await claim(f, 0, tree, { round: 2 });
    expect(await balancesOf(f, accounts[4].address)).to.deep.equal([AMOUNT]);
  });

  it("given five pointers, it is refused until one is shortened: the key of the account between may be a thief's", async () => {
    const { f, accounts, tree } = await movedOften(5);
    await expect(claim(f, 0, tree, { round: 2 }))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_MovedTooOften")
      .withArgs(accounts[0].address);
    expect(await f.p.benefitRounds.isClaimed(2, 0)).to.equal(false);
    await f.p.accountMoves.shortenForward(accounts[0].address);
    await claim(f, 0, tree, { round: 2 });
    expect(await balancesOf(f, accounts[4].address, accounts[5].address)).to.deep.equal([0n, AMOUNT]);
  });
});

describe("BenefitRounds: claimBenefit, with a hostile token", () => {
  it("given a token that claims another part meanwhile, that is refused and can be claimed later", async () => {
    const f = await claimable();
    const key = walletOf("owner of a hostile token's part");
    const tree = roundTree([...PARTS, { account: key.address, weight: 1n }], 2);
    await open(f, { root: tree.tree.root, accounts: 4, totalWeight: WEIGHT, deadline: DEADLINE + DAY_S });
    await moveTo(CLAIMABLE_FROM + DAY_S);
    await f.token.plan(addressOf(f.p.benefitRounds), await signedCall(f, key, { place: 3, tree, round: 2 }));
    await claim(f, 0);
    expect(await f.token.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
    expect(await balancesOf(f, ANA, key.address)).to.deep.equal([SHARES[0], 0n]);
    await f.token.behave(MANNER.honest);
    await claim(f, 3, tree, { round: 2 });
    expect(await balancesOf(f, key.address)).to.deep.equal([AMOUNT / WEIGHT]);
  });

  it("given a token that moves nothing and returns false, it is refused and the part stays", async () => {
    const f = await claimable();
    await f.token.behave(MANNER.returnsFalse);
    await expect(claim(f, 0))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "SafeERC20FailedOperation")
      .withArgs(addressOf(f.token));
    expect([await leftOf(f), await f.p.benefitRounds.isClaimed(1, 0)]).to.deep.equal([AMOUNT, false]);
  });

  it("given a token that returns nothing, it is paid", async () => {
    const f = await claimable();
    await f.token.behave(MANNER.returnsNothing);
    await claim(f, 0);
    expect(await balancesOf(f, ANA)).to.deep.equal([SHARES[0]]);
  });

  it("given a token that has blocked who is to be paid, it is refused, and paid to somebody else", async () => {
    const f = await claimable();
    await f.token.setBlocked(ANA, true);
    await expect(claim(f, 0))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "SafeERC20FailedOperation")
      .withArgs(addressOf(f.token));
    await claim(f, 0, FAIR, { to: DEE });
    expect(await balancesOf(f, ANA, DEE)).to.deep.equal([0n, SHARES[0]]);
  });

  it("given a token that takes a fee since, the round's books go by what it sends", async () => {
    const f = await claimable();
    await f.token.behave(MANNER.takesFee);
    await claim(f, 0);
    expect([await leftOf(f), await heldBy(f)]).to.deep.equal([260n, 260n]);
  });
});
