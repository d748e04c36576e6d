import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, programme, programmeWithoutNotice, seeded } from "./fixture.ts";

const NOTICE_DAYS = 30;
/** Whose day it is when tasks are defined here. */
const TODAY = 3;
const NOW = GENESIS + TODAY * DAY_S;

/** A task from tomorrow on, without an end. */
const TERMS = {
  ...{ crystals: 5, perDay: 1, fromDay: TODAY + 1, untilDay: 0 },
  contentHash: seeded("daily sign-in"),
};
type Terms = typeof TERMS;

/** The task book as its own role calls it. */
function bookOf({ taskBook, roles }: Programme) {
  return taskBook.connect(roles.rules);
}

async function define(p: Programme, terms: Partial<Terms> = {}) {
  await at(NOW);
  return bookOf(p).defineTask({ ...TERMS, ...terms });
}

async function termsOf({ taskBook }: Programme, task: number): Promise<unknown[]> {
  return [...(await taskBook.termsOf(task))];
}

/** Terms as the contract gives them back. */
function stored(terms: Partial<Terms> = {}): unknown[] {
  const all = { ...TERMS, ...terms };
  return Object.values(all).map((value) => (typeof value === "number" ? BigInt(value) : value));
}

describe("TaskBook: defineTask", () => {
  it("when defined, tasks are numbered from 1 and keep their terms", async () => {
    const p = await programme();
    await define(p);
    const second = { ...TERMS, perDay: 3, untilDay: TODAY + 9 };
    expect(await bookOf(p).defineTask.staticCall(second)).to.equal(2n);
    await expect(bookOf(p).defineTask(second)).to.emit(p.taskBook, "TaskDefined").withArgs(2, Object.values(second));
    expect(await p.taskBook.taskCount()).to.equal(2n);
    expect(await termsOf(p, 1)).to.deep.equal(stored());
    expect(await termsOf(p, 2)).to.deep.equal(stored(second));
  });

  for (const [title, terms, name] of [
    ["no crystals", { crystals: 0 }, "crystals"],
    ["1,000,001 crystals", { crystals: 1_000_001 }, "crystals"],
    ["no awards a day", { perDay: 0 }, "perDay"],
    ["1,001 awards a day", { perDay: 1_001 }, "perDay"],
    ["a beginning today", { fromDay: TODAY }, "fromDay"],
    ["an end on its first day", { untilDay: TODAY + 1 }, "untilDay"],
    ["an end before its first day", { untilDay: TODAY }, "untilDay"],
    ["no text", { contentHash: ethers.ZeroHash }, "contentHash"],
  ] as const) {
    it(`given ${title}, it is refused and no number is used`, async () => {
      const p = await programme();
      const [value] = Object.values(terms);
      await expect(define(p, terms))
        .to.be.revertedWithCustomError(p.taskBook, "TaskBook_InvalidTerms")
        .withArgs(ethers.encodeBytes32String(name), value);
      expect(await p.taskBook.taskCount()).to.equal(0n);
    });
  }

  for (const [title, terms] of [
    ["1 crystal", { crystals: 1 }],
    ["1,000,000 crystals", { crystals: 1_000_000 }],
    ["1,000 awards a day", { perDay: 1_000 }],
    ["a beginning tomorrow and an end the day after", { untilDay: TODAY + 2 }],
  ] as const) {
    it(`given ${title}, it is taken`, async () => {
      const p = await programme();
      await define(p, terms);
      expect(await termsOf(p, 1)).to.deep.equal(stored(terms));
    });
  }

  it("given the last second of the day before, that day's morrow is taken", async () => {
    const p = await programme();
    await at(NOW - 1);
    await bookOf(p).defineTask({ ...TERMS, fromDay: TODAY });
    expect(await termsOf(p, 1)).to.deep.equal(stored({ fromDay: TODAY }));
  });
});

/** The first second of the day on which task 1 of these tests begins. */
const BEGUN = NOW + DAY_S;

/** Task 1, whose first day has come. */
async function begun(terms: Partial<Terms> = {}, make = programme): Promise<Programme> {
  const p = await make();
  await define(p, terms);
  await moveTo(BEGUN - 1);
  return p;
}

function end(p: Programme, untilDay: number, time: number, task = 1) {
  return at(time).then(() => bookOf(p).endTask(task, untilDay));
}

async function expectInvalidEnd(p: Programme, untilDay: number, time: number): Promise<void> {
  await expect(end(p, untilDay, time))
    .to.be.revertedWithCustomError(p.taskBook, "TaskBook_InvalidEnd")
    .withArgs(1, untilDay);
}

describe("TaskBook: endTask", () => {
  const LAST = TODAY + 1 + NOTICE_DAYS;

  it("given a task that has begun, it ends with the notice of the rules", async () => {
    const p = await begun();
    await expect(end(p, LAST, BEGUN))
      .to.emit(p.taskBook, "TaskEnded")
      .withArgs(1, LAST);
    expect(await termsOf(p, 1)).to.deep.equal(stored({ untilDay: LAST }));
  });

  it("given a task that has begun and a second less of notice, it is refused", async () => {
    const p = await begun();
    await expect(end(p, LAST, BEGUN + 1))
      .to.be.revertedWithCustomError(p.taskBook, "TaskBook_NeedsNotice")
      .withArgs(1, BEGUN + 1 + NOTICE_DAYS * DAY_S);
    expect(await termsOf(p, 1)).to.deep.equal(stored());
  });

  it("given a notice scheduled for the day of ending, that one holds", async () => {
    const p = await programmeWithoutNotice();
    await bookOf(p).defineTask({ ...TERMS, fromDay: 1 });
    await p.rules.connect(p.roles.rules).scheduleRules(TODAY, { ...p.rulesInForce, noticeS: 2 * DAY_S });
    await expect(end(p, TODAY + 1, NOW))
      .to.be.revertedWithCustomError(p.taskBook, "TaskBook_NeedsNotice")
      .withArgs(1, NOW + 2 * DAY_S);
    await end(p, TODAY + 2, NOW);
    expect((await p.taskBook.termsOf(1)).untilDay).to.equal(TODAY + 2);
  });

  it("given rules without notice, it ends tomorrow", async () => {
    const p = await begun({}, programmeWithoutNotice);
    await end(p, TODAY + 2, BEGUN);
    expect((await p.taskBook.termsOf(1)).untilDay).to.equal(TODAY + 2);
  });

  it("given rules without notice, it does not end today", async () => {
    await expectInvalidEnd(await begun({}, programmeWithoutNotice), TODAY + 1, BEGUN);
  });

  it("given a task that has not begun, it may end on its first day without notice", async () => {
    const p = await begun();
    await end(p, TODAY + 1, BEGUN - 1);
    expect(await termsOf(p, 1)).to.deep.equal(stored({ untilDay: TODAY + 1 }));
  });

  it("given a task that has not begun, it does not end before its first day", async () => {
    const p = await programme();
    await define(p, { fromDay: TODAY + 5 });
    await expectInvalidEnd(p, TODAY + 4, NOW + 1);
  });

  for (const [title, untilDay] of [
    ["the day on which it ends anyway", LAST + 2],
    ["a later day", LAST + 3],
    ["no end", 0],
  ] as const) {
    it(`given a task with an end and ${title}, it is refused`, async () => {
      await expectInvalidEnd(await begun({ untilDay: LAST + 2 }), untilDay, BEGUN);
    });
  }

  it("given a task with an end and an earlier day, it ends then", async () => {
    const p = await begun({ untilDay: LAST + 2 });
    await end(p, LAST + 1, BEGUN);
    expect((await p.taskBook.termsOf(1)).untilDay).to.equal(LAST + 1);
  });

  it("given a task that was ended, it is not ended twice on one day", async () => {
    const p = await begun();
    await end(p, LAST, BEGUN);
    await expectInvalidEnd(p, LAST, BEGUN);
  });

  it("given a task that is over, it is refused", async () => {
    const p = await begun({ untilDay: TODAY + 2 });
    await expectInvalidEnd(p, TODAY + 2, BEGUN + DAY_S);
  });

  it("given two tasks, the other one goes on", async () => {
    const p = await programme();
    await define(p);
    await bookOf(p).defineTask(TERMS);
    await end(p, LAST, BEGUN, 2);
    expect(await termsOf(p, 1)).to.deep.equal(stored());
  });

  for (const task of [0, 2]) {
    it(`given task ${task}, it is refused: none is defined by that number`, async () => {
      const p = await begun();
      await expect(end(p, LAST, BEGUN, task))
        .to.be.revertedWithCustomError(p.taskBook, "TaskBook_UnknownTask")
        .withArgs(task);
    });
  }
});

describe("TaskBook: setTaskKey", () => {
  const KEY = ethers.getAddress(`0x${"7a".repeat(20)}`);
  const OTHER = ethers.getAddress(`0x${"7b".repeat(20)}`);

  async function withKey(from: number, until: number) {
    const p = await programme();
    await bookOf(p).setTaskKey(KEY, from, until);
    return bookOf(p);
  }

  it("when set, that key signs from its first second until the one before its end", async () => {
    const { taskBook, roles } = await programme();
    await expect(taskBook.connect(roles.rules).setTaskKey(KEY, GENESIS, GENESIS + 100))
      .to.emit(taskBook, "TaskKeySet")
      .withArgs(KEY, GENESIS, GENESIS + 100);
    const held = [GENESIS - 1, GENESIS, GENESIS + 99, GENESIS + 100].map((time) => taskBook.isTaskKey(KEY, time));
    expect(await Promise.all(held)).to.deep.equal([false, true, true, false]);
    expect(await taskBook.isTaskKey(OTHER, GENESIS)).to.equal(false);
  });

  it("given no end, it holds for ever", async () => {
    expect(await (await withKey(GENESIS, 0)).isTaskKey(KEY, 2n ** 40n)).to.equal(true);
  });

  it("given two keys, both hold", async () => {
    const book = await withKey(GENESIS, 0);
    await book.setTaskKey(OTHER, GENESIS, 0);
    expect([await book.isTaskKey(KEY, GENESIS), await book.isTaskKey(OTHER, GENESIS)]).to.deep.equal([true, true]);
  });

  it("given a receipt key, it signs no awards", async () => {
    const p = await programme();
    expect(await p.rules.isReceiptKey(p.receiptKey, GENESIS)).to.equal(true);
    expect(await p.taskBook.isTaskKey(p.receiptKey, GENESIS)).to.equal(false);
  });

  it("given the zero address, it is refused", async () => {
    const p = await programme();
    await expect(bookOf(p).setTaskKey(ethers.ZeroAddress, 1, 0))
      .to.be.revertedWithCustomError(p.taskBook, "TaskBook_ZeroAddress")
      .withArgs();
  });

  for (const [title, from, until] of [
    ["no beginning and no end", 0, 0],
    ["no beginning", 0, GENESIS],
    ["an end in the second of its beginning", GENESIS, GENESIS],
    ["an end before its beginning", GENESIS, GENESIS - 1],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      const p = await programme();
      await expect(bookOf(p).setTaskKey(KEY, from, until))
        .to.be.revertedWithCustomError(p.taskBook, "TaskBook_EmptyInterval")
        .withArgs(from, until);
    });
  }

  it("given a key that holds, it can be ended at the block's second", async () => {
    const book = await withKey(1, 0);
    await at(GENESIS);
    await book.setTaskKey(KEY, 1, GENESIS);
    expect([await book.isTaskKey(KEY, GENESIS - 1), await book.isTaskKey(KEY, GENESIS)]).to.deep.equal([true, false]);
  });

  for (const [title, from, until] of [
    ["an end a second earlier", 1, GENESIS - 1],
    ["a later beginning", 2, 0],
  ] as const) {
    it(`given a key that holds and ${title}, it is refused: awards would lose their signer`, async () => {
      const book = await withKey(1, 0);
      await at(GENESIS);
      await expect(book.setTaskKey(KEY, from, until))
        .to.be.revertedWithCustomError(book, "TaskBook_KeyHeld")
        .withArgs(KEY, 1, 0);
      expect(await book.isTaskKey(KEY, 1)).to.equal(true);
    });
  }

  it("given a key that holds, it can begin earlier", async () => {
    const book = await withKey(GENESIS - DAY_S, 0);
    await at(GENESIS);
    await book.setTaskKey(KEY, GENESIS - 2 * DAY_S, 0);
    expect(await book.isTaskKey(KEY, GENESIS - 2 * DAY_S)).to.equal(true);
  });

  it("given a key that has ended, its end cannot be put earlier", async () => {
    const book = await withKey(1, GENESIS);
    await at(GENESIS + 10);
    await expect(book.setTaskKey(KEY, 1, GENESIS - 1))
      .to.be.revertedWithCustomError(book, "TaskBook_KeyHeld")
      .withArgs(KEY, 1, GENESIS);
  });

  it("given a key that has ended, its end can be put later", async () => {
    const book = await withKey(1, GENESIS);
    await at(GENESIS + 10);
    await book.setTaskKey(KEY, 1, GENESIS + 5);
    expect([await book.isTaskKey(KEY, GENESIS + 4), await book.isTaskKey(KEY, GENESIS + 5)]).to.deep.equal([
      true,
      false,
    ]);
  });

  it("given a key that begins in the block's own second, it can be moved at will", async () => {
    const book = await withKey(GENESIS, 0);
    await at(GENESIS);
    await book.setTaskKey(KEY, GENESIS + 50, GENESIS + 60);
    const held = [GENESIS, GENESIS + 50, GENESIS + 60].map((time) => book.isTaskKey(KEY, time));
    expect(await Promise.all(held)).to.deep.equal([false, true, false]);
  });
});
