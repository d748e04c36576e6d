import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { expectSkips, type SigningPlace, signIntent, withHighS } from "../support/contracts-intents.ts";
import { at, DAY_S, ethers, moveTo, now, programme } from "./fixture.ts";
import { catalogueOf } from "./listed.ts";
import { ELIGIBLE_AT, FULFILMENT_S, OBJECTION_S, type Orderable, orderable, TERMS } from "./orderable.ts";
import {
  grantVouchers,
  move,
  placeByVoucher,
  type VoucherIntent,
  voucherIntentOf,
  voucherOrderIdOf,
} from "./vouchers.ts";

const NOW = ELIGIBLE_AT + 50;
const DEADLINE = NOW + 3_600;

/** An owner without stones who has vouchers for item 1. */
async function withVouchers(count = 1): Promise<Orderable> {
  const o = await orderable();
  await grantVouchers(o.p, o.poor.address, count);
  await moveTo(ELIGIBLE_AT);
  return o;
}

function deskOfPoor({ p, poor }: Orderable) {
  return p.redemptionDesk.connect(poor);
}

function newcomerOf({ p }: Orderable): HardhatEthersSigner {
  return p.owners[2] as HardhatEthersSigner;
}

function vouchersOf({ p }: Orderable, account: string): Promise<bigint> {
  return p.redemptionDesk.vouchersOf(account, 1);
}

async function expectRefused(o: Orderable, intent: VoucherIntent, error: string, args: unknown[]): Promise<void> {
  await expect(deskOfPoor(o).placeVoucherOrder(intent))
    .to.be.revertedWithCustomError(o.p.redemptionDesk, error)
    .withArgs(...args);
}

describe("RedemptionDesk: grantVouchers", () => {
  it("given the mine box, vouchers are added to those before", async () => {
    const o = await orderable();
    await grantVouchers(o.p, o.poor.address, 2);
    await expect(grantVouchers(o.p, o.poor.address, 3))
      .to.emit(o.p.redemptionDesk, "VouchersGranted")
      .withArgs(o.poor.address, 1, 3);
    expect(await vouchersOf(o, o.poor.address)).to.equal(5n);
  });

  it("given any caller but the mine box, it is refused", async () => {
    const { redemptionDesk, roles, deployer } = await programme();
    for (const caller of [...Object.values(roles), deployer]) {
      await expect(redemptionDesk.connect(caller).grantVouchers(caller.address, 1, 1))
        .to.be.revertedWithCustomError(redemptionDesk, "RedemptionDesk_NotPartner")
        .withArgs(caller.address);
    }
  });
});

describe("RedemptionDesk: placeVoucherOrder", () => {
  it("when placed, the voucher is used and no stone is reserved", async () => {
    const o = await withVouchers(2);
    const intent = voucherIntentOf(o);
    const order = voucherOrderIdOf(o, intent);
    expect(await deskOfPoor(o).placeVoucherOrder.staticCall(intent)).to.equal(order);
    await at(NOW);
    await expect(deskOfPoor(o).placeVoucherOrder(intent))
      .to.emit(o.p.redemptionDesk, "OrderPlaced")
      .withArgs(order, o.poor.address, 1, o.poorVehicle, 0, NOW + FULFILMENT_S);
    const placed = [o.poor.address, 1n, BigInt(NOW + FULFILMENT_S), 0n];
    expect([...(await o.p.redemptionDesk.orderOf(order))]).to.deep.equal(placed);
    expect(await vouchersOf(o, o.poor.address)).to.equal(1n);
    expect((await o.p.stoneLedger.stonesOf(o.poor.address)).reserved).to.equal(0n);
    expect((await o.p.redemptionDesk.itemOf(1)).stock).to.equal(TERMS.stock);
  });

  it("given somebody else's account, it is refused", async () => {
    const o = await withVouchers();
    const intent = voucherIntentOf(o, { account: o.owner.address });
    await expectRefused(o, intent, "InvalidSignature", [o.owner.address]);
  });

  it("given an item that was never listed, it is refused", async () => {
    const o = await withVouchers();
    await expectRefused(o, voucherIntentOf(o, { item: 2 }), "RedemptionDesk_UnknownItem", [2]);
  });

  it("given a voucher for another item, it is refused", async () => {
    const o = await withVouchers();
    await catalogueOf(o.p).listItem({ ...TERMS, sku: ethers.id("another") });
    await expectRefused(o, voucherIntentOf(o, { item: 2 }), "RedemptionDesk_NoVoucher", [o.poor.address, 2]);
  });

  it("given the last voucher used, the next order is refused", async () => {
    const o = await withVouchers();
    await deskOfPoor(o).placeVoucherOrder(voucherIntentOf(o));
    await expectRefused(o, voucherIntentOf(o, { nonce: 1n }), "RedemptionDesk_NoVoucher", [o.poor.address, 1]);
  });

  it("given the same intent again, it is refused", async () => {
    const o = await withVouchers(2);
    const intent = voucherIntentOf(o);
    await deskOfPoor(o).placeVoucherOrder(intent);
    await expectRefused(o, intent, "RedemptionDesk_OrderExists", [voucherOrderIdOf(o, intent)]);
  });

  it("given a vehicle that somebody else holds, it is refused", async () => {
    const o = await withVouchers();
    const intent = voucherIntentOf(o, { vehicle: o.vehicle });
    await expectRefused(o, intent, "RedemptionDesk_NotEligible", [o.poor.address, o.vehicle]);
  });

  it("given an account that moved, its old key cannot use what has not followed yet", async () => {
    const o = await withVouchers();
    await move(o.p, o.poor, newcomerOf(o));
    const intent = { ...voucherIntentOf(o), deadline: (await now()) + 1_000 };
    await expectRefused(o, intent, "RedemptionDesk_AccountMoved", [o.poor.address]);
    const signature = await signIntent(o.poor, "VoucherOrder", intent, { contracts: o.p });
    const skip = { index: 0, account: o.poor.address, error: "RedemptionDesk_AccountMoved" };
    await expectSkips(o.p.redemptionDesk.placeVoucherOrders([intent], [signature]), o.p.redemptionDesk, [skip]);
    expect(await vouchersOf(o, o.poor.address)).to.equal(1n);
  });

  it("given an item that is delisted and sold out and out of reach, it is placed", async () => {
    const o = await withVouchers();
    const terms = { ...TERMS, stock: 0, opensAt: 0, closesAt: 1, minDaysPaired: 60_000, maxRank: 1, milestone: 9 };
    await catalogueOf(o.p).announceItemChange(1, terms);
    await o.p.catalogue.applyItemChange(1);
    await deskOfPoor(o).placeVoucherOrder(voucherIntentOf(o));
    expect(await vouchersOf(o, o.poor.address)).to.equal(0n);
  });
});

describe("RedemptionDesk: placeVoucherOrders", () => {
  function sign(by: HardhatEthersSigner, intent: VoucherIntent, place: SigningPlace): Promise<string> {
    return signIntent(by, "VoucherOrder", intent, place);
  }

  /** A stranger submits orders at NOW. */
  async function submit({ p }: Orderable, intents: readonly VoucherIntent[], signatures: readonly string[]) {
    await at(NOW);
    return p.redemptionDesk.connect(p.roles.manufacturer).placeVoucherOrders([...intents], [...signatures]);
  }

  it("when signed, the order is placed under its digest and none is skipped", async () => {
    const o = await withVouchers();
    const intent = voucherIntentOf(o, { deadline: DEADLINE });
    const transaction = submit(o, [intent], [await sign(o.poor, intent, { contracts: o.p })]);
    await expect(transaction)
      .to.emit(o.p.redemptionDesk, "OrderPlaced")
      .withArgs(voucherOrderIdOf(o, intent), o.poor.address, 1, o.poorVehicle, 0, NOW + FULFILMENT_S);
    await expectSkips(transaction, o.p.redemptionDesk, []);
    expect(await vouchersOf(o, o.poor.address)).to.equal(0n);
  });

  it("given more orders than vouchers in one batch, the last one is skipped", async () => {
    const o = await withVouchers(2);
    const intents = [0n, 1n, 2n].map((nonce) => voucherIntentOf(o, { nonce, deadline: DEADLINE }));
    const signatures = await Promise.all(intents.map((intent) => sign(o.poor, intent, { contracts: o.p })));
    const skip = { index: 2, account: o.poor.address, error: "RedemptionDesk_NoVoucher" };
    await expectSkips(submit(o, intents, signatures), o.p.redemptionDesk, [skip]);
    expect(await vouchersOf(o, o.poor.address)).to.equal(0n);
  });

  it("given a bad intent between good ones, only it is skipped", async () => {
    const o = await withVouchers(2);
    const intents = [0n, 1n, 2n].map((nonce) => voucherIntentOf(o, { nonce, deadline: DEADLINE }));
    const signers = [o.poor, o.owner, o.poor];
    const signatures = await Promise.all(
      intents.map((intent, i) => sign(signers[i] as HardhatEthersSigner, intent, { contracts: o.p })),
    );
    const skip = { index: 1, account: o.poor.address, error: "InvalidSignature" };
    await expectSkips(submit(o, intents, signatures), o.p.redemptionDesk, [skip]);
    const statuses = intents.map(async (intent) => {
      const { status } = await o.p.redemptionDesk.orderOf(voucherOrderIdOf(o, intent));
      return status;
    });
    expect(await Promise.all(statuses)).to.deep.equal([1n, 0n, 1n]);
  });

  const SKIPPED: readonly (readonly [string, Partial<VoucherIntent>, string])[] = [
    ["a deadline a second ago", { deadline: NOW - 1 }, "InvalidDeadline"],
    ["a deadline more than a day ahead", { deadline: NOW + DAY_S + 1 }, "InvalidDeadline"],
    ["an item that was never listed", { item: 2 }, "RedemptionDesk_UnknownItem"],
    ["an unknown vehicle", { vehicle: ethers.id("unknown") }, "RedemptionDesk_NotEligible"],
  ];
  for (const [title, change, error] of SKIPPED) {
    it(`given ${title}, it is skipped`, async () => {
      const o = await withVouchers();
      const intent = voucherIntentOf(o, { deadline: DEADLINE, ...change });
      const signature = await sign(o.poor, intent, { contracts: o.p });
      const skip = { index: 0, account: o.poor.address, error };
      await expectSkips(submit(o, [intent], [signature]), o.p.redemptionDesk, [skip]);
      expect(await vouchersOf(o, o.poor.address)).to.equal(1n);
    });
  }

  it("given an order carried out, the same again is skipped", async () => {
    const o = await withVouchers(2);
    const intent = voucherIntentOf(o, { deadline: DEADLINE });
    const signature = await sign(o.poor, intent, { contracts: o.p });
    const skip = { index: 1, account: o.poor.address, error: "RedemptionDesk_OrderExists" };
    await expectSkips(submit(o, [intent, intent], [signature, signature]), o.p.redemptionDesk, [skip]);
  });

  const FORGED: readonly (readonly [string, (o: Orderable, intent: VoucherIntent) => Promise<string>])[] = [
    ["another account's signature", (o, intent) => sign(o.owner, intent, { contracts: o.p })],
    ["a signature for another chain", (o, intent) => sign(o.poor, intent, { contracts: o.p, chainId: 1 })],
    ["a signature over another nonce", (o, intent) => sign(o.poor, { ...intent, nonce: 1n }, { contracts: o.p })],
    ["the high-s twin", async (o, intent) => withHighS(await sign(o.poor, intent, { contracts: o.p }))],
  ];
  for (const [title, forge] of FORGED) {
    it(`given ${title}, it is skipped`, async () => {
      const o = await withVouchers();
      const intent = voucherIntentOf(o, { deadline: DEADLINE });
      const skip = { index: 0, account: o.poor.address, error: "InvalidSignature" };
      await expectSkips(submit(o, [intent], [await forge(o, intent)]), o.p.redemptionDesk, [skip]);
    });
  }

  it("given lists of two lengths, all is refused", async () => {
    const o = await withVouchers();
    await expect(o.p.redemptionDesk.placeVoucherOrders([voucherIntentOf(o)], []))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "LengthMismatch")
      .withArgs();
  });
});

describe("RedemptionDesk: cancelOrder, of a voucher", () => {
  it("given an order by voucher, the voucher is back and no stone moves", async () => {
    const o = await orderable();
    const order = await placeByVoucher(o);
    const transaction = o.p.redemptionDesk.connect(o.p.roles.operator).cancelOrder(order);
    await expect(transaction).to.emit(o.p.redemptionDesk, "OrderCancelled").withArgs(order);
    await expect(transaction).to.not.emit(o.p.stoneLedger, "Transfer");
    expect(await vouchersOf(o, o.poor.address)).to.equal(1n);
  });

  it("given an order by voucher of an account that moved, the voucher is back and can follow", async () => {
    const o = await orderable();
    const order = await placeByVoucher(o);
    await move(o.p, o.poor, newcomerOf(o));
    await o.p.redemptionDesk.connect(o.p.roles.operator).cancelOrder(order);
    await o.p.redemptionDesk.followMove(o.poor.address, 1);
    expect(await vouchersOf(o, newcomerOf(o).address)).to.equal(1n);
  });
});

describe("RedemptionDesk: refundOrder, of a voucher", () => {
  it("given an order by voucher whose deadline passed, the voucher is back", async () => {
    const o = await orderable();
    const order = await placeByVoucher(o);
    const { deadline } = await o.p.redemptionDesk.orderOf(order);
    await at(Number(deadline) + 1);
    await expect(o.p.redemptionDesk.refundOrder(order)).to.emit(o.p.redemptionDesk, "OrderRefunded").withArgs(order);
    expect(await vouchersOf(o, o.poor.address)).to.equal(1n);
  });
});

describe("RedemptionDesk: decideOrder, of a voucher", () => {
  it("given an order by voucher decided for the owner, the voucher is back", async () => {
    const o = await orderable();
    const order = await placeByVoucher(o);
    await o.p.redemptionDesk.connect(o.p.roles.operator).fulfilOrder(order, ethers.id("evidence"));
    await deskOfPoor(o).objectOrder(order, ethers.id("reason"));
    await o.p.redemptionDesk.connect(o.p.roles.arbiter).decideOrder(order, true);
    expect(await vouchersOf(o, o.poor.address)).to.equal(1n);
  });
});

describe("RedemptionDesk: acceptOrder, of a voucher", () => {
  it("given an order by voucher, it is completed and nothing is spent", async () => {
    const o = await orderable();
    const order = await placeByVoucher(o);
    await o.p.redemptionDesk.connect(o.p.roles.operator).fulfilOrder(order, ethers.id("evidence"));
    const transaction = deskOfPoor(o).acceptOrder(order);
    await expect(transaction).to.emit(o.p.redemptionDesk, "OrderCompleted").withArgs(order);
    await expect(transaction).to.not.emit(o.p.stoneLedger, "Transfer");
    expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(4n);
    expect(await vouchersOf(o, o.poor.address)).to.equal(0n);
  });
});

describe("RedemptionDesk: completeOrder, of a voucher", () => {
  it("given an order by voucher that nobody answered, it is completed and the voucher stays used", async () => {
    const o = await orderable();
    const order = await placeByVoucher(o);
    await o.p.redemptionDesk.connect(o.p.roles.operator).fulfilOrder(order, ethers.id("evidence"));
    await at((await now()) + OBJECTION_S + 1);
    await o.p.redemptionDesk.completeOrder(order);
    expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(4n);
    expect(await vouchersOf(o, o.poor.address)).to.equal(0n);
  });
});

describe("RedemptionDesk: followMove", () => {
  it("given an account that moved, anybody brings its vouchers to the new one", async () => {
    const o = await withVouchers(2);
    const to = newcomerOf(o).address;
    await grantVouchers(o.p, to, 3);
    await move(o.p, o.poor, newcomerOf(o));
    await expect(o.p.redemptionDesk.connect(o.owner).followMove(o.poor.address, 1))
      .to.emit(o.p.redemptionDesk, "VouchersFollowed")
      .withArgs(o.poor.address, to, 1, 2);
    expect([await vouchersOf(o, o.poor.address), await vouchersOf(o, to)]).to.deep.equal([0n, 5n]);
  });

  it("given an account that has not moved, it is refused", async () => {
    const o = await withVouchers();
    await expect(o.p.redemptionDesk.followMove(o.poor.address, 1))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "RedemptionDesk_NothingToFollow")
      .withArgs(o.poor.address, 1);
  });

  it("given vouchers that followed already, it is refused", async () => {
    const o = await withVouchers();
    await move(o.p, o.poor, newcomerOf(o));
    await o.p.redemptionDesk.followMove(o.poor.address, 1);
    await expect(o.p.redemptionDesk.followMove(o.poor.address, 1))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "RedemptionDesk_NothingToFollow")
      .withArgs(o.poor.address, 1);
  });
});
