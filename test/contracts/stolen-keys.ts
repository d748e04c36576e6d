import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { ROLES } from "../../src/protocol/codec/roles.ts";
import { ZERO_HASH } from "../../src/protocol/index.ts";
import { openingOf, settlementArguments } from "../support/contracts-days.ts";
import { register, registerOne, registrationOf, vehicleOf } from "../support/contracts-vehicles.ts";
import { settle } from "./creditable.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, now } from "./fixture.ts";
import { type Guarded, guarded, REGISTRATIONS, replaceKey, WINDOW_S } from "./guarded.ts";
import { catalogueOf, STEP } from "./listed.ts";
import { announceRecovery } from "./movable.ts";
import { BALANCE, ELIGIBLE_AT, intentOf, OBJECTION_S, orderable, PRICE, place, TERMS } from "./orderable.ts";

/** What one day may give at most here: 1,000 m, each 100,000 units. */
const EARNED = BALANCE;
/** The first second in which a false day 0 is settled. */
const T0 = GENESIS + DAY_S + 1_000;
const EVIDENCE = ethers.id("evidence");

/** Somebody with the relayer's key settles day 0 for itself at a second. */
async function settleFalsely({ p, thief }: Guarded, time = T0) {
  await at(time);
  return settle(p, 0, { stones: { [thief.address]: EARNED } });
}

/** Anybody credits the first leaf of day 0. */
function creditFirst({ p, stranger }: Guarded, tree: Awaited<ReturnType<typeof settle>>["tree"]) {
  const { leaf, proof } = openingOf(tree, 0);
  return p.stoneLedger.connect(stranger).credit(0, leaf, proof);
}

async function balanceOf({ p }: Pick<Guarded, "p">, { address }: HardhatEthersSigner): Promise<bigint> {
  return p.stoneLedger.balanceOf(address);
}

describe("Stolen keys: relayer", () => {
  it("given a false day, it credits nothing in its window and nothing after a veto in its last second", async () => {
    const g = await guarded();
    const { tree, creditableAt } = await settleFalsely(g);
    await at(creditableAt - 2);
    await expect(creditFirst(g, tree))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_ChallengeWindow")
      .withArgs(0, creditableAt);
    await at(creditableAt - 1);
    await g.p.stoneLedger.connect(g.p.roles.guardian).vetoDay(0);
    await at(creditableAt);
    await expect(creditFirst(g, tree))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_NotSettled")
      .withArgs(0);
    expect(await balanceOf(g, g.thief)).to.equal(0n);
  });

  it("given a false day without a veto, it misallocates what that day gives, and nothing of earlier ones", async () => {
    const g = await guarded();
    const honest = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED / 2n } });
    await moveTo(honest.creditableAt);
    await creditFirst(g, honest.tree);
    const stones = { [g.owner.address]: EARNED / 2n, [g.thief.address]: EARNED / 2n };
    const { tree, creditableAt } = await settle(g.p, 1, { stones });
    await moveTo(creditableAt);
    const { leaf, proof } = openingOf(tree, 1);
    await g.p.stoneLedger.credit(1, leaf, proof);
    expect([await balanceOf(g, g.owner), await balanceOf(g, g.thief)]).to.deep.equal([EARNED / 2n, EARNED / 2n]);
  });

  it("given leaves that promise more than the total, no credit passes it", async () => {
    const g = await guarded();
    await at(T0);
    const stones = { [g.thief.address]: 1_000n * EARNED, [g.owner.address]: EARNED };
    const { tree, creditableAt } = await settle(g.p, 0, { stones, total: EARNED });
    await moveTo(creditableAt);
    await expect(creditFirst(g, tree))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_AboveSettled")
      .withArgs(1_000n * EARNED, EARNED);
  });

  it("given a total above what the metres can give, it is refused", async () => {
    const g = await guarded();
    await expect(settle(g.p, 0, { stones: { [g.thief.address]: EARNED + 1n } }))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_TotalOutOfBounds")
      .withArgs(ethers.encodeBytes32String("stones"), EARNED + 1n, 0, EARNED);
  });

  it("given three vetoes used up, the overseer still vetoes", async () => {
    const g = await guarded();
    const { guardian, overseer } = g.p.roles;
    for (let round = 0; round < 3; ++round) {
      await settleFalsely(g, T0 + round * (WINDOW_S + 10));
      await g.p.stoneLedger.connect(guardian).vetoDay(0);
    }
    await settleFalsely(g, T0 + 3 * (WINDOW_S + 10));
    await expect(g.p.stoneLedger.connect(guardian).vetoDay(0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_VetoesUsedUp")
      .withArgs(0);
    await expect(g.p.stoneLedger.connect(overseer).vetoDayByOverseer(0))
      .to.emit(g.p.stoneLedger, "DayVetoed")
      .withArgs(0, overseer.address);
    expect(await g.p.stoneLedger.settledDays()).to.equal(0n);
  });

  it("given a day vetoed, it cannot use up the vetoes within minutes", async () => {
    const g = await guarded();
    await settleFalsely(g);
    await at(T0 + 10);
    await g.p.stoneLedger.connect(g.p.roles.guardian).vetoDay(0);
    await expect(settleFalsely(g, T0 + 9 + WINDOW_S))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_TooSoonAfterVeto")
      .withArgs(0, T0 + 10 + WINDOW_S);
  });

  it("given a guardian and an admin who act, the key is replaced after one more false day and the owner is paid", async () => {
    const g = await guarded();
    const { stoneLedger, roles } = g.p;
    await settleFalsely(g);
    await at(T0 + 10);
    await stoneLedger.connect(roles.guardian).vetoDay(0);
    await replaceKey(g.p, "relayer", {
      ...{ to: g.stranger.address, from: T0 + 20 },
      meanwhile: () => settleFalsely(g, T0 + 10 + WINDOW_S),
    });
    await at(T0 + 30 + WINDOW_S);
    await stoneLedger.connect(roles.guardian).vetoDay(0);
    await expect(settleFalsely(g, T0 + 30 + 2 * WINDOW_S))
      .to.be.revertedWithCustomError(stoneLedger, "AccessManagedUnauthorized")
      .withArgs(roles.relayer.address);
    const replaced = { ...g.p, roles: { ...roles, relayer: g.stranger } };
    const { tree, creditableAt } = await settle(replaced, 0, { stones: { [g.owner.address]: EARNED } });
    expect(creditableAt - (T0 + WINDOW_S)).to.be.at.most(3 * WINDOW_S);
    await moveTo(creditableAt);
    await creditFirst(g, tree);
    expect([await balanceOf(g, g.owner), await balanceOf(g, g.thief)]).to.deep.equal([EARNED, 0n]);
  });

  it("given rubbish in the drops of a day that is not settled, it is superseded", async () => {
    const g = await guarded();
    const anchor = g.p.dropAnchor.connect(g.p.roles.relayer);
    await moveTo(GENESIS + DAY_S + 600);
    await anchor.anchorDrops(144, [ethers.id("rubbish")], ZERO_HASH);
    await expect(anchor.supersede(144, [EVIDENCE], ZERO_HASH))
      .to.emit(g.p.dropAnchor, "DropsSuperseded")
      .withArgs(144, 145);
    expect(await g.p.dropAnchor.rootOf(144)).to.equal(EVIDENCE);
  });
});

describe("Stolen keys: receipt key", () => {
  it("given the key, it has no role and sends nothing", async () => {
    const { p } = await guarded();
    const held = Object.values(ROLES).map(async (role) => (await p.accessManager.hasRole(role, p.receiptKey)).isMember);
    expect(await Promise.all(held)).to.deep.equal(held.map(() => false));
    const anchor = p.dropAnchor.connect(await ethers.getSigner(p.receiptKey));
    await expect(anchor.anchorDrops(144, [ZERO_HASH], ZERO_HASH))
      .to.be.revertedWithCustomError(p.dropAnchor, "AccessManagedUnauthorized")
      .withArgs(p.receiptKey);
  });

  it("given its end at once, what it promises from then on is nobody's promise", async () => {
    const { p } = await guarded();
    await at(T0);
    await p.rules.connect(p.roles.rules).setReceiptKey(p.receiptKey, 1, T0);
    expect(await p.rules.isReceiptKey(p.receiptKey, T0 - 1)).to.equal(true);
    expect(await p.rules.isReceiptKey(p.receiptKey, T0)).to.equal(false);
  });
});

describe("Stolen keys: guardian", () => {
  it("given a true day, it is delayed three times and paid after that", async () => {
    const g = await guarded();
    const stones = { [g.owner.address]: EARNED };
    for (let round = 0; round < 3; ++round) {
      await at(T0 + round * 2 * WINDOW_S);
      await settle(g.p, 0, { stones });
      await at(T0 + (round * 2 + 1) * WINDOW_S - 1);
      await g.p.stoneLedger.connect(g.p.roles.guardian).vetoDay(0);
    }
    await at(T0 + 6 * WINDOW_S);
    const { tree, creditableAt } = await settle(g.p, 0, { stones });
    await expect(g.p.stoneLedger.connect(g.p.roles.guardian).vetoDay(0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_VetoesUsedUp")
      .withArgs(0);
    await moveTo(creditableAt);
    await creditFirst(g, tree);
    expect(creditableAt - (T0 + WINDOW_S)).to.equal(6 * WINDOW_S);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given a pause of all that it can pause, duties rest for 7 of 28 days and owners go on", async () => {
    const g = await guarded();
    const { tree, creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await at(T0);
    await g.p.stoneLedger.connect(g.p.roles.guardian).pause();
    await g.p.vehicleRegistry.connect(g.p.roles.guardian).pause();
    const next = settlementArguments(1, {});
    await expect(g.p.stoneLedger.connect(g.p.roles.relayer).settleDay(...next))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "PausedUntil")
      .withArgs(T0 + 7 * DAY_S);
    await moveTo(creditableAt);
    await creditFirst(g, tree);
    await g.p.vehicleRegistry
      .connect(g.owner)
      .releaseVehicle({ vehicle: g.vehicle, account: g.owner.address, deadline: 0 });
    await at(T0 + 28 * DAY_S - 1);
    await expect(g.p.stoneLedger.connect(g.p.roles.guardian).pause())
      .to.be.revertedWithCustomError(g.p.stoneLedger, "NotPausableBefore")
      .withArgs(T0 + 28 * DAY_S);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });
});

describe("Stolen keys: manufacturer", () => {
  it("given phantom vehicles, they are visible and end at the daily limit", async () => {
    const { p } = await guarded();
    const names = Array.from({ length: REGISTRATIONS }, (_, i) => `phantom ${i}`);
    await register(p, ...names);
    const registered = await p.vehicleRegistry.queryFilter(p.vehicleRegistry.filters.VehicleRegistered());
    expect(registered.slice(1).map(({ args }) => args.vehicle)).to.deep.equal(
      names.map((name) => vehicleOf(name).vehicle),
    );
    await expect(registerOne(p, "one more"))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_DailyLimitReached")
      .withArgs(1, REGISTRATIONS);
  });

  it("given a release that the owner contests, only the arbiter could release the vehicle", async () => {
    const { p, owner, vehicle } = await guarded();
    const asMaker = p.vehicleRegistry.connect(p.roles.manufacturer);
    await at(T0);
    await asMaker.requestRelease(vehicle);
    await at(T0 + 72 * 3_600 - 1);
    await p.vehicleRegistry.connect(owner).contestRelease(vehicle);
    await at(T0 + 72 * 3_600);
    await expect(asMaker.executeRelease(vehicle))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_ReleaseNotExecutable")
      .withArgs(vehicle);
    await p.vehicleRegistry.connect(p.roles.arbiter).decideRelease(vehicle, false);
    expect(await p.vehicleRegistry.heldSince(vehicle, owner.address)).to.equal(GENESIS - 1_000);
  });

  it("given a device key of its own in an owner's car, the car's earlier key keeps its time", async () => {
    const { p, vehicle } = await guarded();
    await at(T0);
    const rotated = { ...registrationOf(vehicleOf("the thief's")), vehicle };
    const { keyX } = registrationOf(vehicleOf("one"));
    await expect(p.vehicleRegistry.connect(p.roles.manufacturer).rotateDeviceKey(rotated))
      .to.emit(p.vehicleRegistry, "DeviceKeyRotated")
      .withArgs(vehicle, rotated.keyX, rotated.keyY);
    expect((await p.vehicleRegistry.deviceKeyAt(vehicle, T0 - 1)).x).to.equal(keyX);
  });
});

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

  it("given every order cancelled, every stone is back with its owner", async () => {
    const o = await orderable();
    const orders = [await place(o), await place(o, { nonce: 1n }, ELIGIBLE_AT + 1)];
    for (const order of orders) await o.p.redemptionDesk.connect(o.p.roles.operator).cancelOrder(order);
    expect(await o.p.stoneLedger.availableOf(o.owner.address)).to.equal(BALANCE);
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

describe("Stolen keys: rules", () => {
  it("given worse rules, they wait for the notice, and the key is replaced long before", async () => {
    const { p, stranger } = await guarded();
    const worse = { ...p.rulesInForce, dailyCapM: 1 };
    await at(T0);
    await expect(p.rules.connect(p.roles.rules).scheduleRules(2, worse))
      .to.be.revertedWithCustomError(p.rules, "Rules_NeedsNotice")
      .withArgs(ethers.encodeBytes32String("dailyCapM"), 2, T0 + p.rulesInForce.noticeS);
    await p.rules.connect(p.roles.rules).scheduleRules(32, worse);
    await replaceKey(p, "rules", { to: stranger.address, from: T0 + 10 });
    await p.rules.connect(stranger).scheduleRules(32, p.rulesInForce);
    expect((await p.rules.rulesAt(32)).dailyCapM).to.equal(BigInt(p.rulesInForce.dailyCapM));
  });

  it("given better rules that nobody wants, they hold from the next day and end after the notice", async () => {
    const { p, stranger } = await guarded();
    await at(T0);
    await p.rules.connect(p.roles.rules).scheduleRules(2, { ...p.rulesInForce, maxRegistrationsPerDay: 0 });
    await replaceKey(p, "rules", { to: stranger.address, from: T0 + 10 });
    await p.rules.connect(stranger).scheduleRules(33, p.rulesInForce);
    const held = [1, 2, 32, 33].map(async (day) => (await p.rules.rulesAt(day)).maxRegistrationsPerDay);
    const limit = BigInt(REGISTRATIONS);
    expect(await Promise.all(held)).to.deep.equal([limit, 0n, 0n, limit]);
  });

  it("given a version as far ahead as it can be, the rules are tied down for no longer", async () => {
    const { p, stranger } = await guarded();
    await at(T0);
    await p.rules.connect(p.roles.rules).scheduleRules(181, p.rulesInForce);
    await replaceKey(p, "rules", { to: stranger.address, from: T0 + 10 });
    await expect(p.rules.connect(stranger).scheduleRules(180, p.rulesInForce))
      .to.be.revertedWithCustomError(p.rules, "Rules_DayNotAhead")
      .withArgs(180, 181);
    await p.rules.connect(stranger).scheduleRules(181, { ...p.rulesInForce, dailyCapM: 300_000 });
    expect((await p.rules.rulesAt(181)).dailyCapM).to.equal(300_000n);
  });
});

describe("Stolen keys: attester", () => {
  it("given a false milestone, the guardian revokes it in its window and it never counts", async () => {
    const { p, thief } = await guarded();
    await p.milestones.connect(p.roles.rules).defineMilestone(ethers.id("10,000 km"));
    await at(T0);
    await p.milestones.connect(p.roles.attester).attestMilestone(1, [thief.address]);
    await at(T0 + WINDOW_S - 1);
    await p.milestones.connect(p.roles.guardian).revokeAttestation(1, thief.address);
    await moveTo(T0 + WINDOW_S);
    expect(await p.milestones.isReached(1, thief.address)).to.equal(false);
  });

  it("given a false milestone that nobody saw in its window, it counts for good", async () => {
    const { p, thief } = await guarded();
    await p.milestones.connect(p.roles.rules).defineMilestone(ethers.id("10,000 km"));
    await at(T0);
    await p.milestones.connect(p.roles.attester).attestMilestone(1, [thief.address]);
    await at(T0 + WINDOW_S);
    await expect(p.milestones.connect(p.roles.guardian).revokeAttestation(1, thief.address))
      .to.be.revertedWithCustomError(p.milestones, "Milestones_NotRevocable")
      .withArgs(1, thief.address);
    await moveTo(T0 + WINDOW_S);
    expect(await p.milestones.isReached(1, thief.address)).to.equal(true);
  });

  it("given accounts called adult that are not, it is public and gives neither crystals nor stones", async () => {
    const g = await guarded();
    const box = g.p.mineBox.connect(g.p.roles.attester);
    await expect(box.attestAdults([g.thief.address], true))
      .to.emit(g.p.mineBox, "AdultsAttested")
      .withArgs([g.thief.address], true);
    expect((await g.p.mineBox.playOf(g.thief.address)).crystals).to.equal(0n);
    expect(await balanceOf(g, g.thief)).to.equal(0n);
    await box.attestAdults([g.thief.address], false);
    expect((await g.p.mineBox.playOf(g.thief.address)).adult).to.equal(false);
  });
});

describe("Stolen keys: recovery", () => {
  /** The owner has stones, and their move to the thief is announced. */
  async function announced() {
    const g = await guarded();
    const { tree, creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await moveTo(creditableAt);
    await creditFirst(g, tree);
    await announceRecovery(g.p, g.owner.address, g.thief);
    return { g, executableAt: (await now()) + 30 * DAY_S };
  }

  it("given an owner who cancels in the last of the 30 days, nothing moves", async () => {
    const { g, executableAt } = await announced();
    const { accountMoves } = g.p;
    await at(executableAt - 2);
    await expect(accountMoves.executeRecovery(g.owner.address))
      .to.be.revertedWithCustomError(accountMoves, "AccountMoves_RecoveryTooEarly")
      .withArgs(g.owner.address, executableAt);
    await at(executableAt - 1);
    await accountMoves.connect(g.owner).cancelRecovery();
    await at(executableAt);
    await expect(accountMoves.executeRecovery(g.owner.address))
      .to.be.revertedWithCustomError(accountMoves, "AccountMoves_NoRecovery")
      .withArgs(g.owner.address);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given an owner who never looks, the account moves after the 30 days", async () => {
    const { g, executableAt } = await announced();
    await at(executableAt);
    await g.p.accountMoves.connect(g.stranger).executeRecovery(g.owner.address);
    expect([await balanceOf(g, g.owner), await balanceOf(g, g.thief)]).to.deep.equal([0n, EARNED]);
  });
});

describe("Stolen keys: standby", () => {
  it("given a relayer that is alive, it neither anchors nor settles", async () => {
    const { p } = await guarded();
    const allowedFrom = GENESIS + DAY_S + 600 + 7 * DAY_S;
    await at(allowedFrom - 1);
    await expect(p.dropAnchor.connect(p.roles.standby).anchorDropsAsStandby(144, [ZERO_HASH], ZERO_HASH))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_StandbyTooEarly")
      .withArgs(144, allowedFrom);
    const day = settlementArguments(0, {});
    await settle(p, 0, { stones: {}, total: 0n, accounts: 0 });
    await expect(p.stoneLedger.connect(p.roles.standby).settleDayAsStandby(...day))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotNextDay")
      .withArgs(0, 1);
  });

  it("given a day that nobody settled for 7 days, it settles it within the same window and veto", async () => {
    const { p } = await guarded();
    const allowedFrom = GENESIS + 8 * DAY_S;
    const asStandby = p.stoneLedger.connect(p.roles.standby);
    await at(allowedFrom - 1);
    await expect(asStandby.settleDayAsStandby(...settlementArguments(0, {})))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_StandbyTooEarly")
      .withArgs(0, allowedFrom);
    await at(allowedFrom);
    await asStandby.settleDayAsStandby(...settlementArguments(0, {}));
    expect((await p.stoneLedger.settlementOf(0)).creditableAt).to.equal(allowedFrom + WINDOW_S);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(0);
    expect(await p.stoneLedger.settledDays()).to.equal(0n);
  });
});

describe("Stolen keys: overseer", () => {
  it("given a true day, it delays it, and takes nothing that is creditable", async () => {
    const g = await guarded();
    const { overseer } = g.p.roles;
    const stones = { [g.owner.address]: EARNED };
    await at(T0);
    await settle(g.p, 0, { stones });
    await g.p.stoneLedger.connect(overseer).vetoDayByOverseer(0);
    await at(T0 + 2 * WINDOW_S);
    const { tree, creditableAt } = await settle(g.p, 0, { stones });
    await at(creditableAt);
    await expect(g.p.stoneLedger.connect(overseer).vetoDayByOverseer(0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_ChallengeWindow")
      .withArgs(0, creditableAt);
    await creditFirst(g, tree);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given vetoes without end, the admin replaces the key within the window", async () => {
    const g = await guarded();
    const { overseer } = g.p.roles;
    await settle(g.p, 0, { stones: {}, total: 0n, accounts: 0 });
    await at(T0);
    await g.p.stoneLedger.connect(overseer).vetoDayByOverseer(0);
    await replaceKey(g.p, "overseer", { to: g.stranger.address, from: T0 + 10 });
    await expect(g.p.stoneLedger.connect(overseer).vetoDayByOverseer(0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "AccessManagedUnauthorized")
      .withArgs(overseer.address);
  });
});
