import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Timers } from "../../src/relayer/submitter/timers.ts";

describe("when a row's turn comes", () => {
  let now = 0;
  const fresh = (): Timers => {
    now = 1_000;
    return new Timers(() => now);
  };

  test("when nothing was sent by this process, it is sent", () => {
    assert.equal(fresh().due(1, 0), "first");
  });

  test("when the node took it, it waits five seconds", () => {
    const timers = fresh();
    timers.sent(1, 10, true);
    now += 4_999;
    assert.equal(timers.due(1, 10), "wait");
    now += 1;
    assert.equal(timers.due(1, 10), "again");
  });

  test("when the node did not take it, it waits half a second", () => {
    const timers = fresh();
    timers.sent(1, 10, false);
    now += 500;
    assert.equal(timers.due(1, 10), "again");
  });

  test("when half a minute passes without blocks, the fee is not raised", () => {
    const timers = fresh();
    timers.sent(1, 10, true);
    now += 60_000;
    assert.equal(timers.due(1, 12), "again");
  });

  test("when half a minute and three blocks pass, the fee is raised, and the waiting begins anew", () => {
    const timers = fresh();
    timers.sent(1, 10, true);
    now += 30_000;
    assert.equal(timers.due(1, 13), "bump");
    timers.sent(1, 13, true);
    assert.equal(timers.due(1, 13), "wait");
  });

  test("when a preflight is refused again and again, the pauses grow to five seconds", () => {
    const timers = fresh();
    const pauses = Array.from({ length: 9 }, (_, count) => {
      timers.refused(1, count);
      const from = now;
      while (!timers.mayTry(1)) now += 10;
      return now - from;
    });
    assert.deepEqual(pauses, [50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  test("when a row is forgotten, it begins anew", () => {
    const timers = fresh();
    timers.sent(1, 10, true);
    timers.forget(1);
    assert.equal(timers.due(1, 10), "first");
  });
});
