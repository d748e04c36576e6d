import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { DROPS_PER_DAY, ZERO_HASH } from "../../src/protocol/index.ts";
import { grantOf, withdrawalOf } from "../support/contracts-consents.ts";
import { openingOf, settlementArguments } from "../support/contracts-days.ts";
import { treeOf } from "./creditable.ts";
import { at, ethers, moveTo } from "./fixture.ts";
import { moveAccount } from "./movable.ts";
import {
  BALANCE,
  ELIGIBLE_AT,
  earnMore,
  FULFILMENT_S,
  OBJECTION_S,
  type Orderable,
  orderable,
  PRICE,
  place,
} from "./orderable.ts";

/** From this second on no key of the programme sends anything. */
const SILENT_FROM = ELIGIBLE_AT + 10;
/** What the owner earned by the end of day 1, of which BALANCE is credited. */
const EARNED = 2n * BALANCE;

/** How many transactions the programme's keys have sent. */
async function sentByRoles({ p }: Orderable): Promise<number> {
  const counts = Object.values(p.roles).map((key) => ethers.provider.getTransactionCount(key.address));
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** An owner with a consent, a vehicle, a leaf that is not credited, an order fulfilled and one that waits. */
async function abandoned() {
  const o = await orderable();
  await o.p.consentRegistry.connect(o.owner).grantConsent(grantOf(o.p, o.owner));
  const opening = await earnMore(o, EARNED);
  const fulfilled = await place(o);
  const waiting = await place(o, { nonce: 1n }, ELIGIBLE_AT + 1);
  await at(SILENT_FROM - 1);
  await o.p.redemptionDesk.connect(o.p.roles.operator).fulfilOrder(fulfilled, ethers.id("evidence"));
  await moveTo(SILENT_FROM);
  const sent = await sentByRoles(o);
  return { o, desk: o.p.redemptionDesk, opening, fulfilled, waiting, sent };
}

describe("Silent keys: all of the programme's", () => {
  it("given a leaf that was settled, whoever has its proof credits it", async () => {
    const { o, opening, sent } = await abandoned();
    await o.p.stoneLedger.connect(o.poor).credit(1, opening.leaf, opening.proof);
    expect(await o.p.stoneLedger.balanceOf(o.owner.address)).to.equal(EARNED);
    expect(await sentByRoles(o)).to.equal(sent);
  });

  it("given an order that nobody fulfils, anybody refunds it after its deadline", async () => {
    const { o, desk, waiting, sent } = await abandoned();
    await at(ELIGIBLE_AT + 1 + FULFILMENT_S + 1);
    await desk.connect(o.poor).refundOrder(waiting);
    expect((await o.p.stoneLedger.stonesOf(o.owner.address)).reserved).to.equal(PRICE);
    expect(await sentByRoles(o)).to.equal(sent);
  });

  it("given a delivery that did not come, the owner objects and anybody refunds what no arbiter decides", async () => {
    const { o, desk, fulfilled, waiting, sent } = await abandoned();
    await at(SILENT_FROM + 10);
    await desk.connect(o.owner).objectOrder(fulfilled, ethers.id("nothing came"));
    await at(SILENT_FROM + 10 + OBJECTION_S + 1);
    await desk.connect(o.poor).refundOrder(fulfilled);
    await at(ELIGIBLE_AT + 1 + FULFILMENT_S + 1);
    await desk.connect(o.poor).refundOrder(waiting);
    expect(await o.p.stoneLedger.availableOf(o.owner.address)).to.equal(BALANCE);
    expect(await sentByRoles(o)).to.equal(sent);
  });

  it("given a delivery that came, the owner accepts it and its stones are spent", async () => {
    const { o, desk, fulfilled, sent } = await abandoned();
    await desk.connect(o.owner).acceptOrder(fulfilled);
    expect((await o.p.stoneLedger.stonesOf(o.owner.address)).out).to.equal(PRICE);
    expect(await sentByRoles(o)).to.equal(sent);
  });

  it("given a consent and a vehicle, the owner withdraws the one and releases the other in that second", async () => {
    const { o, sent } = await abandoned();
    const { consentRegistry, operator, vehicleRegistry } = o.p;
    await at(SILENT_FROM + 10);
    await consentRegistry.connect(o.owner).withdrawConsent(withdrawalOf(o.p, o.owner));
    expect((await consentRegistry.consentOf(o.owner.address, operator, 1)).revoked).to.equal(SILENT_FROM + 10);
    await at(SILENT_FROM + 20);
    const release = { vehicle: o.vehicle, account: o.owner.address, deadline: 0 };
    await vehicleRegistry.connect(o.owner).releaseVehicle(release);
    expect((await vehicleRegistry.pairingOf(o.vehicle)).until).to.equal(SILENT_FROM + 20);
    expect(await sentByRoles(o)).to.equal(sent);
  });

  it("given another account of the owner's, it moves there with stones, orders, vehicle and what is not credited", async () => {
    const { o, opening, desk, waiting, sent } = await abandoned();
    const to = o.p.owners[2] as HardhatEthersSigner;
    await moveAccount(o.p, o.owner, to, SILENT_FROM + 10);
    await o.p.vehicleRegistry.connect(to).followMove(o.vehicle);
    await o.p.stoneLedger.connect(to).credit(1, opening.leaf, opening.proof);
    await at(ELIGIBLE_AT + 1 + FULFILMENT_S + 1);
    await desk.connect(to).refundOrder(waiting);
    expect((await o.p.vehicleRegistry.pairingOf(o.vehicle)).account).to.equal(to.address);
    expect(await o.p.stoneLedger.availableOf(to.address)).to.equal(EARNED - PRICE);
    expect(await sentByRoles(o)).to.equal(sent);
  });
});

describe("Silent keys: the relayer's", () => {
  it("given 7 days since the end of a day, the standby key anchors it and settles it, and owners are paid", async () => {
    const { o } = await abandoned();
    const { dropAnchor, roles, stoneLedger } = o.p;
    const tree = treeOf({ stones: { [o.owner.address]: EARNED + BALANCE } });
    const totals = { stonesRoot: tree.tree.root, accounts: 1, stones: EARNED + BALANCE, metres: 1_000n };
    const drops = Array(DROPS_PER_DAY).fill(ZERO_HASH);
    await dropAnchor.connect(roles.standby).anchorDropsAsStandby(2 * DROPS_PER_DAY, drops, ZERO_HASH);
    await stoneLedger.connect(roles.standby).settleDayAsStandby(...settlementArguments(2, totals));
    await moveTo(Number((await stoneLedger.settlementOf(2)).creditableAt));
    const { leaf, proof } = openingOf(tree, 0);
    await stoneLedger.connect(o.poor).credit(2, leaf, proof);
    expect(await stoneLedger.balanceOf(o.owner.address)).to.equal(EARNED + BALANCE);
  });
});
