import { expect } from "chai";
import { describe, it } from "mocha";
import { dropStart } from "../../src/protocol/index.ts";
import { encodable, prizeOf, type TestTerms } from "../support/contracts-boxes.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, now, programmeWithoutNotice } from "./fixture.ts";
import {
  always,
  FIRST_DROP,
  NO_VEHICLE,
  OPENED_AT,
  open,
  openSeason,
  type Playable,
  PRIZES,
  playable,
  request,
  reveal,
  season,
  seasonState,
  TERMS,
  termsOf,
  toDrop,
  WORST,
} from "./playable.ts";

const POOL = 90_000_000_000_000_000n;
/** 366 days. */
const LONGEST = 366 * 144;
const LAST = termsOf().endDrop;

function name(term: string): string {
  return ethers.encodeBytes32String(term);
}

/** Expects that the catalogue cannot fix a season, because of one term. */
async function expectInvalid(change: Partial<TestTerms>, term: string, value: number | bigint | string): Promise<void> {
  const g = await playable();
  await at(OPENED_AT);
  await expect(openSeason(g, termsOf(change)))
    .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_InvalidTerms")
    .withArgs(name(term), value);
}

/** The present season's last second has passed, and its boxes are open. */
async function over(change: Partial<TestTerms> = {}) {
  const g = await season(change);
  const requested = await request(g, g.owner);
  await reveal(g, FIRST_DROP);
  await open(g, [g.owner.address, NO_VEHICLE]);
  return { g, requested };
}

describe("MineBox: openSeason", () => {
  it("when fixed, it is numbered and has its terms, and its budget is promised", async () => {
    const g = await playable();
    const { mineBox, roles } = g.p;
    expect(await mineBox.connect(roles.catalogue).openSeason.staticCall(encodable(TERMS))).to.equal(1n);
    await at(OPENED_AT);
    const { prizes, ...terms } = TERMS;
    const told = Object.values({
      ...terms,
      prizes: prizes.map((prize) => [prize.kind, prize.weight, prize.amount, prize.item]),
    });
    await expect(openSeason(g, TERMS)).to.emit(mineBox, "SeasonOpened").withArgs(1, told);
    expect(await mineBox.seasonCount()).to.equal(1n);
    expect(await mineBox.promised()).to.equal(TERMS.budget);
    const { price, guarantee, guaranteedTier, maxBoxes } = await mineBox.seasonOf(1);
    expect([price, guarantee, guaranteedTier, maxBoxes].map(Number)).to.deep.equal([10, 3, 2, 30]);
    expect(await seasonState(g)).to.deep.equal({
      ...{ firstDrop: FIRST_DROP, endDrop: LAST, forced: false, forcedFrom: 0, budgetLeft: TERMS.budget },
      ...{ vouchersLeft: TERMS.vouchers, linksLeft: TERMS.links, pending: 0, tip: TERMS.tip },
    });
    const kept = (await mineBox.prizesOf(1)).map(({ kind, weight, amount, item }) => ({
      ...{ kind: Number(kind), weight: Number(weight), amount, item: Number(item) },
    }));
    expect(kept).to.deep.equal(PRIZES);
  });

  it("given a drop that begins a second more than a challenge window ahead, it may begin there", async () => {
    const g = await playable();
    await at(dropStart(GENESIS, FIRST_DROP) - DAY_S - 1);
    await expect(openSeason(g, TERMS)).to.emit(g.p.mineBox, "SeasonOpened");
  });

  it("given a drop that begins a challenge window ahead to the second, it is refused", async () => {
    const g = await playable();
    await at(dropStart(GENESIS, FIRST_DROP) - DAY_S);
    await expect(openSeason(g, TERMS))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_InvalidTerms")
      .withArgs(name("firstDrop"), FIRST_DROP);
  });

  it("given a challenge window scheduled for today, that one holds", async () => {
    const p = await programmeWithoutNotice();
    const rules = { ...p.rulesInForce, challengeWindowS: 1_200 };
    await p.rules.connect(p.roles.rules).scheduleRules(1, rules);
    const terms = { ...termsOf(always(prizeOf("crystals", { amount: 1n }))), firstDrop: 147, endDrop: 148 };
    const box = p.mineBox.connect(p.roles.catalogue);
    await at(dropStart(GENESIS, 144));
    await expect(box.openSeason(encodable({ ...terms, firstDrop: 146 })))
      .to.be.revertedWithCustomError(p.mineBox, "MineBox_InvalidTerms")
      .withArgs(name("firstDrop"), 146);
    await expect(box.openSeason(encodable(terms))).to.emit(p.mineBox, "SeasonOpened");
  });

  it("given a time before genesis, the first season may begin in drop 1 and not in drop 0", async () => {
    const p = await programmeWithoutNotice();
    const terms = termsOf(always(prizeOf("crystals", { amount: 1n })));
    const box = p.mineBox.connect(p.roles.catalogue);
    await expect(box.openSeason(encodable({ ...terms, firstDrop: 0 })))
      .to.be.revertedWithCustomError(p.mineBox, "MineBox_InvalidTerms")
      .withArgs(name("firstDrop"), 0);
    await expect(box.openSeason(encodable({ ...terms, firstDrop: 1 }))).to.emit(p.mineBox, "SeasonOpened");
    expect(await now()).to.be.lessThan(GENESIS - DAY_S);
  });

  it("given a season that waits, there is no other", async () => {
    const g = await playable();
    await at(OPENED_AT);
    await openSeason(g, TERMS);
    await at(dropStart(GENESIS, FIRST_DROP) - 1);
    await expect(openSeason(g, termsOf({ firstDrop: LAST, endDrop: LAST + 1 })))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_SeasonWaiting")
      .withArgs(1);
  });

  describe("given a season that has begun", () => {
    it("when the next begins at its end, it is numbered after it", async () => {
      const g = await season();
      const next = termsOf({ firstDrop: LAST, endDrop: LAST + 1 });
      const transaction = openSeason(g, next);
      await expect(transaction).to.emit(g.p.mineBox, "SeasonOpened");
      expect(await g.p.mineBox.seasonCount()).to.equal(2n);
      expect(await g.p.mineBox.promised()).to.equal(2n * TERMS.budget);
    });

    it("when the next begins a drop before its end, it is refused", async () => {
      const g = await season();
      await expect(openSeason(g, termsOf({ firstDrop: LAST - 1, endDrop: LAST })))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_InvalidTerms")
        .withArgs(name("firstDrop"), LAST - 1);
    });
  });

  it("given a forced season, the next need not wait for its end", async () => {
    const g = await season();
    await request(g, g.owner);
    await at(dropStart(GENESIS, FIRST_DROP + 1) + 3_601);
    await g.p.mineBox.forceSeason(1);
    const firstDrop = FIRST_DROP + 7 + 144 + 1;
    await expect(openSeason(g, termsOf({ firstDrop, endDrop: LAST }))).to.emit(g.p.mineBox, "SeasonOpened");
  });

  it("given a forced season whose next was vetoed before, another need not wait for its end", async () => {
    const g = await season();
    await openSeason(g, termsOf({ firstDrop: LAST, endDrop: LAST + 1 }));
    await g.p.mineBox.connect(g.p.roles.guardian).vetoSeason(2);
    await request(g, g.owner);
    await at(dropStart(GENESIS, FIRST_DROP + 1) + 3_601);
    await g.p.mineBox.forceSeason(1);
    const firstDrop = FIRST_DROP + 7 + 144 + 1;
    await expect(openSeason(g, termsOf({ firstDrop, endDrop: LAST }))).to.emit(g.p.mineBox, "SeasonOpened");
  });

  it("given two vetoed seasons, the next waits for the end of the one before them", async () => {
    const g = await season();
    for (const number of [2, 3]) {
      await openSeason(g, termsOf({ firstDrop: LAST + 50, endDrop: LAST + 60 }));
      await g.p.mineBox.connect(g.p.roles.guardian).vetoSeason(number);
    }
    await expect(openSeason(g, termsOf({ firstDrop: LAST - 1, endDrop: LAST + 1 })))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_InvalidTerms")
      .withArgs(name("firstDrop"), LAST - 1);
    await expect(openSeason(g, termsOf({ firstDrop: LAST, endDrop: LAST + 1 }))).to.emit(g.p.mineBox, "SeasonOpened");
  });

  for (const [title, later, isTaken] of [
    ["366 days after it could begin", 366 * 144, true],
    ["a drop more than 366 days after it could begin", 366 * 144 + 1, false],
  ] as const) {
    it(`given a first drop ${title}, it is ${isTaken ? "taken" : "refused"}`, async () => {
      const g = await playable();
      await at(OPENED_AT);
      const firstDrop = FIRST_DROP + later;
      const call = openSeason(g, termsOf({ firstDrop, endDrop: firstDrop + 1 }));
      if (isTaken) await expect(call).to.emit(g.p.mineBox, "SeasonOpened");
      else {
        await expect(call)
          .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_InvalidTerms")
          .withArgs(name("firstDrop"), firstDrop);
      }
    });
  }

  it("given a vetoed season, the next may begin where it could have", async () => {
    const g = await playable();
    await at(OPENED_AT);
    await openSeason(g, TERMS);
    await g.p.mineBox.connect(g.p.roles.guardian).vetoSeason(1);
    await openSeason(g, termsOf({ firstDrop: FIRST_DROP + 1 }));
    expect(await g.p.mineBox.seasonCount()).to.equal(2n);
  });

  it("given the whole pool, it is promised", async () => {
    const g = await playable();
    await at(OPENED_AT);
    await openSeason(g, termsOf({ budget: POOL }));
    expect(await g.p.mineBox.promised()).to.equal(POOL);
  });

  it("given a unit more than the pool, it is refused", async () => {
    const g = await playable();
    await at(OPENED_AT);
    await expect(openSeason(g, termsOf({ budget: POOL + 1n })))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_PoolExceeded")
      .withArgs(POOL + 1n, POOL);
  });

  it("given what earlier seasons promised, it counts", async () => {
    const g = await season();
    const budget = POOL - TERMS.budget + 1n;
    await expect(openSeason(g, termsOf({ firstDrop: LAST, endDrop: LAST + 1, budget })))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_PoolExceeded")
      .withArgs(POOL + 1n, POOL);
  });

  it("given a pause, it is refused", async () => {
    const g = await playable();
    await g.p.mineBox.connect(g.p.roles.guardian).pause();
    const until = (await now()) + 7 * DAY_S;
    await expect(openSeason(g, TERMS)).to.be.revertedWithCustomError(g.p.mineBox, "PausedUntil").withArgs(until);
  });

  const stones = prizeOf("stones", { amount: WORST });
  const crystals = prizeOf("crystals", { amount: 1n });
  const many = (count: number, weight = 1) => Array.from({ length: count }, () => ({ ...crystals, weight }));
  const withPrizes = (...prizes: TestTerms["prizes"]) => ({ ...always(crystals), prizes });

  const VALID: readonly (readonly [string, Partial<TestTerms>])[] = [
    ["the longest season", { endDrop: FIRST_DROP + LONGEST }],
    ["a season of one drop", { endDrop: FIRST_DROP + 1 }],
    ["a guarantee of one box less than the limit", { guarantee: 29 }],
    ["a guarantee of no miss", { guarantee: 0 }],
    ["one prize", withPrizes(crystals)],
    ["sixteen prizes", withPrizes(...many(16))],
    ["weights up to 32 bits", withPrizes({ ...crystals, weight: 2 ** 32 - 2 }, crystals)],
    ["a million crystals", withPrizes({ ...crystals, amount: 1_000_000n })],
    ["the best prize as budget", { budget: WORST }],
    ["the last tier as the guaranteed one", { ...withPrizes(prizeOf("nothing"), crystals), guaranteedTier: 1 }],
  ];
  for (const [title, change] of VALID) {
    it(`given ${title}, it is fixed`, async () => {
      const g = await playable();
      await at(OPENED_AT);
      await expect(openSeason(g, termsOf(change))).to.emit(g.p.mineBox, "SeasonOpened");
    });
  }

  const INVALID: readonly (readonly [string, Partial<TestTerms>, string, number | bigint])[] = [
    ["no drop", { endDrop: FIRST_DROP }, "endDrop", FIRST_DROP],
    ["a drop more than the longest season", { endDrop: FIRST_DROP + LONGEST + 1 }, "endDrop", FIRST_DROP + LONGEST + 1],
    ["no price", { price: 0 }, "price", 0],
    ["no boxes", { maxBoxes: 0 }, "maxBoxes", 0],
    ["a guarantee as high as the limit", { guarantee: 30 }, "guarantee", 30],
    ["no links", { links: 0 }, "links", 0],
    ["no tip", { tip: ethers.ZeroHash }, "tip", 0],
    ["no prizes", { prizes: [] }, "prizes", 0],
    ["seventeen prizes", withPrizes(...many(17)), "prizes", 17],
    ["a prize without weight", withPrizes({ ...crystals, weight: 0 }), "weight", 0],
    ["weights of 33 bits", withPrizes(...many(2, 2 ** 31)), "weight", 2 ** 32],
    ["a prize of no stones", withPrizes(prizeOf("stones")), "amount", 0],
    ["a prize of no crystals", withPrizes(prizeOf("crystals")), "amount", 0],
    ["a crystal more than a million", withPrizes({ ...crystals, amount: 1_000_001n }), "amount", 1_000_001],
    ["nothing with an amount", withPrizes(prizeOf("nothing", { amount: 3n })), "amount", 3],
    ["a voucher with an amount", withPrizes(prizeOf("voucher", { amount: 4n, item: 1 })), "amount", 4],
    ["a voucher for no item", withPrizes(prizeOf("voucher")), "item", 0],
    ["a voucher for an item that is not listed", withPrizes(prizeOf("voucher", { item: 2 })), "item", 2],
    ["stones with an item", withPrizes({ ...stones, item: 1 }), "item", 1],
    ["a guaranteed tier beyond the table", { guaranteedTier: PRIZES.length }, "guaranteedTier", PRIZES.length],
    ["a guaranteed tier that gives nothing", { guaranteedTier: 4 }, "guaranteedTier", 4],
    ["a unit less than the best prize as budget", { budget: WORST - 1n }, "budget", WORST - 1n],
    ["a budget without a prize of stones", { ...always(crystals), budget: 1n }, "budget", 1],
    ["no vouchers for a table with one", { vouchers: 0 }, "vouchers", 0],
    ["vouchers for a table without one", { ...always(crystals), vouchers: 1 }, "vouchers", 1],
  ];
  for (const [title, change, term, value] of INVALID) {
    it(`given ${title}, it is refused`, () => expectInvalid(change, term, value));
  }
});

describe("MineBox: vetoSeason", () => {
  /** A season that waits. */
  async function waiting(): Promise<Playable> {
    const g = await playable();
    await at(OPENED_AT);
    await openSeason(g, TERMS);
    return g;
  }

  function veto({ p }: Playable, number = 1) {
    return p.mineBox.connect(p.roles.guardian).vetoSeason(number);
  }

  it("when vetoed, it has no drops any more and its budget is free", async () => {
    const g = await waiting();
    const transaction = veto(g);
    await expect(transaction).to.emit(g.p.mineBox, "SeasonVetoed").withArgs(1);
    await expect(transaction).to.emit(g.p.mineBox, "SeasonClosed").withArgs(1, TERMS.budget);
    expect(await g.p.mineBox.promised()).to.equal(0n);
    expect(await seasonState(g)).to.include({ firstDrop: FIRST_DROP, endDrop: FIRST_DROP, budgetLeft: 0n });
  });

  it("when vetoed, it never takes requests", async () => {
    const g = await waiting();
    await veto(g);
    await toDrop(FIRST_DROP);
    await expect(request(g, g.owner))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NotOpen")
      .withArgs(1, FIRST_DROP);
  });

  it("given a season before it that goes on, it leaves all drops after that one", async () => {
    const g = await season();
    await openSeason(g, termsOf({ firstDrop: LAST + 50, endDrop: LAST + 60 }));
    await veto(g, 2);
    expect(await seasonState(g, 2)).to.include({ firstDrop: LAST + 50, endDrop: LAST + 50 });
    await expect(openSeason(g, termsOf({ firstDrop: LAST - 1, endDrop: LAST })))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_InvalidTerms")
      .withArgs(name("firstDrop"), LAST - 1);
    await expect(openSeason(g, termsOf({ firstDrop: LAST, endDrop: LAST + 1 }))).to.emit(g.p.mineBox, "SeasonOpened");
    expect(await g.p.mineBox.promised()).to.equal(2n * TERMS.budget);
  });

  it("given the last second before it begins, it is vetoed", async () => {
    const g = await waiting();
    await at(dropStart(GENESIS, FIRST_DROP) - 1);
    await expect(veto(g)).to.emit(g.p.mineBox, "SeasonVetoed").withArgs(1);
  });

  it("given its first second, it is refused", async () => {
    const g = await waiting();
    await at(dropStart(GENESIS, FIRST_DROP));
    await expect(veto(g)).to.be.revertedWithCustomError(g.p.mineBox, "MineBox_SeasonNotWaiting").withArgs(1);
  });

  it("given a vetoed season, it is refused", async () => {
    const g = await waiting();
    await veto(g);
    await expect(veto(g)).to.be.revertedWithCustomError(g.p.mineBox, "MineBox_SeasonNotWaiting").withArgs(1);
  });

  it("given a pause, it is vetoed all the same", async () => {
    const g = await waiting();
    await g.p.mineBox.connect(g.p.roles.guardian).pause();
    await expect(veto(g)).to.emit(g.p.mineBox, "SeasonVetoed").withArgs(1);
  });

  for (const unknown of [0, 2]) {
    it(`given the unknown season ${unknown}, it is refused`, async () => {
      const g = await waiting();
      await expect(veto(g, unknown))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_UnknownSeason")
        .withArgs(unknown);
    });
  }
});

describe("MineBox: closeSeason", () => {
  it("when closed, what it did not give is free", async () => {
    const { g } = await over(always(prizeOf("stones", { amount: WORST })));
    await moveTo(dropStart(GENESIS, LAST));
    const left = TERMS.budget - WORST;
    await expect(g.p.mineBox.connect(g.stranger).closeSeason(1)).to.emit(g.p.mineBox, "SeasonClosed").withArgs(1, left);
    expect(await g.p.mineBox.promised()).to.equal(WORST);
    expect((await seasonState(g)).budgetLeft).to.equal(0n);
  });

  it("given its last second, it is refused", async () => {
    const { g } = await over();
    await at(dropStart(GENESIS, LAST) - 1);
    await expect(g.p.mineBox.closeSeason(1))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_SeasonNotOver")
      .withArgs(1);
  });

  it("given the first second after it, it is closed", async () => {
    const { g } = await over();
    await at(dropStart(GENESIS, LAST));
    await expect(g.p.mineBox.closeSeason(1)).to.emit(g.p.mineBox, "SeasonClosed");
  });

  it("given a box that waits to be opened, it is refused until it is open", async () => {
    const g = await season({ endDrop: FIRST_DROP + 1 });
    await request(g, g.owner);
    await reveal(g, FIRST_DROP);
    await expect(g.p.mineBox.closeSeason(1))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_SeasonNotOver")
      .withArgs(1);
    await open(g, [g.owner.address, NO_VEHICLE]);
    await expect(g.p.mineBox.closeSeason(1)).to.emit(g.p.mineBox, "SeasonClosed");
  });

  it("given a closed season, it is refused", async () => {
    const { g } = await over();
    await moveTo(dropStart(GENESIS, LAST));
    await g.p.mineBox.closeSeason(1);
    await expect(g.p.mineBox.closeSeason(1))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_SeasonNotOver")
      .withArgs(1);
  });

  it("given a forced season, it is closed in the drop after, once its boxes are open", async () => {
    const g = await season(always(prizeOf("stones", { amount: WORST })));
    await request(g, g.owner);
    await at(dropStart(GENESIS, FIRST_DROP + 1) + 3_601);
    await g.p.mineBox.forceSeason(1);
    await open(g, [g.owner.address, NO_VEHICLE]);
    await expect(g.p.mineBox.closeSeason(1))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_SeasonNotOver")
      .withArgs(1);
    await at(dropStart(GENESIS, FIRST_DROP + 8));
    await expect(g.p.mineBox.closeSeason(1))
      .to.emit(g.p.mineBox, "SeasonClosed")
      .withArgs(1, TERMS.budget - WORST);
  });

  for (const unknown of [0, 2]) {
    it(`given the unknown season ${unknown}, it is refused`, async () => {
      const g = await season();
      await expect(g.p.mineBox.closeSeason(unknown))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_UnknownSeason")
        .withArgs(unknown);
    });
  }
});
