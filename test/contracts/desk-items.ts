import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, programmeWithoutNotice } from "./fixture.ts";
import { FULFILMENT_S, TERMS, type Terms } from "./orderable.ts";

const ALL_STONES = 300_000_000n * 10n ** 9n;
const STEP = 1_000_000n;
const LONGEST_S = 15_552_000;

function catalogueOf({ catalogue, roles }: Programme) {
  return catalogue.connect(roles.catalogue);
}

/** The terms as the contract gives them back. */
function stored(terms: Terms): unknown[] {
  return Object.values(terms).map((value) => (typeof value === "number" ? BigInt(value) : value));
}

async function listed(terms: Partial<Terms> = {}): Promise<Programme> {
  const p = await programmeWithoutNotice();
  await catalogueOf(p).listItem({ ...TERMS, ...terms });
  return p;
}

describe("Catalogue: listItem", () => {
  it("when listed, items are numbered from 1 and have their terms", async () => {
    const p = await listed();
    const second = { ...TERMS, sku: ethers.id("bigger battery"), maxRank: 3_000 };
    expect(await catalogueOf(p).listItem.staticCall(second)).to.equal(2n);
    await expect(catalogueOf(p).listItem(second)).to.emit(p.catalogue, "ItemListed").withArgs(2, Object.values(second));
    expect([...(await p.redemptionDesk.itemOf(2))]).to.deep.equal(stored(second));
    expect([...(await p.redemptionDesk.itemOf(1))]).to.deep.equal(stored(TERMS));
    expect(await p.catalogue.itemCount()).to.equal(2n);
  });

  it("given an SKU that is listed, it is refused", async () => {
    const p = await listed();
    await expect(catalogueOf(p).listItem({ ...TERMS, price: STEP }))
      .to.be.revertedWithCustomError(p.catalogue, "Catalogue_SkuListed")
      .withArgs(TERMS.sku, 1);
  });

  const VALID: readonly (readonly [string, Partial<Terms>])[] = [
    ["the smallest price", { price: STEP }],
    ["all stones as price", { price: ALL_STONES }],
    ["a window of one second", { closesAt: TERMS.opensAt + 1 }],
    ["the longest fulfilment", { fulfilmentS: LONGEST_S }],
    ["a second for fulfilment", { fulfilmentS: 1 }],
    ["more days than the rules ask for", { minDaysPaired: 91 }],
    ["no stock", { stock: 0 }],
  ];
  for (const [title, change] of VALID) {
    it(`given ${title}, it is listed`, async () => {
      const p = await listed(change);
      expect([...(await p.redemptionDesk.itemOf(1))]).to.deep.equal(stored({ ...TERMS, ...change }));
    });
  }

  const INVALID: readonly (readonly [string, Partial<Terms>, string, bigint])[] = [
    ["no SKU", { sku: ethers.ZeroHash }, "sku", 0n],
    ["no price", { price: 0n }, "price", 0n],
    ["a price between two steps", { price: STEP + 1n }, "price", STEP + 1n],
    ["a price above all stones", { price: ALL_STONES + STEP }, "price", ALL_STONES + STEP],
    ["a window that closes as it opens", { closesAt: TERMS.opensAt }, "closesAt", BigInt(TERMS.opensAt)],
    ["no time for fulfilment", { fulfilmentS: 0 }, "fulfilmentS", 0n],
    ["too much time for fulfilment", { fulfilmentS: LONGEST_S + 1 }, "fulfilmentS", BigInt(LONGEST_S + 1)],
    ["fewer days than the rules ask for", { minDaysPaired: 89 }, "minDaysPaired", 89n],
  ];
  for (const [title, change, name, value] of INVALID) {
    it(`given ${title}, it is refused`, async () => {
      const p = await programmeWithoutNotice();
      await expect(catalogueOf(p).listItem({ ...TERMS, ...change }))
        .to.be.revertedWithCustomError(p.catalogue, "Catalogue_InvalidTerms")
        .withArgs(ethers.encodeBytes32String(name), value);
    });
  }

  it("given rules scheduled for the day of listing, those hold", async () => {
    const p = await programmeWithoutNotice();
    await p.rules.connect(p.roles.rules).scheduleRules(1, { ...p.rulesInForce, redemptionDelayDays: 100 });
    await at(GENESIS + DAY_S - 1);
    await catalogueOf(p).listItem(TERMS);
    await at(GENESIS + DAY_S);
    await expect(catalogueOf(p).listItem({ ...TERMS, sku: ethers.id("another") }))
      .to.be.revertedWithCustomError(p.catalogue, "Catalogue_InvalidTerms")
      .withArgs(ethers.encodeBytes32String("minDaysPaired"), 90);
  });
});

describe("Catalogue: changeItem", () => {
  const BETTER: readonly (readonly [string, Partial<Terms>, Partial<Terms>?])[] = [
    ["a lower price", { price: STEP }],
    ["more stock", { stock: 4 }],
    ["an earlier opening", { opensAt: GENESIS }],
    ["a later closing", { closesAt: TERMS.closesAt + 1 }],
    ["a shorter fulfilment", { fulfilmentS: FULFILMENT_S - 1 }],
    ["fewer days", { minDaysPaired: 90 }, { minDaysPaired: 91 }],
    ["a higher rank", { maxRank: 11 }, { maxRank: 10 }],
    ["no highest rank any more", { maxRank: 0 }, { maxRank: 10 }],
    ["the same terms", {}],
  ];
  for (const [title, change, before] of BETTER) {
    it(`given ${title}, it is changed at once`, async () => {
      const p = await listed(before);
      const terms = { ...TERMS, ...before, ...change };
      await expect(catalogueOf(p).changeItem(1, terms))
        .to.emit(p.catalogue, "ItemChanged")
        .withArgs(1, Object.values(terms));
      expect([...(await p.redemptionDesk.itemOf(1))]).to.deep.equal(stored(terms));
    });
  }

  const WORSE: readonly (readonly [string, Partial<Terms>, Partial<Terms>?])[] = [
    ["price", { price: TERMS.price + STEP }],
    ["stock", { stock: 2 }],
    ["opensAt", { opensAt: TERMS.opensAt + 1 }],
    ["closesAt", { closesAt: TERMS.closesAt - 1 }],
    ["fulfilmentS", { fulfilmentS: FULFILMENT_S + 1 }],
    ["minDaysPaired", { minDaysPaired: 91 }],
    ["maxRank", { maxRank: 5 }],
    ["maxRank", { maxRank: 9 }, { maxRank: 10 }],
  ];
  for (const [name, change, before] of WORSE) {
    it(`given a worse ${name} (${JSON.stringify(Object.values(change).map(String))}), it needs notice`, async () => {
      const p = await listed(before);
      await expect(catalogueOf(p).changeItem(1, { ...TERMS, ...before, ...change }))
        .to.be.revertedWithCustomError(p.catalogue, "Catalogue_NeedsNotice")
        .withArgs(ethers.encodeBytes32String(name));
    });
  }

  it("given another SKU, it is refused", async () => {
    const p = await listed();
    const sku = ethers.id("another");
    await expect(catalogueOf(p).changeItem(1, { ...TERMS, sku }))
      .to.be.revertedWithCustomError(p.catalogue, "Catalogue_InvalidTerms")
      .withArgs(ethers.encodeBytes32String("sku"), BigInt(sku));
  });

  it("given a price between two steps, it is refused", async () => {
    const p = await listed();
    await expect(catalogueOf(p).changeItem(1, { ...TERMS, price: STEP + 1n }))
      .to.be.revertedWithCustomError(p.catalogue, "Catalogue_InvalidTerms")
      .withArgs(ethers.encodeBytes32String("price"), STEP + 1n);
  });

  it("given an item that was never listed, it is refused", async () => {
    const p = await programmeWithoutNotice();
    await expect(catalogueOf(p).changeItem(1, TERMS))
      .to.be.revertedWithCustomError(p.redemptionDesk, "RedemptionDesk_UnknownItem")
      .withArgs(1);
  });

  describe("given rules that became stricter since", () => {
    async function stricter(): Promise<Programme> {
      const p = await listed();
      const rules = { ...p.rulesInForce, redemptionDelayDays: 120, maxFulfilmentS: 1_000 };
      await p.rules.connect(p.roles.rules).scheduleRules(1, rules);
      await moveTo(GENESIS + DAY_S);
      return p;
    }

    it("when the price falls, the other terms may stay", async () => {
      const p = await stricter();
      await catalogueOf(p).changeItem(1, { ...TERMS, price: STEP });
      expect((await p.redemptionDesk.itemOf(1)).price).to.equal(STEP);
    });

    it("when the days fall further below the rules, it is refused", async () => {
      const p = await stricter();
      await expect(catalogueOf(p).changeItem(1, { ...TERMS, minDaysPaired: 89 }))
        .to.be.revertedWithCustomError(p.catalogue, "Catalogue_InvalidTerms")
        .withArgs(ethers.encodeBytes32String("minDaysPaired"), 89);
    });
  });

  it("given rules that became looser since, the days may fall to them", async () => {
    const p = await listed();
    await p.rules.connect(p.roles.rules).scheduleRules(1, { ...p.rulesInForce, redemptionDelayDays: 30 });
    await moveTo(GENESIS + DAY_S);
    await catalogueOf(p).changeItem(1, { ...TERMS, minDaysPaired: 30 });
    expect((await p.redemptionDesk.itemOf(1)).minDaysPaired).to.equal(30n);
  });
});

describe("RedemptionDesk: itemOf", () => {
  for (const item of [0, 2]) {
    it(`given item ${item}, which was never listed, it is refused`, async () => {
      const p = await listed();
      await expect(p.redemptionDesk.itemOf(item))
        .to.be.revertedWithCustomError(p.redemptionDesk, "RedemptionDesk_UnknownItem")
        .withArgs(item);
    });
  }
});
