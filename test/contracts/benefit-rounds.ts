import { expect } from "chai";
import { describe, it } from "mocha";
import { addressOf } from "../support/contracts.ts";
import { DEE, settle, THREE } from "./creditable.ts";
import { at, DAY_S, ethers, moveTo } from "./fixture.ts";
import {
  AMOUNT,
  CLAIMABLE_FROM,
  claim,
  claimable,
  DEADLINE,
  FAIR,
  type Fundable,
  fundable,
  heldBy,
  leftOf,
  MANNER,
  OPENED_AT,
  open,
  opened,
  type Terms,
  termsOf,
  WEIGHT,
} from "./fundable.ts";
import { givePrize } from "./movable.ts";

const DRAWN = 10n;

/** A round as the contract gives it back. */
async function roundOf({ p }: Fundable, round = 1): Promise<unknown[]> {
  return [...(await p.benefitRounds.roundOf(round))];
}

async function expectInvalid(f: Fundable, change: Partial<Terms>, name: string, value: unknown): Promise<void> {
  await expect(open(f, change))
    .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_InvalidTerms")
    .withArgs(ethers.encodeBytes32String(name), value);
  expect([await f.p.benefitRounds.roundCount(), await heldBy(f)]).to.deep.equal([0n, 0n]);
}

describe("BenefitRounds: openRound", () => {
  it("when paid in, rounds are numbered from 1 and their tokens are held", async () => {
    const f = await fundable();
    const terms = termsOf(f);
    expect(await f.p.benefitRounds.connect(f.treasurer).openRound.staticCall(terms)).to.equal(1n);
    await at(OPENED_AT);
    await expect(open(f))
      .to.emit(f.p.benefitRounds, "RoundOpened")
      .withArgs(1, f.treasurer.address, CLAIMABLE_FROM, Object.values(terms));
    expect(await roundOf(f)).to.deep.equal([
      ...[terms.token, WEIGHT, 3n, AMOUNT, AMOUNT, f.treasurer.address],
      ...[BigInt(CLAIMABLE_FROM), BigInt(DEADLINE), FAIR.tree.root],
    ]);
    await open(f, { amount: 7n });
    expect([await f.p.benefitRounds.roundCount(), await heldBy(f)]).to.deep.equal([2n, AMOUNT + 7n]);
  });

  for (const [title, change, name] of [
    ["no amount", { amount: 0n }, "amount"],
    ["no accounts", { accounts: 0 }, "accounts"],
    ["no weight", { totalWeight: 0n }, "totalWeight"],
    ["no root", { root: ethers.ZeroHash }, "root"],
    ["no text", { contentHash: ethers.ZeroHash }, "contentHash"],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      await expectInvalid(await fundable(), change, name, 0);
    });
  }

  it("given more weight than the stones settled by the day, it is refused", async () => {
    await expectInvalid(await fundable(), { totalWeight: WEIGHT + 1n }, "totalWeight", WEIGHT + 1n);
  });

  it("given stones that were drawn too, they may weigh", async () => {
    const f = await fundable();
    await givePrize(f.p, DEE, DRAWN);
    await expectInvalid(f, { totalWeight: WEIGHT + DRAWN + 1n }, "totalWeight", WEIGHT + DRAWN + 1n);
    await open(f, { totalWeight: WEIGHT + DRAWN });
    expect((await f.p.benefitRounds.roundOf(1)).totalWeight).to.equal(WEIGHT + DRAWN);
  });

  for (const [title, days, wrong] of [
    ["a deadline 30 days after it can be claimed", 30, -1],
    ["a deadline 400 days after it can be claimed", 400, 1],
  ] as const) {
    const deadline = CLAIMABLE_FROM + days * DAY_S;

    it(`given ${title}, it is taken`, async () => {
      const f = await opened({ deadline });
      expect((await f.p.benefitRounds.roundOf(1)).deadline).to.equal(deadline);
    });

    it(`given ${title} and a second ${wrong < 0 ? "less" : "more"}, it is refused`, async () => {
      const f = await fundable();
      await at(OPENED_AT);
      await expectInvalid(f, { deadline: deadline + wrong }, "deadline", deadline + wrong);
    });
  }

  it("given a window scheduled for the day of paying in, that one holds", async () => {
    const f = await fundable();
    await f.p.rules.connect(f.p.roles.rules).scheduleRules(3, { ...f.p.rulesInForce, challengeWindowS: 50 });
    await at(OPENED_AT);
    await open(f);
    expect((await f.p.benefitRounds.roundOf(1)).claimableFrom).to.equal(OPENED_AT + 50);
  });

  async function expectNotFinal(f: Fundable, day: number): Promise<void> {
    await expect(open(f, { day }))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_DayNotFinal")
      .withArgs(day);
  }

  it("given a day that is not settled, it is refused", async () => {
    await expectNotFinal(await fundable(), 1);
  });

  it("given a settled day, it is taken from the first second in which that can be credited", async () => {
    const f = await fundable();
    const { creditableAt } = await settle(f.p, 1, THREE);
    await at(creditableAt - 1);
    await expectNotFinal(f, 1);
    await at(creditableAt);
    await open(f, { day: 1 });
    expect(await f.p.benefitRounds.roundCount()).to.equal(1n);
  });

  it("given a day that was vetoed, it is refused", async () => {
    const f = await fundable();
    const { creditableAt } = await settle(f.p, 1, THREE);
    await f.p.stoneLedger.connect(f.p.roles.guardian).vetoDay(1);
    await moveTo(creditableAt);
    await expectNotFinal(f, 1);
  });

  it("given fewer tokens allowed than the amount, it is refused", async () => {
    const f = await fundable();
    await f.token.connect(f.treasurer).approve(addressOf(f.p.benefitRounds), AMOUNT - 1n);
    await expect(open(f)).to.be.revertedWithPanic(0x11);
    expect(await f.p.benefitRounds.roundCount()).to.equal(0n);
  });

  it("given a token that takes a fee, it is refused", async () => {
    const f = await fundable();
    await f.token.behave(MANNER.takesFee);
    await expect(open(f))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_WrongAmount")
      .withArgs(AMOUNT - AMOUNT / 100n, AMOUNT);
    expect([await f.p.benefitRounds.roundCount(), await heldBy(f)]).to.deep.equal([0n, 0n]);
  });

  it("given a token that takes a fee and tokens of another round, it is refused all the same", async () => {
    const f = await opened();
    await f.token.behave(MANNER.takesFee);
    await expect(open(f))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_WrongAmount")
      .withArgs(AMOUNT - AMOUNT / 100n, AMOUNT);
  });

  it("given a token that moves nothing and returns false, it is refused", async () => {
    const f = await fundable();
    await f.token.behave(MANNER.returnsFalse);
    await expect(open(f))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "SafeERC20FailedOperation")
      .withArgs(addressOf(f.token));
  });

  it("given a token that returns nothing, it is taken", async () => {
    const f = await fundable();
    await f.token.behave(MANNER.returnsNothing);
    await open(f);
    expect([await leftOf(f), await heldBy(f)]).to.deep.equal([AMOUNT, AMOUNT]);
  });

  it("given an address without code for a token, it is refused", async () => {
    const f = await fundable();
    await expect(open(f, { token: DEE })).to.be.revertedWithoutReason(ethers);
  });

  it("given a token that has the treasurer's role and opens another round meanwhile, that one is refused", async () => {
    const f = await fundable();
    await f.p.accessManager.connect(f.p.roles.admin).grantRole(13, addressOf(f.token), 0);
    const data = f.p.benefitRounds.interface.encodeFunctionData("openRound", [termsOf(f)]);
    await f.token.plan(addressOf(f.p.benefitRounds), data);
    await open(f);
    expect(await f.token.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
    expect(await f.p.benefitRounds.roundCount()).to.equal(1n);
  });
});

describe("BenefitRounds: cancelRound", () => {
  function cancel({ p }: Fundable, round = 1) {
    return p.benefitRounds.connect(p.roles.guardian).cancelRound(round);
  }

  async function expectRefused(f: Fundable, round = 1): Promise<void> {
    await expect(cancel(f, round))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_NotCancellable")
      .withArgs(round);
  }

  it("given the last second before it can be claimed, it is stopped and all of it waits for the return", async () => {
    const f = await opened();
    await at(CLAIMABLE_FROM - 1);
    await expect(cancel(f)).to.emit(f.p.benefitRounds, "RoundCancelled").withArgs(1);
    expect((await f.p.benefitRounds.roundOf(1)).deadline).to.equal(0n);
    expect([await leftOf(f), await heldBy(f)]).to.deep.equal([AMOUNT, AMOUNT]);
  });

  it("given the first second in which it can be claimed, it is refused", async () => {
    const f = await opened();
    await at(CLAIMABLE_FROM);
    await expectRefused(f);
    expect(await leftOf(f)).to.equal(AMOUNT);
  });

  it("given that it was cancelled before, it is refused and no other round's tokens go", async () => {
    const f = await opened();
    await open(f);
    await cancel(f);
    await expectRefused(f);
    expect([await leftOf(f, 2), await heldBy(f)]).to.deep.equal([AMOUNT, 2n * AMOUNT]);
  });

  it("given an unknown round, it is refused", async () => {
    await expectRefused(await opened(), 2);
  });

  it("given a token that moves nothing any more, it is stopped all the same", async () => {
    const f = await opened();
    await f.token.behave(MANNER.returnsFalse);
    await expect(cancel(f)).to.emit(f.p.benefitRounds, "RoundCancelled").withArgs(1);
    await at(CLAIMABLE_FROM);
    await expect(claim(f, 0))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_NotClaimable")
      .withArgs(1);
  });
});

describe("BenefitRounds: returnRest", () => {
  function returnRest({ p }: Fundable, round = 1) {
    return p.benefitRounds.connect(p.roles.operator).returnRest(round);
  }

  async function expectNothing(f: Fundable, round = 1): Promise<void> {
    await expect(returnRest(f, round))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "BenefitRounds_NothingToReturn")
      .withArgs(round);
  }

  it("given the first second after the deadline, anybody returns what nobody claimed to who paid it in", async () => {
    const f = await claimable();
    await claim(f, 0);
    const before = await f.token.balanceOf(f.treasurer.address);
    await at(DEADLINE + 1);
    await expect(returnRest(f)).to.emit(f.p.benefitRounds, "RestReturned").withArgs(1, 260);
    expect((await f.token.balanceOf(f.treasurer.address)) - before).to.equal(260n);
    expect([await leftOf(f), await heldBy(f)]).to.deep.equal([0n, 0n]);
  });

  it("given the deadline's second, it is refused", async () => {
    const f = await claimable();
    await at(DEADLINE);
    await expectNothing(f);
    expect(await leftOf(f)).to.equal(AMOUNT);
  });

  it("given that it was returned before, it is refused and no other round's tokens go", async () => {
    const f = await opened();
    await open(f, { deadline: DEADLINE + DAY_S });
    await at(DEADLINE + 1);
    await returnRest(f);
    await expectNothing(f);
    await expectNothing(f, 2);
    expect([await leftOf(f, 2), await heldBy(f)]).to.deep.equal([AMOUNT, AMOUNT]);
  });

  it("given a round that was cancelled, all of it goes back at once, to who paid it in, and once", async () => {
    const f = await opened();
    await open(f);
    const manager = f.p.accessManager.connect(f.p.roles.admin);
    await manager.revokeRole(13, f.treasurer.address);
    await manager.grantRole(13, DEE, 0);
    await f.p.benefitRounds.connect(f.p.roles.guardian).cancelRound(1);
    const before = await f.token.balanceOf(f.treasurer.address);
    await expect(returnRest(f)).to.emit(f.p.benefitRounds, "RestReturned").withArgs(1, AMOUNT);
    expect((await f.token.balanceOf(f.treasurer.address)) - before).to.equal(AMOUNT);
    await expectNothing(f);
    expect([await leftOf(f), await f.token.balanceOf(DEE), await heldBy(f)]).to.deep.equal([0n, 0n, AMOUNT]);
  });

  it("given a token that moves nothing and returns false, it is refused and can be returned later", async () => {
    const f = await opened();
    await moveTo(DEADLINE + 1);
    await f.token.behave(MANNER.returnsFalse);
    await expect(returnRest(f))
      .to.be.revertedWithCustomError(f.p.benefitRounds, "SafeERC20FailedOperation")
      .withArgs(addressOf(f.token));
    await f.token.behave(MANNER.honest);
    await returnRest(f);
    expect(await heldBy(f)).to.equal(0n);
  });

  it("given a round that was claimed to the last unit, it is refused", async () => {
    const f = await claimable({ amount: WEIGHT });
    for (const place of [0, 1, 2]) await claim(f, place);
    await moveTo(DEADLINE + 1);
    await expectNothing(f);
    expect(await heldBy(f)).to.equal(0n);
  });

  it("given an unknown round, it is refused", async () => {
    await expectNothing(await claimable(), 2);
  });

  it("given a token that returns it again meanwhile, that is refused", async () => {
    const f = await claimable();
    await open(f, { deadline: DEADLINE + DAY_S });
    const data = f.p.benefitRounds.interface.encodeFunctionData("returnRest", [1]);
    await f.token.plan(addressOf(f.p.benefitRounds), data);
    await moveTo(DEADLINE + 1);
    await returnRest(f);
    expect(await f.token.answer()).to.equal(ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10));
    expect([await leftOf(f), await heldBy(f)]).to.deep.equal([0n, AMOUNT]);
  });
});

describe("BenefitRounds: roundOf", () => {
  it("given an unknown round, all of it is zero", async () => {
    const f = await opened();
    expect(await roundOf(f, 2)).to.deep.equal([
      ...[ethers.ZeroAddress, 0n, 0n, 0n, 0n, ethers.ZeroAddress],
      ...[0n, 0n, ethers.ZeroHash],
    ]);
  });
});
