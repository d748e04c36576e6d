import { expect } from "chai";
import { describe, it } from "mocha";
import { dropStart } from "../../src/protocol/index.ts";
import { encodable, prizeOf } from "../support/contracts-boxes.ts";
import { registrationOf, vehicleOf } from "../support/contracts-vehicles.ts";
import { at, ethers, GENESIS, moveTo } from "./fixture.ts";
import { guarded, PAIRED_AT, replaceKey, T0, WINDOW_S } from "./guarded.ts";
import { catalogueOf, STEP } from "./listed.ts";
import { BALANCE, ELIGIBLE_AT, intentOf, OBJECTION_S, orderable, PRICE, place, TERMS } from "./orderable.ts";
import { always, openSeason, seasonState, termsOf } from "./playable.ts";

const EVIDENCE = ethers.id("evidence");

describe("Stolen keys: operator", () => {
  it("given a false delivery, the owner objects and anybody refunds a silent arbiter's order", async () => {
    const o = await orderable();
    const order = await place(o);
    await o.p.redemptionDesk.connect(o.p.roles.operator).fulfilOrder(order, EVIDENCE);
    await at(ELIGIBLE_AT + 10);
    await o.p.redemptionDesk.connect(o.owner).objectOrder(order, ethers.id("nothing came"));
    await at(ELIGIBLE_AT + 10 + OBJECTION_S + 1);
    await o.p.redemptionDesk.connect(o.poor).refundOrder(order);
    expect(await o.p.stoneLedger.availableOf(o.owner.address)).to.equal(BALANCE);
  });

  it("given a false delivery that the owner does not see, its stones are spent after the objection window", async () => {
    const o = await orderable();
    const desk = o.p.redemptionDesk.connect(o.p.roles.operator);
    const order = await place(o);
    await at(ELIGIBLE_AT + 10);
    await desk.fulfilOrder(order, EVIDENCE);
    const objectableUntil = ELIGIBLE_AT + 10 + OBJECTION_S;
    await at(objectableUntil);
    await expect(desk.completeOrder(order))
      .to.be.revertedWithCustomError(desk, "RedemptionDesk_WrongState")
      .withArgs(order, 2, objectableUntil);
    await at(objectableUntil + 1);
    await desk.completeOrder(order);
    const { out, reserved } = await o.p.stoneLedger.stonesOf(o.owner.address);
    expect([out, reserved]).to.deep.equal([PRICE, 0n]);
    await expect(desk.connect(o.owner).objectOrder(order, ethers.id("nothing came")))
      .to.be.revertedWithCustomError(desk, "RedemptionDesk_WrongState")
      .withArgs(order, 4, objectableUntil);
  });

  it("given every order cancelled, every stone is back with its owner", async () => {
    const o = await orderable();
    const orders = [await place(o), await place(o, { nonce: 1n }, ELIGIBLE_AT + 1)];
    for (const order of orders) await o.p.redemptionDesk.connect(o.p.roles.operator).cancelOrder(order);
    expect(await o.p.stoneLedger.availableOf(o.owner.address)).to.equal(BALANCE);
  });
});

describe("Stolen keys: manufacturer, over device keys", () => {
  const NO_KEY = [ethers.ZeroHash, ethers.ZeroHash, 0n, 0n];
  const CAR = vehicleOf("one");

  /** Somebody with the manufacturer's key revokes the key of the owner's car at T0. */
  async function revoked() {
    const g = await guarded();
    const asMaker = g.p.vehicleRegistry.connect(g.p.roles.manufacturer);
    await at(T0);
    await expect(asMaker.revokeDeviceKey(g.vehicle))
      .to.emit(g.p.vehicleRegistry, "DeviceKeyRevoked")
      .withArgs(g.vehicle);
    return { ...g, asMaker };
  }

  it("given the key of an owner's car revoked, its readings count no more from that second on and the past stays", async () => {
    const { p, owner, vehicle } = await revoked();
    await moveTo(T0 + 10);
    expect([...(await p.vehicleRegistry.deviceKeyAt(vehicle, T0))]).to.deep.equal(NO_KEY);
    expect((await p.vehicleRegistry.deviceKeyAt(vehicle, T0 - 1)).x).to.equal(CAR.device.publicKey.x);
    expect(await p.vehicleRegistry.heldSince(vehicle, owner.address)).to.equal(PAIRED_AT);
  });

  it("given its replacement, the new key sets the car's key again and only what was read between does not count", async () => {
    const { p, stranger, vehicle, asMaker } = await revoked();
    await replaceKey(p, "manufacturer", { to: stranger.address, from: T0 + 10 });
    const setAt = T0 + 20 + WINDOW_S;
    await at(setAt);
    await p.vehicleRegistry.connect(stranger).rotateDeviceKey(registrationOf(CAR));
    await expect(asMaker.revokeDeviceKey(vehicle))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "AccessManagedUnauthorized")
      .withArgs(p.roles.manufacturer.address);
    await moveTo(setAt + 10);
    const keys = [T0 - 1, T0, setAt - 1, setAt].map((time) => p.vehicleRegistry.deviceKeyAt(vehicle, time));
    const { x } = CAR.device.publicKey;
    expect((await Promise.all(keys)).map((key) => key.x)).to.deep.equal([x, ethers.ZeroHash, ethers.ZeroHash, x]);
  });
});

describe("Stolen keys: catalogue", () => {
  it("given a cheap item, it goes up to its stock, and the operator gives such orders back", async () => {
    const o = await orderable();
    const cheap = { ...TERMS, sku: ethers.id("a car for nothing"), price: STEP, stock: 1 };
    await catalogueOf(o.p).listItem(cheap);
    const order = await place(o, { item: 2 });
    await expect(o.p.redemptionDesk.connect(o.owner).placeOrder(intentOf(o, { item: 2, nonce: 1n })))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "RedemptionDesk_OutOfStock")
      .withArgs(2);
    await o.p.redemptionDesk.connect(o.p.roles.operator).cancelOrder(order);
    expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(5n);
  });

  it("given a price it would raise, it has to announce that, and the key is replaced long before", async () => {
    const { p, stranger } = await guarded();
    await catalogueOf(p).listItem(TERMS);
    const dearer = { ...TERMS, price: 1_000n * TERMS.price };
    await expect(catalogueOf(p).changeItem(1, dearer))
      .to.be.revertedWithCustomError(p.catalogue, "Catalogue_NeedsNotice")
      .withArgs(ethers.encodeBytes32String("price"));
    await at(T0);
    await catalogueOf(p).announceItemChange(1, dearer);
    await replaceKey(p, "catalogue", { to: stranger.address, from: T0 + 10 });
    await p.catalogue.connect(stranger).withdrawItemChange(1);
    await at(T0 + p.rulesInForce.noticeS);
    await expect(p.catalogue.applyItemChange(1))
      .to.be.revertedWithCustomError(p.catalogue, "Catalogue_NotAnnounced")
      .withArgs(1, 0);
    expect((await p.redemptionDesk.itemOf(1)).price).to.equal(TERMS.price);
  });
});

describe("Stolen keys: catalogue, over seasons", () => {
  const POOL = 90_000_000_000_000_000n;
  /** The first drop that begins more than a challenge window after T0. */
  const FIRST_DROP = 290;
  const BEGINS_AT = dropStart(GENESIS, FIRST_DROP);
  /** One box of it wins the whole pool. */
  const RUINOUS = termsOf({
    ...always(prizeOf("stones", { amount: POOL })),
    ...{ firstDrop: FIRST_DROP, endDrop: FIRST_DROP + 1, budget: POOL },
  });

  it("given a season that gives more than the pool, it is refused, and one drop earlier too", async () => {
    const { p } = await guarded();
    await at(T0);
    await expect(openSeason({ p }, { ...RUINOUS, budget: POOL + 1n }))
      .to.be.revertedWithCustomError(p.mineBox, "MineBox_PoolExceeded")
      .withArgs(POOL + 1n, POOL);
    await at(T0 + 1);
    await expect(openSeason({ p }, { ...RUINOUS, firstDrop: FIRST_DROP - 1 }))
      .to.be.revertedWithCustomError(p.mineBox, "MineBox_InvalidTerms")
      .withArgs(ethers.encodeBytes32String("firstDrop"), FIRST_DROP - 1);
  });

  it("given a season that gives the pool away, the guardian vetoes it before it begins and the key is replaced", async () => {
    const { p, stranger } = await guarded();
    await at(T0);
    await openSeason({ p }, RUINOUS);
    const veto = async () => {
      await at(BEGINS_AT - 1);
      await p.mineBox.connect(p.roles.guardian).vetoSeason(1);
    };
    await replaceKey(p, "catalogue", { to: stranger.address, from: BEGINS_AT - WINDOW_S, meanwhile: veto });
    expect(await p.mineBox.promised()).to.equal(0n);
    expect(await seasonState({ p })).to.include({ endDrop: FIRST_DROP, budgetLeft: 0n });
    await expect(openSeason({ p }, RUINOUS))
      .to.be.revertedWithCustomError(p.mineBox, "AccessManagedUnauthorized")
      .withArgs(p.roles.catalogue.address);
    const honest = termsOf({ ...always(prizeOf("crystals", { amount: 1n })), firstDrop: 440, endDrop: 450 });
    await expect(p.mineBox.connect(stranger).openSeason(encodable(honest))).to.emit(p.mineBox, "SeasonOpened");
  });
});

describe("Stolen keys: arbiter", () => {
  it("given an objection, it decides wrongly on that order, and on none that nobody objected to", async () => {
    const o = await orderable();
    const [objected, other] = [await place(o), await place(o, { nonce: 1n }, ELIGIBLE_AT + 1)];
    const desk = o.p.redemptionDesk;
    for (const order of [objected, other]) await desk.connect(o.p.roles.operator).fulfilOrder(order, EVIDENCE);
    await desk.connect(o.owner).objectOrder(objected, ethers.id("nothing came"));
    await desk.connect(o.p.roles.arbiter).decideOrder(objected, false);
    const { status, deadline } = await desk.orderOf(other);
    await expect(desk.connect(o.p.roles.arbiter).decideOrder(other, false))
      .to.be.revertedWithCustomError(desk, "RedemptionDesk_WrongState")
      .withArgs(other, status, deadline);
    expect(await o.p.stoneLedger.balanceOf(o.owner.address)).to.equal(BALANCE - PRICE);
  });
});
