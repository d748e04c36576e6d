import { expect } from "chai";
import { describe, it } from "mocha";
import { at, ethers, moveTo } from "./fixture.ts";
import {
  BALANCE,
  ELIGIBLE_AT,
  earnMore,
  FULFILMENT_S,
  type Intent,
  intentOf,
  type Orderable,
  orderable,
  orderIdOf,
  PAIRED_AT,
  PRICE,
  place,
  TERMS,
} from "./orderable.ts";

/** Changes item 1 for the better. */
async function change(o: Orderable, terms: object): Promise<void> {
  await o.p.catalogue.connect(o.p.roles.catalogue).changeItem(1, { ...TERMS, ...terms });
}

/** Lists another item as number 2. */
async function listAnother(o: Orderable, terms: object): Promise<void> {
  const listing = { ...TERMS, sku: ethers.id("another"), ...terms };
  await o.p.catalogue.connect(o.p.roles.catalogue).listItem(listing);
}

/** Asserts that the owner's order is refused in a second. */
async function expectRefused(
  o: Orderable,
  intent: Intent,
  { error, args, time = ELIGIBLE_AT }: { error: string; args: unknown[]; time?: number },
): Promise<void> {
  await at(time);
  const contract = error.startsWith("StoneLedger") ? o.p.stoneLedger : o.p.redemptionDesk;
  await expect(o.p.redemptionDesk.connect(o.owner).placeOrder(intent))
    .to.be.revertedWithCustomError(contract, error)
    .withArgs(...args);
}

describe("RedemptionDesk: placeOrder", () => {
  it("when placed, the price is reserved and the balance stays", async () => {
    const o = await orderable();
    const intent = intentOf(o);
    const order = orderIdOf(o, intent);
    await moveTo(ELIGIBLE_AT);
    expect(await o.p.redemptionDesk.connect(o.owner).placeOrder.staticCall(intent)).to.equal(order);
    const time = ELIGIBLE_AT + 10;
    await at(time);
    await expect(o.p.redemptionDesk.connect(o.owner).placeOrder(intent))
      .to.emit(o.p.redemptionDesk, "OrderPlaced")
      .withArgs(order, o.owner.address, 1, o.vehicle, PRICE, time + FULFILMENT_S);
    const deadline = BigInt(time + FULFILMENT_S);
    expect([...(await o.p.redemptionDesk.orderOf(order))]).to.deep.equal([o.owner.address, 1n, deadline, PRICE]);
    expect([...(await o.p.stoneLedger.stonesOf(o.owner.address))]).to.deep.equal([BALANCE, 0n, 0n, PRICE, false]);
    expect(await o.p.stoneLedger.availableOf(o.owner.address)).to.equal(BALANCE - PRICE);
    expect(await o.p.stoneLedger.balanceOf(o.owner.address)).to.equal(BALANCE);
    expect((await o.p.redemptionDesk.itemOf(1)).stock).to.equal(2n);
  });

  it("given somebody else's account, it is refused", async () => {
    const o = await orderable();
    await moveTo(ELIGIBLE_AT);
    await expect(o.p.redemptionDesk.connect(o.poor).placeOrder(intentOf(o)))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "InvalidSignature")
      .withArgs(o.owner.address);
  });

  it("given an item that was never listed, it is refused", async () => {
    const o = await orderable();
    await expectRefused(o, intentOf(o, { item: 2 }), { error: "RedemptionDesk_UnknownItem", args: [2] });
  });

  it("given the same intent again, it is refused", async () => {
    const o = await orderable();
    const order = await place(o);
    await expectRefused(o, intentOf(o), { error: "RedemptionDesk_OrderExists", args: [order] });
  });

  it("given the same intent after a cancellation, it is refused", async () => {
    const o = await orderable();
    const order = await place(o);
    await o.p.redemptionDesk.connect(o.p.roles.operator).cancelOrder(order);
    const refused = { error: "RedemptionDesk_OrderExists", args: [order], time: ELIGIBLE_AT + 1_000 };
    await expectRefused(o, intentOf(o), refused);
  });

  it("given another nonce, the same may be ordered again", async () => {
    const o = await orderable();
    await place(o);
    await place(o, { nonce: 1n });
    expect((await o.p.stoneLedger.stonesOf(o.owner.address)).reserved).to.equal(2n * PRICE);
  });

  it("given the second before the window, it is refused", async () => {
    const o = await orderable();
    const opensAt = ELIGIBLE_AT + 100;
    await listAnother(o, { opensAt });
    const args = [2, opensAt, TERMS.closesAt];
    await expectRefused(o, intentOf(o, { item: 2 }), { error: "RedemptionDesk_NotOpen", args, time: opensAt - 1 });
  });

  it("given the first second of the window, it is placed", async () => {
    const o = await orderable();
    await listAnother(o, { opensAt: ELIGIBLE_AT + 100 });
    const order = await place(o, { item: 2 }, ELIGIBLE_AT + 100);
    expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(1n);
  });

  it("given the last second of the window, it is placed", async () => {
    const o = await orderable();
    const order = await place(o, {}, TERMS.closesAt - 1);
    expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(1n);
  });

  it("given the second in which the window closes, it is refused", async () => {
    const o = await orderable();
    const args = [1, TERMS.opensAt, TERMS.closesAt];
    await expectRefused(o, intentOf(o), { error: "RedemptionDesk_NotOpen", args, time: TERMS.closesAt });
  });

  it("given the last one sold, the next is refused", async () => {
    const o = await orderable();
    for (const nonce of [0n, 1n, 2n]) await place(o, { nonce });
    await expectRefused(o, intentOf(o, { nonce: 3n }), { error: "RedemptionDesk_OutOfStock", args: [1] });
  });

  it("given a price above the owner's maximum, it is refused", async () => {
    const o = await orderable();
    const args = [PRICE, PRICE - 1n];
    await expectRefused(o, intentOf(o, { maxPrice: PRICE - 1n }), { error: "RedemptionDesk_PriceAboveMaximum", args });
  });

  it("given fewer stones available than the price, it is refused", async () => {
    const o = await orderable();
    await change(o, { stock: 10 });
    for (const nonce of [0n, 1n, 2n]) await place(o, { nonce });
    const args = [o.owner.address, BALANCE - 3n * PRICE, PRICE];
    await expectRefused(o, intentOf(o, { nonce: 3n }), { error: "StoneLedger_InsufficientStones", args });
  });

  it("given exactly the price available, it is placed", async () => {
    const o = await orderable();
    await listAnother(o, { price: BALANCE });
    await place(o, { item: 2, maxPrice: BALANCE });
    expect(await o.p.stoneLedger.availableOf(o.owner.address)).to.equal(0n);
  });

  it("given a price that fell since, the order keeps the price it was made at", async () => {
    const o = await orderable();
    const order = await place(o);
    await change(o, { price: 1_000_000n });
    expect((await o.p.redemptionDesk.orderOf(order)).price).to.equal(PRICE);
  });
});

describe("RedemptionDesk: placeOrder, who may order", () => {
  function notEligible(o: Orderable, intent: Intent, time = ELIGIBLE_AT) {
    const args = [o.owner.address, intent.vehicle];
    return expectRefused(o, intent, { error: "RedemptionDesk_NotEligible", args, time });
  }

  it("given a vehicle that somebody else holds, it is refused", async () => {
    const o = await orderable();
    await notEligible(o, intentOf(o, { vehicle: o.poorVehicle }));
  });

  it("given an unknown vehicle, it is refused", async () => {
    const o = await orderable();
    await notEligible(o, intentOf(o, { vehicle: ethers.id("unknown") }));
  });

  it("given a vehicle that was released, it is refused", async () => {
    const o = await orderable();
    const release = { vehicle: o.vehicle, account: o.owner.address, deadline: 0 };
    await o.p.vehicleRegistry.connect(o.owner).releaseVehicle(release);
    await notEligible(o, intentOf(o));
  });

  it("given the last second before the days are over, it is refused", async () => {
    const o = await orderable();
    await notEligible(o, intentOf(o), ELIGIBLE_AT - 1);
  });

  it("given an item that asks for more days, those count", async () => {
    const o = await orderable();
    await listAnother(o, { minDaysPaired: 100 });
    const eligibleAt = PAIRED_AT + 100 * 86_400;
    await notEligible(o, intentOf(o, { item: 2 }), eligibleAt - 1);
    const order = await place(o, { item: 2 }, eligibleAt);
    expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(1n);
  });

  it("given a vehicle of the highest rank that may order, it is placed", async () => {
    const o = await orderable();
    await listAnother(o, { maxRank: 1 });
    const order = await place(o, { item: 2 });
    expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(1n);
  });

  it("given a vehicle of a rank above it, it is refused", async () => {
    const o = await orderable();
    await listAnother(o, { maxRank: 1 });
    await at(ELIGIBLE_AT);
    const intent = intentOf(o, { account: o.poor.address, item: 2, vehicle: o.poorVehicle });
    await expect(o.p.redemptionDesk.connect(o.poor).placeOrder(intent))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "RedemptionDesk_NotEligible")
      .withArgs(o.poor.address, o.poorVehicle);
  });
});

describe("RedemptionDesk: creditAndPlaceOrder", () => {
  /** The owner has earned enough for a dearer item, and has not been credited yet. */
  async function given() {
    const o = await orderable();
    const price = BALANCE + 5_000_000n;
    await listAnother(o, { price });
    const opening = await earnMore(o, price);
    return { o, opening, price, intent: intentOf(o, { item: 2, maxPrice: price }) };
  }

  it("when called, the stones are credited and reserved in one transaction", async () => {
    const { o, opening, price, intent } = await given();
    const desk = o.p.redemptionDesk.connect(o.owner);
    await moveTo(ELIGIBLE_AT);
    const order = await desk.creditAndPlaceOrder.staticCall(1, opening.leaf, opening.proof, intent);
    const transaction = desk.creditAndPlaceOrder(1, opening.leaf, opening.proof, intent);
    const { address } = o.owner;
    await expect(transaction).to.emit(o.p.stoneLedger, "Transfer").withArgs(ethers.ZeroAddress, address, 5_000_000n);
    await expect(transaction).to.emit(o.p.redemptionDesk, "OrderPlaced");
    expect(order).to.equal(orderIdOf(o, intent));
    expect([...(await o.p.stoneLedger.stonesOf(address))]).to.deep.equal([price, 0n, 0n, price, false]);
  });

  it("given stones that were credited already, it only orders", async () => {
    const { o, opening, price, intent } = await given();
    await o.p.stoneLedger.credit(1, opening.leaf, opening.proof);
    await at(ELIGIBLE_AT);
    await o.p.redemptionDesk.connect(o.owner).creditAndPlaceOrder(1, opening.leaf, opening.proof, intent);
    expect((await o.p.stoneLedger.stonesOf(o.owner.address)).reserved).to.equal(price);
  });

  const UNMET: readonly (readonly [string, string, (o: Orderable) => Partial<Intent>])[] = [
    ["an item that was never listed", "RedemptionDesk_UnknownItem", () => ({ item: 3 })],
    ["a price above the owner's maximum", "RedemptionDesk_PriceAboveMaximum", () => ({ maxPrice: BALANCE })],
    ["somebody else's vehicle", "RedemptionDesk_NotEligible", ({ poorVehicle }) => ({ vehicle: poorVehicle })],
  ];
  for (const [title, error, change] of UNMET) {
    it(`given ${title}, it is refused and nothing is credited`, async () => {
      const { o, opening, intent } = await given();
      await at(ELIGIBLE_AT);
      const desk = o.p.redemptionDesk.connect(o.owner);
      const changed = { ...intent, ...change(o) };
      await expect(desk.creditAndPlaceOrder(1, opening.leaf, opening.proof, changed)).to.be.revertedWithCustomError(
        o.p.redemptionDesk,
        error,
      );
      expect(await o.p.stoneLedger.balanceOf(o.owner.address)).to.equal(BALANCE);
    });
  }

  it("given a wrong proof, nothing is ordered", async () => {
    const { o, opening, intent } = await given();
    await at(ELIGIBLE_AT);
    const leaf = { ...opening.leaf, stones: opening.leaf.stones + 1n };
    await expect(o.p.redemptionDesk.connect(o.owner).creditAndPlaceOrder(1, leaf, opening.proof, intent))
      .to.be.revertedWithCustomError(o.p.stoneLedger, "StoneLedger_InvalidProof")
      .withArgs(1);
  });

  it("given somebody else's account, it is refused", async () => {
    const { o, opening, intent } = await given();
    await at(ELIGIBLE_AT);
    await expect(o.p.redemptionDesk.connect(o.poor).creditAndPlaceOrder(1, opening.leaf, opening.proof, intent))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "InvalidSignature")
      .withArgs(o.owner.address);
  });
});

describe("RedemptionDesk: orderOf", () => {
  it("given an unknown order, it is all zero", async () => {
    const o = await orderable();
    expect([...(await o.p.redemptionDesk.orderOf(ethers.id("x")))]).to.deep.equal([ethers.ZeroAddress, 0n, 0n, 0n]);
  });
});
