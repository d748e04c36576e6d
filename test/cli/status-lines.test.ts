import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RelayerStatus } from "../../src/cli/relayer-api.ts";
import { StatusLines } from "../../src/cli/up/status-lines.ts";

const STATUS: RelayerStatus = {
  chainTime: 1_767_196_800,
  headBlock: 9,
  finalBlock: 9,
  currentDrop: 5,
  nextDrop: 5,
  settledDays: 0,
  creditedThroughDay: null,
  idle: true,
  outbox: {},
  gas: {},
  readings: { accepted: 3, refused: {} },
  alerts: [],
};

describe("StatusLines", () => {
  test("when it is told for the first time, it says where everything stands", () => {
    assert.deepEqual(new StatusLines().next(STATUS, 0), [
      "2025-12-31T16:00:00Z  drop 5 · 3 readings accepted · closed through drop 4 · no day settled yet",
    ]);
  });

  test("when nothing has changed, it says nothing", () => {
    const lines = new StatusLines();
    lines.next(STATUS, 0);
    assert.deepEqual(lines.next({ ...STATUS, chainTime: STATUS.chainTime + 2 }, 3_600_000), []);
  });

  test("when there are only more readings, it waits half a minute", () => {
    const lines = new StatusLines();
    lines.next(STATUS, 0);
    const more = { ...STATUS, readings: { accepted: 4, refused: { READING_TOO_OLD: 2 } } };
    assert.deepEqual(lines.next(more, 29_999), []);
    assert.match(lines.next(more, 30_000).join(), /4 readings accepted, 2 refused/);
  });

  test("when a day was settled and credited, it says so at once", () => {
    const lines = new StatusLines();
    lines.next(STATUS, 0);
    const later = { ...STATUS, settledDays: 2, creditedThroughDay: 0 };
    assert.match(lines.next(later, 1).join(), /settled through day 1 · credited through day 0$/);
  });

  test("when an alert begins, it is told once", () => {
    const lines = new StatusLines();
    lines.next(STATUS, 0);
    const alert = { subject: "fees", message: "the base fee is above the cap" };
    const alarmed = { ...STATUS, alerts: [alert] };
    assert.equal(lines.next(alarmed, 1).at(-1), "Attention, fees: the base fee is above the cap");
    assert.deepEqual(lines.next(alarmed, 2), []);
  });
});
