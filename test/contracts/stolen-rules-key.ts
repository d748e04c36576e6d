import { expect } from "chai";
import { describe, it } from "mocha";
import { dropStart } from "../../src/protocol/index.ts";
import { NOTICES } from "../support/contracts.ts";
import { prizeOf } from "../support/contracts-boxes.ts";
import { grantOf, withdrawalOf } from "../support/contracts-consents.ts";
import { anchorThrough, openingOf, settlementArguments, stonesTree } from "../support/contracts-days.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, now, seeded } from "./fixture.ts";
import { type Guarded, guarded, REGISTRATIONS, replaceKey, T0, WINDOW_S } from "./guarded.ts";
import { DAY_2 } from "./guarded-services.ts";
import { always, openSeason, requestOf, termsOf, WORST } from "./playable.ts";

const TODAY = 2;
const TASK = {
  ...{ crystals: 1_000_000, perDay: 1_000, fromDay: TODAY + 1, untilDay: 0 },
  contentHash: seeded("a task for the thief"),
};

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

describe("Stolen keys: rules, over receipt keys", () => {
  it("given a receipt key of its own, it holds, for past seconds too, until the new key sets its end", async () => {
    const { p, thief, stranger } = await guarded();
    await at(T0);
    await p.rules.connect(p.roles.rules).setReceiptKey(thief.address, 1, 0);
    await replaceKey(p, "rules", { to: stranger.address, from: T0 + 10 });
    const end = T0 + 20 + WINDOW_S;
    await at(end - 1);
    await expect(p.rules.connect(stranger).setReceiptKey(thief.address, end - 1, end))
      .to.be.revertedWithCustomError(p.rules, "Rules_ReceiptKeyHeld")
      .withArgs(thief.address, 1, 0);
    await at(end);
    await p.rules.connect(stranger).setReceiptKey(thief.address, 1, end);
    const held = [GENESIS, T0, end - 1, end].map((time) => p.rules.isReceiptKey(thief.address, time));
    expect(await Promise.all(held)).to.deep.equal([true, true, true, false]);
  });

  it("given the programme's receipt key, it ends it from then on, and the new key sets another", async () => {
    const { p, owner, stranger } = await guarded();
    await at(T0);
    await p.rules.connect(p.roles.rules).setReceiptKey(p.receiptKey, 1, T0);
    await replaceKey(p, "rules", { to: stranger.address, from: T0 + 10 });
    const another = owner.address;
    await p.rules.connect(stranger).setReceiptKey(another, T0, 0);
    const held = [p.rules.isReceiptKey(p.receiptKey, T0 - 1), p.rules.isReceiptKey(another, T0)];
    expect(await Promise.all(held)).to.deep.equal([true, true]);
  });
});

describe("Stolen keys: rules, over crystals", () => {
  /** As many as a rule can say. */
  const MOST = 2 ** 32 - 1;

  /** A day's leaf of the thief's, who has all its crystals. */
  function treeOf({ thief }: Guarded, crystals: number) {
    return stonesTree([{ account: thief.address, stones: 0n, crystals: BigInt(crystals) }]);
  }

  /** Somebody with the rules key raises the limit on day 1, from day 2 on. */
  async function raiseLimit({ p }: Guarded): Promise<void> {
    await at(T0);
    await p.rules.connect(p.roles.rules).scheduleRules(2, { ...p.rulesInForce, maxCrystalsPerDay: MOST });
  }

  /** The relayer settles the next day, at the next block. */
  async function settleCrystals(g: Guarded, day: number, crystals: number): Promise<void> {
    const totals = { stonesRoot: treeOf(g, crystals).tree.root, accounts: 1, crystals: BigInt(crystals) };
    await anchorThrough(g.p, day, moveTo);
    await g.p.stoneLedger.connect(g.p.roles.relayer).settleDay(...settlementArguments(day, totals));
  }

  function creditThief(g: Guarded) {
    const { leaf, proof } = openingOf(treeOf(g, MOST), 0);
    return g.p.mineBox.connect(g.thief).creditCrystals(2, leaf, proof);
  }

  /** The limit is raised on day 1; days 0 and 1 are settled, and so is day 2, with all that it allows from then on. */
  async function raised() {
    const g = await guarded();
    await raiseLimit(g);
    for (const day of [0, 1]) await settleCrystals(g, day, 0);
    await settleCrystals(g, 2, MOST);
    return { g, creditableAt: (await now()) + WINDOW_S };
  }

  it("given a limit that it raises, it holds from the next day on and not before", async () => {
    const g = await guarded();
    const limit = g.p.rulesInForce.maxCrystalsPerDay;
    await raiseLimit(g);
    await settleCrystals(g, 0, 0);
    await expect(settleCrystals(g, 1, limit + 1))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_TotalOutOfBounds")
      .withArgs(ethers.encodeBytes32String("crystals"), limit + 1, 0, limit);
    await settleCrystals(g, 1, 0);
    await settleCrystals(g, 2, MOST);
    expect((await g.p.stoneLedger.settlementOf(2)).totalCrystals).to.equal(BigInt(MOST));
  });

  it("given a day of such crystals, the guardian vetoes it and the thief has none", async () => {
    const { g, creditableAt } = await raised();
    await at(creditableAt - 1);
    await g.p.stoneLedger.connect(g.p.roles.guardian).vetoDay(2);
    await at(creditableAt);
    await expect(creditThief(g)).to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_NotSettled").withArgs(2);
    expect((await g.p.mineBox.playOf(g.thief.address)).crystals).to.equal(0n);
  });

  it("given its replacement, the new key ends the thief's task key at once and lowers the limit after the notice", async () => {
    const g = await guarded();
    const { p, thief, stranger } = g;
    await raiseLimit(g);
    await p.taskBook.connect(p.roles.rules).setTaskKey(thief.address, T0 + 1, 0);
    await replaceKey(p, "rules", { to: stranger.address, from: T0 + 10 });
    const end = T0 + 20 + WINDOW_S;
    await at(end);
    await p.taskBook.connect(stranger).setTaskKey(thief.address, T0 + 1, end);
    expect(await p.taskBook.isTaskKey(thief.address, end)).to.equal(false);
    await at(end + 1);
    await expect(p.rules.connect(stranger).scheduleRules(3, p.rulesInForce))
      .to.be.revertedWithCustomError(p.rules, "Rules_NeedsNotice")
      .withArgs(ethers.encodeBytes32String("maxCrystalsPerDay"), 3, end + 1 + p.rulesInForce.noticeS);
    await p.rules.connect(stranger).scheduleRules(33, p.rulesInForce);
    expect((await p.rules.rulesAt(33)).maxCrystalsPerDay).to.equal(BigInt(p.rulesInForce.maxCrystalsPerDay));
  });

  it("given a day that nobody vetoed, its crystals win no more than a season's budget", async () => {
    const { g, creditableAt } = await raised();
    const { mineBox, roles } = g.p;
    const prize = always(prizeOf("stones", { amount: WORST }));
    const firstDrop = 6 * 144;
    const season = termsOf({ ...prize, firstDrop, endDrop: firstDrop + 1, budget: 2n * WORST });
    await moveTo(creditableAt);
    await creditThief(g);
    await openSeason(g, season);
    await mineBox.connect(roles.attester).attestAdults([g.thief.address], true);
    await moveTo(dropStart(GENESIS, firstDrop));
    await expect(mineBox.connect(g.thief).requestBoxes(requestOf(g.thief.address, { count: 3 })))
      .to.be.revertedWithCustomError(mineBox, "MineBox_SoldOut")
      .withArgs(1);
    expect((await mineBox.playOf(g.thief.address)).crystals).to.equal(BigInt(MOST));
    expect(await mineBox.promised()).to.equal(2n * WORST);
  });
});

describe("Stolen keys: rules, over tasks", () => {
  it("given a task and a key of its own, the day's crystals stay within maxCrystalsPerDay", async () => {
    const g = await guarded();
    const book = g.p.taskBook.connect(g.p.roles.rules);
    await at(DAY_2);
    await book.defineTask(TASK);
    await book.setTaskKey(g.thief.address, 1, 0);
    expect(await g.p.taskBook.isTaskKey(g.thief.address, DAY_2)).to.equal(true);
    const most = BigInt(g.p.rulesInForce.maxCrystalsPerDay);
    const crystals = [ethers.encodeBytes32String("crystals"), most + 1n, 0, most] as const;
    const settled = [0, seeded("root"), ethers.ZeroHash, 1, 0, most + 1n, 0, seeded("file")] as const;
    await expect(g.p.stoneLedger.connect(g.p.roles.relayer).settleDay(...settled))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_TotalOutOfBounds")
      .withArgs(...crystals);
  });

  it("given a task key that signed before, it cannot disown what that key awarded", async () => {
    const g = await guarded();
    const book = g.p.taskBook.connect(g.p.roles.rules);
    await book.setTaskKey(g.stranger.address, 1, 0);
    await at(DAY_2);
    await expect(book.setTaskKey(g.stranger.address, DAY_2, 0))
      .to.be.revertedWithCustomError(g.p.taskBook, "TaskBook_KeyHeld")
      .withArgs(g.stranger.address, 1, 0);
  });

  it("given a stolen task key, its end holds from the block on in which it is set", async () => {
    const g = await guarded();
    const book = g.p.taskBook.connect(g.p.roles.rules);
    await book.setTaskKey(g.stranger.address, 1, 0);
    await at(DAY_2);
    await book.setTaskKey(g.stranger.address, 1, DAY_2);
    const holds = [DAY_2 - 1, DAY_2].map((time) => g.p.taskBook.isTaskKey(g.stranger.address, time));
    expect(await Promise.all(holds)).to.deep.equal([true, false]);
  });
});

describe("Stolen keys: rules, over the ends of tasks", () => {
  /** An honest task from a day on, defined on day 1; the thief ends it on day 2, and the key is replaced at once. */
  async function ended({ fromDay, untilDay }: { fromDay: number; untilDay: number }) {
    const { p, stranger } = await guarded();
    const terms = { ...TASK, fromDay };
    await at(GENESIS + DAY_S + 10);
    await p.taskBook.connect(p.roles.rules).defineTask(terms);
    await at(DAY_2);
    await p.taskBook.connect(p.roles.rules).endTask(1, untilDay);
    await replaceKey(p, "rules", { to: stranger.address, from: DAY_2 + 10 });
    return { p, terms, renewed: p.taskBook.connect(stranger) };
  }

  async function expectNotLater({ p, renewed }: Awaited<ReturnType<typeof ended>>, untilDay: number): Promise<void> {
    await expect(renewed.endTask(1, untilDay))
      .to.be.revertedWithCustomError(p.taskBook, "TaskBook_InvalidEnd")
      .withArgs(1, untilDay);
  }

  /** The first day that begins no earlier than a notice after DAY_2. */
  const NOTICE_OVER = TODAY + 31;

  it("given a task that owners count on, it ends on no day before the notice is over", async () => {
    const { p } = await guarded();
    await at(GENESIS + DAY_S + 10);
    await p.taskBook.connect(p.roles.rules).defineTask({ ...TASK, fromDay: TODAY });
    await at(DAY_2);
    await expect(p.taskBook.connect(p.roles.rules).endTask(1, NOTICE_OVER - 1))
      .to.be.revertedWithCustomError(p.taskBook, "TaskBook_NeedsNotice")
      .withArgs(1, DAY_2 + p.rulesInForce.noticeS);
    await p.taskBook.connect(p.roles.rules).endTask(1, NOTICE_OVER);
    expect((await p.taskBook.termsOf(1)).untilDay).to.equal(NOTICE_OVER);
  });

  it("given a task that it ends as soon as it can, the new key cannot undo that, and lets another of its terms follow on it", async () => {
    const e = await ended({ fromDay: TODAY, untilDay: NOTICE_OVER });
    for (const untilDay of [0, NOTICE_OVER, NOTICE_OVER + 1]) await expectNotLater(e, untilDay);
    await e.renewed.defineTask({ ...e.terms, fromDay: NOTICE_OVER });
    const [old, next] = [await e.p.taskBook.termsOf(1), await e.p.taskBook.termsOf(2)];
    expect([old.untilDay, next.fromDay, next.untilDay]).to.deep.equal([NOTICE_OVER, NOTICE_OVER, 0].map(BigInt));
    expect([next.crystals, next.perDay, next.contentHash]).to.deep.equal([old.crystals, old.perDay, old.contentHash]);
  });

  it("given a task that has not begun, it ends it without notice, and the new key defines it again", async () => {
    const fromDay = TODAY + 5;
    const e = await ended({ fromDay, untilDay: fromDay });
    for (const untilDay of [0, fromDay, fromDay + 1]) await expectNotLater(e, untilDay);
    await e.renewed.defineTask(e.terms);
    const [old, again] = [await e.p.taskBook.termsOf(1), await e.p.taskBook.termsOf(2)];
    expect(old.untilDay).to.equal(old.fromDay);
    expect([...again]).to.deep.equal([...Object.values(e.terms)].map((v) => (typeof v === "number" ? BigInt(v) : v)));
  });

  it("given a task that has not begun and a key replaced after its first day, owners miss the days in between", async () => {
    const fromDay = TODAY + 1;
    const { terms, renewed, p } = await ended({ fromDay, untilDay: fromDay });
    await expect(renewed.defineTask(terms))
      .to.be.revertedWithCustomError(p.taskBook, "TaskBook_InvalidTerms")
      .withArgs(ethers.encodeBytes32String("fromDay"), fromDay);
    await renewed.defineTask({ ...terms, fromDay: fromDay + 1 });
    expect((await p.taskBook.termsOf(2)).fromDay).to.equal(fromDay + 1);
  });
});

describe("Stolen keys: rules, over notices", () => {
  it("given a false notice, nobody's consent names it, and owners grant and withdraw by the old ones as ever", async () => {
    const { p, owner, thief } = await guarded();
    const consents = p.consentRegistry.connect(owner);
    const standing = async () => [...(await p.consentRegistry.consentOf(owner.address, p.operator, 1))];
    await consents.grantConsent(grantOf(p, owner));
    const before = await standing();
    await at(T0);
    await expect(p.rules.connect(p.roles.rules).publishNotice(seeded("all to the thief")))
      .to.emit(p.rules, "NoticePublished")
      .withArgs(NOTICES + 1, seeded("all to the thief"));
    expect(await standing()).to.deep.equal(before);
    expect((await p.consentRegistry.consentOf(owner.address, thief.address, 1)).version).to.equal(0n);
    await consents.withdrawConsent(withdrawalOf(p, owner));
    await consents.grantConsent(grantOf(p, owner, { version: 5 }));
    expect((await p.consentRegistry.consentOf(owner.address, p.operator, 1)).notice).to.equal(1n);
  });

  it("given its replacement, the false notice stays numbered and the new key publishes the next", async () => {
    const { p, stranger } = await guarded();
    await at(T0);
    await p.rules.connect(p.roles.rules).publishNotice(seeded("all to the thief"));
    await replaceKey(p, "rules", { to: stranger.address, from: T0 + 10 });
    await expect(p.rules.connect(stranger).publishNotice(seeded("notice 3 is a thief's")))
      .to.emit(p.rules, "NoticePublished")
      .withArgs(NOTICES + 2, seeded("notice 3 is a thief's"));
  });
});
