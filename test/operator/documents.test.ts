import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseDocument } from "../../src/operator/documents/parse.ts";
import { STARTING_TASKS, startingTask } from "../../src/operator/duties/tasks/starting-tasks.ts";
import { STARTING_ITEMS } from "../../src/operator/items/starting-items.ts";
import { assertThrowsCode } from "../support/assertions.ts";
import { pollDocument, roundDocument, text } from "./support/documents.ts";

const TASK = startingTask(STARTING_TASKS[1] as (typeof STARTING_TASKS)[number], 3);

describe("the documents of a programme", () => {
  test("when they are those that a programme starts with, all are taken", () => {
    assert.equal(STARTING_TASKS.length, 5);
    for (const template of STARTING_TASKS) {
      const task = startingTask(template, 3);
      assert.deepEqual(parseDocument(task), task);
    }
    for (const item of STARTING_ITEMS) assert.deepEqual(parseDocument(item, "cairn.item/1"), item);
  });

  test("when a poll or a round is whole, it is taken", () => {
    for (const document of [pollDocument({ opensAt: 100, closesAt: 200 }), roundDocument({ day: 1 })]) {
      assert.deepEqual(parseDocument(document), document);
    }
  });

  test("when the type is unknown, or not asked for, it is refused", () => {
    for (const value of [null, 7, {}, { type: "cairn.task/2" }, { type: "toString" }]) {
      assertThrowsCode(() => parseDocument(value), "DOCUMENT_INVALID");
    }
    assertThrowsCode(() => parseDocument(TASK, "cairn.poll/1"), "DOCUMENT_INVALID");
  });

  test("when a member is missing, unknown, out of range or in one language only, it is refused", () => {
    const { title, ...untitled } = TASK;
    const wrong = [
      untitled,
      { ...TASK, more: 1 },
      { ...TASK, crystals: 0 },
      { ...TASK, perDay: 1_001 },
      { ...TASK, id: "Trip Feedback" },
      { ...TASK, title: { en: title.en } },
      { ...TASK, title: { ...title, zh: "" } },
      { ...TASK, description: text("x".repeat(2_001)) },
    ];
    for (const value of wrong) assertThrowsCode(() => parseDocument(value), "DOCUMENT_INVALID");
  });

  test("when what it says contradicts itself, it is refused", () => {
    const wrong = [
      { ...TASK, untilDay: 3 },
      { ...TASK, occurrence: "day" },
      pollDocument({ opensAt: 100, closesAt: 100 }),
      pollDocument({ opensAt: 100, closesAt: 101 + 90 * 86_400 }),
      { ...pollDocument({ opensAt: 100, closesAt: 200 }), snapshotDay: 1 },
    ];
    for (const value of wrong) assertThrowsCode(() => parseDocument(value), "DOCUMENT_INVALID");
  });

  test("when a text calls stones a security or money, it is refused in either language", () => {
    const said = [
      "Your dividend for 2026",
      "Stones are money",
      "an investment in the brand",
      "原石分红",
      "原石是货币",
      "股东回馈",
    ];
    for (const words of said) {
      assertThrowsCode(() => parseDocument({ ...roundDocument({ day: 1 }), title: text(words) }), "DOCUMENT_INVALID");
    }
    const fair = { ...roundDocument({ day: 1 }), title: text("A thank-you to owners, by what they have contributed") };
    assert.deepEqual(parseDocument(fair), fair);
  });
});
