import { expect } from "chai";
import { describe, it } from "mocha";
import { openingsOf } from "../support/contracts-days.ts";
import { expectSkips, signIntent } from "../support/contracts-intents.ts";
import { settle } from "./creditable.ts";
import { at, moveTo } from "./fixture.ts";
import { BALANCE, ELIGIBLE_AT, type Intent, intentOf, type Orderable, orderable, PRICE } from "./orderable.ts";

const DEADLINE = ELIGIBLE_AT + 3_600;
const EARNED = 50_000_000n;

/** Day 1 gives stones to both owners, and is creditable. */
async function earning() {
  const o = await orderable();
  const stones = { [o.owner.address]: BALANCE + EARNED, [o.poor.address]: EARNED };
  const { tree, creditableAt } = await settle(o.p, 1, { stones });
  await moveTo(creditableAt);
  await moveTo(ELIGIBLE_AT);
  const poors = intentOf(o, { account: o.poor.address, vehicle: o.poorVehicle, deadline: DEADLINE });
  return { o, opening: openingsOf(tree, [0, 1]), intents: [intentOf(o, { deadline: DEADLINE }), poors] as const };
}

/** A stranger credits the day's leaves and submits both owners' orders. */
async function submit(
  { p }: Orderable,
  { leaves, proof, flags }: ReturnType<typeof openingsOf>,
  { intents, signatures }: { intents: readonly Intent[]; signatures: readonly string[] },
) {
  const desk = p.redemptionDesk.connect(p.roles.manufacturer);
  return desk.creditAndPlaceOrders(1, leaves, proof, flags, [...intents], [...signatures]);
}

function signBoth({ p, owner, poor }: Orderable, [first, second]: readonly [Intent, Intent]): Promise<string[]> {
  const place = { contracts: p };
  return Promise.all([signIntent(owner, "OrderIntent", first, place), signIntent(poor, "OrderIntent", second, place)]);
}

describe("RedemptionDesk: creditAndPlaceOrders", () => {
  it("when called, everybody's leaf is credited and the orders are placed", async () => {
    const { o, opening, intents } = await earning();
    const transaction = submit(o, opening, { intents, signatures: await signBoth(o, intents) });
    await expect(transaction)
      .to.emit(o.p.stoneLedger, "DayCredited")
      .withArgs(1, 2, 2n * EARNED);
    await expectSkips(transaction, o.p.redemptionDesk, []);
    expect([...(await o.p.stoneLedger.stonesOf(o.poor.address))]).to.deep.equal([EARNED, 0n, 0n, PRICE, false]);
    expect([...(await o.p.stoneLedger.stonesOf(o.owner.address))]).to.deep.equal([
      BALANCE + EARNED,
      0n,
      0n,
      PRICE,
      false,
    ]);
  });

  it("given an order that cannot be placed, it is skipped and the credits stay", async () => {
    const { o, opening, intents } = await earning();
    const [signature] = await signBoth(o, intents);
    const signatures = [signature as string, "0x"];
    const skip = { index: 1, account: o.poor.address, error: "InvalidSignature" };
    await expectSkips(submit(o, opening, { intents, signatures }), o.p.redemptionDesk, [skip]);
    expect(await o.p.stoneLedger.availableOf(o.poor.address)).to.equal(EARNED);
  });

  it("given leaves that were credited already, it only orders", async () => {
    const { o, opening, intents } = await earning();
    await o.p.stoneLedger.creditMany(1, opening.leaves, opening.proof, opening.flags);
    const transaction = submit(o, opening, { intents, signatures: await signBoth(o, intents) });
    await expect(transaction).to.emit(o.p.stoneLedger, "DayCredited").withArgs(1, 2, 0);
    expect((await o.p.stoneLedger.stonesOf(o.poor.address)).reserved).to.equal(PRICE);
  });

  it("given a leaf that is not the day's, all is refused", async () => {
    const { o, opening, intents } = await earning();
    const leaves = opening.leaves.map((leaf) => ({ ...leaf, stones: leaf.stones + 1n }));
    const signatures = await signBoth(o, intents);
    await expect(submit(o, { ...opening, leaves }, { intents, signatures }))
      .to.be.revertedWithCustomError(o.p.stoneLedger, "StoneLedger_InvalidProof")
      .withArgs(1);
  });

  it("given lists of two lengths, all is refused", async () => {
    const { o, opening, intents } = await earning();
    await at(ELIGIBLE_AT + 1);
    await expect(submit(o, opening, { intents, signatures: [] }))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "LengthMismatch")
      .withArgs();
    expect(await o.p.stoneLedger.balanceOf(o.poor.address)).to.equal(0n);
  });
});
