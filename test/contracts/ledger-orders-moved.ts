import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { expectSkips, signIntent } from "../support/contracts-intents.ts";
import { at, ethers } from "./fixture.ts";
import { type Accounts, chain, givePrize, movable, moveAccount, reserve } from "./movable.ts";
import {
  BALANCE,
  ELIGIBLE_AT,
  FULFILMENT_S,
  intentOf,
  OBJECTION_S,
  type Orderable,
  orderable,
  PRICE,
  place,
} from "./orderable.ts";

type Signer = HardhatEthersSigner;

async function stonesOf({ stoneLedger }: Programme, account: string): Promise<unknown[]> {
  return [...(await stoneLedger.stonesOf(account))];
}

/** An order of the owner, whose account moves after it to one that has nothing. */
interface MovedOrder {
  readonly o: Orderable;
  readonly order: string;
  readonly to: Signer;
}

async function ordered(): Promise<MovedOrder> {
  const o = await orderable();
  const to = o.p.owners[2] as Signer;
  const order = await place(o);
  await moveAccount(o.p, o.owner, to, ELIGIBLE_AT + 10);
  return { o, order, to };
}

/** The operator has fulfilled it since. */
async function fulfilled(): Promise<MovedOrder> {
  const given = await ordered();
  const { p } = given.o;
  await at(ELIGIBLE_AT + 20);
  await p.redemptionDesk.connect(p.roles.operator).fulfilOrder(given.order, ethers.id("evidence"));
  return given;
}

/** An order of the owner, whose account moves five times after it. @param isFulfilled Whether the operator fulfils it before. */
async function orderedFar(isFulfilled: boolean) {
  const o = await orderable();
  const order = await place(o);
  if (isFulfilled) await o.p.redemptionDesk.connect(o.p.roles.operator).fulfilOrder(order, ethers.id("evidence"));
  const accounts = [o.owner, ...o.p.owners.slice(2)] as unknown as Accounts;
  await chain({ p: o.p, accounts }, 5);
  return { o, order, reached: accounts[4] as Signer, last: accounts[5] as Signer };
}

describe("StoneLedger: spendReserved, after a move", () => {
  it("given an account that moved, given an order from before, the new account accepts it and pays", async () => {
    const { o, order, to } = await fulfilled();
    await expect(o.p.redemptionDesk.connect(to).acceptOrder(order))
      .to.emit(o.p.stoneLedger, "Transfer")
      .withArgs(to.address, ethers.ZeroAddress, PRICE);
    expect(await stonesOf(o.p, to.address)).to.deep.equal([0n, BALANCE, PRICE, 0n, false]);
    expect(await o.p.stoneLedger.totalSupply()).to.equal(BALANCE - PRICE);
  });

  it("given an account that moved, given an order that nobody objected to, it is completed and the new account pays", async () => {
    const { o, order, to } = await fulfilled();
    await at(ELIGIBLE_AT + 20 + OBJECTION_S + 1);
    await o.p.redemptionDesk.completeOrder(order);
    expect(await stonesOf(o.p, to.address)).to.deep.equal([0n, BALANCE, PRICE, 0n, false]);
  });

  it("given an account that moved, given the old key, it can neither accept nor object", async () => {
    const { o, order } = await fulfilled();
    const asOld = o.p.redemptionDesk.connect(o.owner);
    for (const call of [asOld.acceptOrder(order), asOld.objectOrder(order, ethers.id("reason"))]) {
      await expect(call)
        .to.be.revertedWithCustomError(o.p.redemptionDesk, "RedemptionDesk_NotOwner")
        .withArgs(order, o.owner.address);
    }
  });

  it("given an account that moved, given the old key's signed acceptance, it is skipped, and the new key's is carried out", async () => {
    const { o, order, to } = await fulfilled();
    const acceptance = { order, deadline: ELIGIBLE_AT + 1_000 };
    const signed = (by: Signer) => signIntent(by, "OrderAcceptance", acceptance, { contracts: o.p });
    const signatures = [await signed(o.owner), await signed(to)];
    const transaction = o.p.redemptionDesk.acceptOrders([acceptance, acceptance], signatures);
    const skip = { index: 0, account: to.address, error: "InvalidSignature" };
    await expectSkips(transaction, o.p.redemptionDesk, [skip]);
    await expect(transaction).to.emit(o.p.redemptionDesk, "OrderCompleted").withArgs(order);
  });

  it("given an account that moved, given more than four pointers since, it is refused until one is shortened", async () => {
    const { o, order, reached, last } = await orderedFar(true);
    await expect(o.p.redemptionDesk.completeOrder(order))
      .to.be.revertedWithCustomError(o.p.stoneLedger, "StoneLedger_HolderTooFar")
      .withArgs(o.owner.address, reached.address);
    await o.p.accountMoves.shortenForward(o.owner.address);
    await o.p.redemptionDesk.completeOrder(order);
    expect(await stonesOf(o.p, last.address)).to.deep.equal([0n, BALANCE, PRICE, 0n, false]);
  });
});

describe("StoneLedger: unreserve, after a move", () => {
  it("given an account that moved, given an order that is not fulfilled in time, the new account has its stones back", async () => {
    const { o, order, to } = await ordered();
    await at(ELIGIBLE_AT + FULFILMENT_S + 1);
    await o.p.redemptionDesk.refundOrder(order);
    expect(await stonesOf(o.p, to.address)).to.deep.equal([0n, BALANCE, 0n, 0n, false]);
    expect(await stonesOf(o.p, o.owner.address)).to.deep.equal([BALANCE, 0n, BALANCE, 0n, true]);
  });

  it("given an account that moved, given the new account's objection, the arbiter refunds it", async () => {
    const { o, order, to } = await fulfilled();
    await o.p.redemptionDesk.connect(to).objectOrder(order, ethers.id("reason"));
    await o.p.redemptionDesk.connect(o.p.roles.arbiter).decideOrder(order, true);
    expect(await stonesOf(o.p, to.address)).to.deep.equal([0n, BALANCE, 0n, 0n, false]);
  });

  it("given an account that moved, given more than four pointers since, it is refused until one is shortened", async () => {
    const { o, order, reached, last } = await orderedFar(false);
    await expect(o.p.redemptionDesk.refundOrder(order))
      .to.be.revertedWithCustomError(o.p.stoneLedger, "StoneLedger_HolderTooFar")
      .withArgs(o.owner.address, reached.address);
    await o.p.accountMoves.shortenForward(o.owner.address);
    await o.p.redemptionDesk.refundOrder(order);
    expect(await stonesOf(o.p, last.address)).to.deep.equal([0n, BALANCE, 0n, 0n, false]);
  });
});

describe("StoneLedger: reserve, after a move", () => {
  it("given an account that moved, given the old key, it can order nothing more", async () => {
    const { o } = await ordered();
    await expect(o.p.redemptionDesk.connect(o.owner).placeOrder(intentOf(o, { nonce: 1n })))
      .to.be.revertedWithCustomError(o.p.stoneLedger, "StoneLedger_InsufficientStones")
      .withArgs(o.owner.address, 0, PRICE);
  });

  it("given an account that moved, given the old key's signed order, it is skipped", async () => {
    const { o } = await ordered();
    const intent = intentOf(o, { nonce: 1n, deadline: ELIGIBLE_AT + 1_000 });
    const signature = await signIntent(o.owner, "OrderIntent", intent, { contracts: o.p });
    const transaction = o.p.redemptionDesk.placeOrders([intent], [signature]);
    const receipt = await (await transaction).wait();
    const skipped = o.p.redemptionDesk.interface.parseLog(receipt?.logs[0] as never);
    const reason = ethers.id("StoneLedger_InsufficientStones(address,uint256,uint256)").slice(0, 10);
    expect([skipped?.name, ...(skipped?.args ?? [])]).to.deep.equal(["IntentSkipped", 0n, o.owner.address, reason]);
  });

  it("given an account that moved, given stones that wait at it behind four pointers, the old key can order none of them", async () => {
    const m = await movable();
    const [first, , , , fifth] = m.accounts;
    await chain(m, 5);
    await givePrize(m.p, first.address, 70n);
    expect(await m.p.stoneLedger.balanceOf(fifth.address)).to.equal(70n);
    expect(await m.p.stoneLedger.availableOf(fifth.address)).to.equal(0n);
    await expect(reserve(m.p, fifth.address, 1n))
      .to.be.revertedWithCustomError(m.p.stoneLedger, "StoneLedger_InsufficientStones")
      .withArgs(fifth.address, 0, 1);
  });

  it("given an account that moved, given a vehicle that followed, the new account orders at once: it has been paired long enough", async () => {
    const { o, to } = await ordered();
    await o.p.vehicleRegistry.followMove(o.vehicle);
    const intent = intentOf(o, { account: to.address });
    await o.p.redemptionDesk.connect(to).placeOrder(intent);
    expect(await stonesOf(o.p, to.address)).to.deep.equal([0n, BALANCE, 0n, 2n * PRICE, false]);
  });

  it("given an account that moved, given a vehicle that has not followed, the new account is not eligible", async () => {
    const { o, to } = await ordered();
    await expect(o.p.redemptionDesk.connect(to).placeOrder(intentOf(o, { account: to.address })))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "RedemptionDesk_NotEligible")
      .withArgs(to.address, o.vehicle);
  });

  it("given an account that moved, given the days of the pairing less a second, the new account is not eligible either", async () => {
    const o = await orderable();
    const to = o.p.owners[2] as Signer;
    await moveAccount(o.p, o.owner, to);
    await o.p.vehicleRegistry.followMove(o.vehicle);
    const asNew = o.p.redemptionDesk.connect(to);
    const intent = intentOf(o, { account: to.address });
    await at(ELIGIBLE_AT - 1);
    await expect(asNew.placeOrder(intent))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "RedemptionDesk_NotEligible")
      .withArgs(to.address, o.vehicle);
    await at(ELIGIBLE_AT);
    await asNew.placeOrder(intent);
    expect((await o.p.stoneLedger.stonesOf(to.address)).reserved).to.equal(PRICE);
  });
});
