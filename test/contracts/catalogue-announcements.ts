import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, now, programme } from "./fixture.ts";
import { catalogueOf, STEP, stored } from "./listed.ts";
import { ELIGIBLE_AT, FULFILMENT_S, intentOf, orderable, place, TERMS, type Terms } from "./orderable.ts";

const NOTICE_S = 2_592_000;
const APPLY_WITHIN_S = 7 * DAY_S;
const ANNOUNCED_AT = GENESIS + 10 * DAY_S;
const FROM = ANNOUNCED_AT + NOTICE_S;
const DEARER: Terms = { ...TERMS, price: TERMS.price + STEP };
const NOTHING = stored({ ...TERMS, sku: ethers.ZeroHash, price: 0n }).map((value, i) => (i === 0 ? value : 0n));

/** A programme with the published notice, in which item 1 is listed. */
async function listed(terms: Partial<Terms> = {}): Promise<Programme> {
  const p = await programme();
  await catalogueOf(p).listItem({ ...TERMS, ...terms });
  return p;
}

async function announce(p: Programme, terms: Terms, time = ANNOUNCED_AT) {
  await at(time);
  return catalogueOf(p).announceItemChange(1, terms);
}

/** Item 1 with an announced change of it. */
async function announced(change: Partial<Terms>): Promise<Programme> {
  const p = await listed();
  await announce(p, { ...TERMS, ...change });
  return p;
}

/** Somebody without any role applies what is announced of item 1. */
async function apply(p: Programme, time: number) {
  await at(time);
  return p.catalogue.connect(p.owners[0] as HardhatEthersSigner).applyItemChange(1);
}

async function expectNotAnnounced(p: Programme, sending: Promise<unknown>, from: number): Promise<void> {
  await expect(sending).to.be.revertedWithCustomError(p.catalogue, "Catalogue_NotAnnounced").withArgs(1, from);
}

async function termsOf(p: Programme): Promise<unknown[]> {
  return [...(await p.redemptionDesk.itemOf(1))];
}

async function announcementOf(p: Programme): Promise<{ terms: unknown[]; from: bigint }> {
  const { terms, from } = await p.catalogue.announcementOf(1);
  return { terms: [...terms], from };
}

/** Announces the end of mining with the shortest notice. @returns Its first second. */
async function announceMiningEnd(p: Programme): Promise<number> {
  const day = Number(await p.rules.dayOf((await now()) + 180 * DAY_S)) + 2;
  await p.stoneLedger.connect(p.roles.admin).announceMiningEnd(day);
  return GENESIS + day * DAY_S;
}

describe("Catalogue: announceItemChange", () => {
  it("when announced, the terms are told and the item stays as it was", async () => {
    const p = await listed();
    await expect(announce(p, DEARER))
      .to.emit(p.catalogue, "ItemChangeAnnounced")
      .withArgs(1, Object.values(DEARER), FROM);
    expect(await announcementOf(p)).to.deep.equal({ terms: stored(DEARER), from: BigInt(FROM) });
    expect(await termsOf(p)).to.deep.equal(stored(TERMS));
  });

  it("given an announcement, a new one replaces it and its notice begins anew", async () => {
    const p = await announced(DEARER);
    const cheaper = { ...DEARER, price: TERMS.price + 2n * STEP };
    await announce(p, cheaper, FROM - 1);
    expect(await announcementOf(p)).to.deep.equal({ terms: stored(cheaper), from: BigInt(FROM - 1 + NOTICE_S) });
    await expectNotAnnounced(p, apply(p, FROM), FROM - 1 + NOTICE_S);
  });

  it("given a longer notice scheduled for the day of announcing, that one holds", async () => {
    const p = await listed();
    await p.rules.connect(p.roles.rules).scheduleRules(10, { ...p.rulesInForce, noticeS: 2 * NOTICE_S });
    await announce(p, DEARER);
    expect((await announcementOf(p)).from).to.equal(BigInt(ANNOUNCED_AT + 2 * NOTICE_S));
  });

  const INVALID: readonly (readonly [string, Partial<Terms>, string, bigint])[] = [
    ["another SKU", { sku: ethers.id("another") }, "sku", BigInt(ethers.id("another"))],
    ["a price between two steps", { price: STEP + 1n }, "price", STEP + 1n],
    ["a window without a second", { closesAt: TERMS.opensAt }, "closesAt", BigInt(TERMS.opensAt)],
    ["more time for fulfilment than the rules allow", { fulfilmentS: 15_552_001 }, "fulfilmentS", 15_552_001n],
    ["fewer days than the rules ask for", { minDaysPaired: 89 }, "minDaysPaired", 89n],
  ];
  for (const [title, change, name, value] of INVALID) {
    it(`given ${title}, it is refused`, async () => {
      const p = await listed();
      await expect(announce(p, { ...TERMS, ...change }))
        .to.be.revertedWithCustomError(p.catalogue, "Catalogue_InvalidTerms")
        .withArgs(ethers.encodeBytes32String(name), value);
    });
  }

  it("given an item that was never listed, it is refused", async () => {
    const p = await programme();
    await expect(announce(p, TERMS))
      .to.be.revertedWithCustomError(p.redemptionDesk, "RedemptionDesk_UnknownItem")
      .withArgs(1);
  });

  it("given a pause, it is refused", async () => {
    const p = await listed();
    await at(ANNOUNCED_AT - 10);
    await p.catalogue.connect(p.roles.guardian).pause();
    await expect(announce(p, DEARER))
      .to.be.revertedWithCustomError(p.catalogue, "PausedUntil")
      .withArgs(ANNOUNCED_AT - 10 + 7 * DAY_S);
  });

  describe("given that the end of mining is announced", () => {
    const LATE = GENESIS + 2_000 * DAY_S;

    /** An item that is open from now until long after the end. */
    async function ending() {
      const terms = { ...TERMS, closesAt: LATE };
      const p = await listed(terms);
      const endsAt = await announceMiningEnd(p);
      return { p, terms, openUntil: endsAt + 730 * DAY_S };
    }

    it("when the window would close before 24 months after it, it is refused", async () => {
      const { p, terms, openUntil } = await ending();
      await expect(announce(p, { ...terms, closesAt: openUntil - 1 }))
        .to.be.revertedWithCustomError(p.catalogue, "Catalogue_MustStayOpen")
        .withArgs(openUntil);
    });

    it("when the window would close 24 months after it, it is announced", async () => {
      const { p, terms, openUntil } = await ending();
      await expect(announce(p, { ...terms, closesAt: openUntil })).to.emit(p.catalogue, "ItemChangeAnnounced");
    });

    it("when the window would open later, it is refused", async () => {
      const { p, terms, openUntil } = await ending();
      await expect(announce(p, { ...terms, opensAt: terms.opensAt + 1 }))
        .to.be.revertedWithCustomError(p.catalogue, "Catalogue_MustStayOpen")
        .withArgs(openUntil);
    });

    it("when a window that ends before would be shortened, it is refused", async () => {
      const p = await listed();
      await announceMiningEnd(p);
      await expect(announce(p, { ...TERMS, closesAt: TERMS.closesAt - 1 }))
        .to.be.revertedWithCustomError(p.catalogue, "Catalogue_MustStayOpen")
        .withArgs(TERMS.closesAt);
    });

    it("when the window stays, the price may rise with notice", async () => {
      const { p, terms } = await ending();
      await announce(p, { ...terms, price: DEARER.price });
      await apply(p, FROM);
      expect((await p.redemptionDesk.itemOf(1)).price).to.equal(DEARER.price);
    });
  });
});

describe("Catalogue: applyItemChange", () => {
  const WORSE: readonly (readonly [keyof Terms, Partial<Terms>])[] = [
    ["price", { price: DEARER.price }],
    ["stock", { stock: 2 }],
    ["opensAt", { opensAt: TERMS.opensAt + 1 }],
    ["closesAt", { closesAt: TERMS.closesAt - 1 }],
    ["fulfilmentS", { fulfilmentS: FULFILMENT_S + 1 }],
    ["minDaysPaired", { minDaysPaired: 91 }],
    ["maxRank", { maxRank: 5 }],
    ["milestone", { milestone: 1 }],
  ];
  for (const [name, change] of WORSE) {
    it(`given a worse ${name} whose notice is over, anybody puts it in place`, async () => {
      const p = await announced(change);
      const terms = { ...TERMS, ...change };
      await expect(apply(p, FROM)).to.emit(p.catalogue, "ItemChanged").withArgs(1, Object.values(terms));
      expect(await termsOf(p)).to.deep.equal(stored(terms));
      expect(await announcementOf(p)).to.deep.equal({ terms: NOTHING, from: 0n });
    });
  }

  it("given the last second of the notice, it is refused", async () => {
    const p = await announced(DEARER);
    await expectNotAnnounced(p, apply(p, FROM - 1), FROM);
    expect(await termsOf(p)).to.deep.equal(stored(TERMS));
  });

  it("given the last second of the 7 days after it, it is put in place", async () => {
    const p = await announced(DEARER);
    await apply(p, FROM + APPLY_WITHIN_S - 1);
    expect(await termsOf(p)).to.deep.equal(stored(DEARER));
  });

  it("given the second after these 7 days, it has lapsed", async () => {
    const p = await announced(DEARER);
    await expectNotAnnounced(p, apply(p, FROM + APPLY_WITHIN_S), FROM);
    expect(await termsOf(p)).to.deep.equal(stored(TERMS));
  });

  it("given no announcement, it is refused", async () => {
    const p = await listed();
    await expectNotAnnounced(p, apply(p, FROM), 0);
  });

  it("given an announcement that was put in place, it is refused the second time", async () => {
    const p = await announced(DEARER);
    await apply(p, FROM);
    await expectNotAnnounced(p, apply(p, FROM + 1), 0);
  });

  it("given more stock than is left, the stock is not raised", async () => {
    const p = await announced({ ...DEARER, stock: 1_000 });
    await apply(p, FROM);
    expect(await termsOf(p)).to.deep.equal(stored(DEARER));
  });

  it("given orders since the announcement, what was sold is not there again", async () => {
    const o = await orderable();
    await at(ELIGIBLE_AT);
    await catalogueOf(o.p).announceItemChange(1, DEARER);
    await place(o, {}, ELIGIBLE_AT + 1);
    await o.p.catalogue.applyItemChange(1);
    expect(await termsOf(o.p)).to.deep.equal(stored({ ...DEARER, stock: TERMS.stock - 1 }));
  });

  it("given improvements since the announcement, the announced terms hold all the same", async () => {
    const p = await announced(DEARER);
    await catalogueOf(p).changeItem(1, { ...TERMS, price: STEP, stock: 9 });
    await apply(p, FROM);
    expect(await termsOf(p)).to.deep.equal(stored(DEARER));
  });

  it("given a pause, it is put in place all the same", async () => {
    const p = await announced(DEARER);
    await at(FROM - 1);
    await p.catalogue.connect(p.roles.guardian).pause();
    await apply(p, FROM);
    expect(await termsOf(p)).to.deep.equal(stored(DEARER));
  });

  it("given an end of mining announced since, a window is not shortened", async () => {
    const p = await announced({ closesAt: TERMS.closesAt - 1 });
    await announceMiningEnd(p);
    await expect(apply(p, FROM))
      .to.be.revertedWithCustomError(p.catalogue, "Catalogue_MustStayOpen")
      .withArgs(TERMS.closesAt);
  });

  it("given a delisting, new orders are refused and those before live on", async () => {
    const o = await orderable();
    const order = await place(o);
    await catalogueOf(o.p).announceItemChange(1, { ...TERMS, opensAt: 0, closesAt: 1 });
    await o.p.catalogue.applyItemChange(1);
    await expect(o.p.redemptionDesk.connect(o.owner).placeOrder(intentOf(o, { nonce: 1n })))
      .to.be.revertedWithCustomError(o.p.redemptionDesk, "RedemptionDesk_NotOpen")
      .withArgs(1, 0, 1);
    await o.p.redemptionDesk.connect(o.p.roles.operator).fulfilOrder(order, ethers.id("evidence"));
    await o.p.redemptionDesk.connect(o.owner).acceptOrder(order);
    expect((await o.p.redemptionDesk.orderOf(order)).status).to.equal(4n);
  });
});

describe("Catalogue: withdrawItemChange", () => {
  it("when withdrawn, the change does not come", async () => {
    const p = await announced(DEARER);
    await expect(catalogueOf(p).withdrawItemChange(1)).to.emit(p.catalogue, "ItemChangeWithdrawn").withArgs(1);
    expect(await announcementOf(p)).to.deep.equal({ terms: NOTHING, from: 0n });
    await expectNotAnnounced(p, apply(p, FROM), 0);
  });

  it("given no announcement, it is refused", async () => {
    const p = await listed();
    await expectNotAnnounced(p, catalogueOf(p).withdrawItemChange(1), 0);
  });

  it("given a pause, it is withdrawn all the same", async () => {
    const p = await announced(DEARER);
    await p.catalogue.connect(p.roles.guardian).pause();
    await catalogueOf(p).withdrawItemChange(1);
    expect((await announcementOf(p)).from).to.equal(0n);
  });
});

describe("Catalogue: announcementOf", () => {
  it("given an item without an announcement, it is all zero", async () => {
    const p = await listed();
    await moveTo(FROM);
    expect(await announcementOf(p)).to.deep.equal({ terms: NOTHING, from: 0n });
  });
});
