import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { DAY_S, ethers, GENESIS, moveTo, programmeWithoutNotice } from "./fixture.ts";
import { catalogueOf, listed, STEP, stored } from "./listed.ts";
import { FULFILMENT_S, TERMS, type Terms } from "./orderable.ts";

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
    ["the same highest rank", { stock: 4 }, { maxRank: 10 }],
    ["no milestone any more", { milestone: 0 }, { milestone: 2 }],
    ["the same milestone", { stock: 4 }, { milestone: 2 }],
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
    ["milestone", { milestone: 1 }],
    ["milestone", { milestone: 3 }, { milestone: 2 }],
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

  it("given a pause, it is refused", async () => {
    const p = await listed();
    await p.catalogue.connect(p.roles.guardian).pause();
    await expect(catalogueOf(p).changeItem(1, TERMS))
      .to.be.revertedWithCustomError(p.catalogue, "PausedUntil")
      .withArgs(await p.catalogue.pausedUntil());
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
