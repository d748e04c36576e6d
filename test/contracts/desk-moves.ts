import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { expectSkips, signIntent } from "../support/contracts-intents.ts";
import { at, ethers, moveTo, now } from "./fixture.ts";
import { catalogueOf } from "./listed.ts";
import { announceRecovery, RECOVERY_S } from "./movable.ts";
import {
  BALANCE,
  ELIGIBLE_AT,
  intentOf,
  OBJECTION_S,
  type Orderable,
  orderable,
  PRICE,
  place,
  TERMS,
} from "./orderable.ts";
import { move } from "./vouchers.ts";

const FULFILLED_AT = ELIGIBLE_AT + 100;
const REASON = ethers.id("reason");

/** An owner whose order stands, and who has moved since. */
async function moved() {
  const o = await orderable();
  const order = await place(o);
  const heir = o.p.owners[2] as HardhatEthersSigner;
  await move(o.p, o.owner, heir);
  return { o, order, heir, desk: o.p.redemptionDesk };
}

/** The same with the order fulfilled. */
async function movedAndFulfilled() {
  const given = await moved();
  await at(FULFILLED_AT);
  await given.desk.connect(given.o.p.roles.operator).fulfilOrder(given.order, ethers.id("evidence"));
  return given;
}

/** The same of an owner who then moved so often that four pointers do not lead to the last account. */
async function movedFar() {
  const o = await orderable();
  const accounts = [o.owner, ...o.p.owners.slice(2, 7)] as HardhatEthersSigner[];
  for (const [i, to] of accounts.slice(1).entries()) {
    await announceRecovery(o.p, (accounts[i] as HardhatEthersSigner).address, to);
  }
  await moveTo((await now()) + RECOVERY_S);
  const order = await place(o);
  const desk = o.p.redemptionDesk;
  await desk.connect(o.p.roles.operator).fulfilOrder(order, ethers.id("evidence"));
  for (const { address } of accounts.slice(0, -1)) await o.p.accountMoves.executeRecovery(address);
  return { o, order, desk, between: accounts[4] as HardhatEthersSigner };
}

async function stonesOf({ p }: Orderable, account: string): Promise<unknown[]> {
  return [...(await p.stoneLedger.stonesOf(account))];
}

describe("RedemptionDesk: acceptOrder, of an account that moved", () => {
  it("given the account that it moved to, its stones are spent", async () => {
    const { o, order, heir, desk } = await movedAndFulfilled();
    await expect(desk.connect(heir).acceptOrder(order))
      .to.emit(o.p.stoneLedger, "Transfer")
      .withArgs(heir.address, ethers.ZeroAddress, PRICE);
    expect(await stonesOf(o, heir.address)).to.deep.equal([0n, BALANCE, PRICE, 0n, false]);
  });

  it("given the account that ordered and moved away, it is refused", async () => {
    const { o, order, desk } = await movedAndFulfilled();
    await expect(desk.connect(o.owner).acceptOrder(order))
      .to.be.revertedWithCustomError(desk, "RedemptionDesk_NotOwner")
      .withArgs(order, o.owner.address);
  });
});

for (const { name, args } of [
  { name: "acceptOrder", args: [] },
  { name: "objectOrder", args: [REASON] },
] as const) {
  describe(`RedemptionDesk: ${name}, of an account that moved too often`, () => {
    it("given five pointers, the account between is refused: its key may be a thief's", async () => {
      const { order, desk, between } = await movedFar();
      await expect(desk.connect(between).getFunction(name)(order, ...args))
        .to.be.revertedWithCustomError(desk, "RedemptionDesk_AccountMoved")
        .withArgs(between.address);
    });

    it("given five pointers of which one was shortened, the last account answers", async () => {
      const { o, order, desk } = await movedFar();
      await o.p.accountMoves.shortenForward(o.owner.address);
      await desk.connect(o.p.owners[6] as HardhatEthersSigner).getFunction(name)(order, ...args);
      expect((await desk.orderOf(order)).status).to.equal(name === "acceptOrder" ? 4n : 3n);
    });
  });
}

describe("RedemptionDesk: objectOrder, of an account that moved", () => {
  it("given the account that it moved to, the order is objected to", async () => {
    const { order, heir, desk } = await movedAndFulfilled();
    await at(FULFILLED_AT + 10);
    await expect(desk.connect(heir).objectOrder(order, REASON))
      .to.emit(desk, "OrderObjected")
      .withArgs(order, REASON, FULFILLED_AT + 10 + OBJECTION_S);
  });

  it("given the account that ordered and moved away, it is refused", async () => {
    const { o, order, desk } = await movedAndFulfilled();
    await expect(desk.connect(o.owner).objectOrder(order, REASON))
      .to.be.revertedWithCustomError(desk, "RedemptionDesk_NotOwner")
      .withArgs(order, o.owner.address);
  });
});

describe("RedemptionDesk: cancelOrder, of an account that moved", () => {
  it("given an order, its stones are free where the account moved to", async () => {
    const { o, order, heir, desk } = await moved();
    expect(await stonesOf(o, heir.address)).to.deep.equal([0n, BALANCE, 0n, PRICE, false]);
    await desk.connect(o.p.roles.operator).cancelOrder(order);
    expect(await stonesOf(o, heir.address)).to.deep.equal([0n, BALANCE, 0n, 0n, false]);
    expect(await stonesOf(o, o.owner.address)).to.deep.equal([BALANCE, 0n, BALANCE, 0n, true]);
  });
});

for (const { name, type, extra } of [
  { name: "acceptOrders", type: "OrderAcceptance", extra: {} },
  { name: "objectOrders", type: "OrderObjection", extra: { reasonHash: REASON } },
] as const) {
  describe(`RedemptionDesk: ${name}, of an account that moved`, () => {
    /** Submits an answer that somebody signed. */
    async function submit(given: Awaited<ReturnType<typeof movedAndFulfilled>>, by: HardhatEthersSigner) {
      const message = { order: given.order, ...extra, deadline: FULFILLED_AT + 3_600 };
      const signature = await signIntent(by, type, message, { contracts: given.o.p });
      return given.desk[name]([message as never], [signature]);
    }

    it("given the signature of the account that it moved to, it is carried out", async () => {
      const given = await movedAndFulfilled();
      await expectSkips(submit(given, given.heir), given.desk, []);
      expect((await given.desk.orderOf(given.order)).status).to.equal(name === "acceptOrders" ? 4n : 3n);
    });

    it("given five pointers and the signature of the account between, it is skipped", async () => {
      const { o, order, desk, between } = await movedFar();
      const message = { order, ...extra, deadline: (await now()) + 3_600 };
      const signature = await signIntent(between, type, message, { contracts: o.p });
      const skip = { index: 0, account: between.address, error: "RedemptionDesk_AccountMoved" };
      await expectSkips(desk[name]([message as never], [signature]), desk, [skip]);
    });

    it("given the signature of the account that moved away, it is skipped", async () => {
      const given = await movedAndFulfilled();
      const skip = { index: 0, account: given.heir.address, error: "InvalidSignature" };
      await expectSkips(submit(given, given.o.owner), given.desk, [skip]);
    });
  });
}

describe("RedemptionDesk: placeOrder, of an account that moved", () => {
  it("given the account that moved away, it has no stones to order with", async () => {
    const { o, desk } = await moved();
    await expect(desk.connect(o.owner).placeOrder(intentOf(o, { nonce: 1n })))
      .to.be.revertedWithCustomError(o.p.stoneLedger, "StoneLedger_InsufficientStones")
      .withArgs(o.owner.address, 0, PRICE);
  });

  it("given a vehicle that followed, the days since its pairing count on", async () => {
    const { o, heir, desk } = await moved();
    await o.p.vehicleRegistry.followMove(o.vehicle);
    await desk.connect(heir).placeOrder(intentOf(o, { account: heir.address }));
    expect((await o.p.stoneLedger.stonesOf(heir.address)).reserved).to.equal(2n * PRICE);
  });

  it("given a vehicle that did not follow yet, the new account is refused", async () => {
    const { o, heir, desk } = await moved();
    await expect(desk.connect(heir).placeOrder(intentOf(o, { account: heir.address })))
      .to.be.revertedWithCustomError(desk, "RedemptionDesk_NotEligible")
      .withArgs(heir.address, o.vehicle);
  });
});

describe("RedemptionDesk: placeOrder, by milestone", () => {
  const WINDOW_S = 86_400;

  /** Item 2 asks for milestone 1, which the owner is attested to have reached at ELIGIBLE_AT. */
  async function withMilestone(attested: boolean) {
    const o = await orderable();
    const { milestones, roles } = o.p;
    await milestones.connect(roles.rules).defineMilestone(ethers.id("10,000 km"));
    await catalogueOf(o.p).listItem({ ...TERMS, sku: ethers.id("another"), milestone: 1 });
    await moveTo(ELIGIBLE_AT - 1);
    await at(ELIGIBLE_AT);
    if (attested) await milestones.connect(roles.attester).attestMilestone(1, [o.owner.address]);
    return o;
  }

  async function expectNotEligible(o: Orderable, time: number): Promise<void> {
    await at(time);
    await expect(o.p.redemptionDesk.connect(o.owner).placeOrder(intentOf(o, { item: 2 })))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "RedemptionDesk_NotEligible")
      .withArgs(o.owner.address, o.vehicle);
  }

  it("given an account without the milestone, it is refused", async () => {
    await expectNotEligible(await withMilestone(false), ELIGIBLE_AT + WINDOW_S);
  });

  it("given the last second in which the attestation can be revoked, it is refused", async () => {
    await expectNotEligible(await withMilestone(true), ELIGIBLE_AT + WINDOW_S - 1);
  });

  it("given an attestation that counts, it is placed", async () => {
    const o = await withMilestone(true);
    const order = await place(o, { item: 2 }, ELIGIBLE_AT + WINDOW_S);
    expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(1n);
  });

  it("given an attestation that was revoked, it is refused", async () => {
    const o = await withMilestone(true);
    await o.p.milestones.connect(o.p.roles.guardian).revokeAttestation(1, o.owner.address);
    await expectNotEligible(o, ELIGIBLE_AT + WINDOW_S);
  });
});
