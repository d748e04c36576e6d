import { expect } from "chai";
import { describe, it } from "mocha";
import { at, DAY_S, ethers, GENESIS, programmeWithoutNotice } from "./fixture.ts";
import { catalogueOf, listed, STEP, stored } from "./listed.ts";
import { TERMS, type Terms } from "./orderable.ts";

const ALL_STONES = 300_000_000n * 10n ** 9n;
const LONGEST_S = 15_552_000;

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

  it("given an SKU whose item was delisted, it is refused for ever", async () => {
    const p = await listed();
    await catalogueOf(p).announceItemChange(1, { ...TERMS, stock: 0, closesAt: TERMS.opensAt + 1 });
    await p.catalogue.applyItemChange(1);
    await at(TERMS.closesAt + 1_000 * DAY_S);
    await expect(catalogueOf(p).listItem({ ...TERMS, closesAt: TERMS.closesAt + 2_000 * DAY_S }))
      .to.be.revertedWithCustomError(p.catalogue, "Catalogue_SkuListed")
      .withArgs(TERMS.sku, 1);
    expect(await p.catalogue.itemOfSku(TERMS.sku)).to.equal(1n);
  });

  it("given a pause, it is refused until it ends", async () => {
    const p = await programmeWithoutNotice();
    await p.catalogue.connect(p.roles.guardian).pause();
    const until = await p.catalogue.pausedUntil();
    await at(Number(until) - 1);
    await expect(catalogueOf(p).listItem(TERMS))
      .to.be.revertedWithCustomError(p.catalogue, "PausedUntil")
      .withArgs(until);
    await at(Number(until));
    await catalogueOf(p).listItem(TERMS);
    expect(await p.catalogue.itemOfSku(TERMS.sku)).to.equal(1n);
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
