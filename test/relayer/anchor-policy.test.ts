import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DROP_S } from "../../src/protocol/index.ts";
import { dropsToAnchor, type WaitingDrop } from "../../src/relayer/domain/anchor-policy.ts";

const GENESIS = 1_000_000;
const drops = (first: number, count: number, empty = false): WaitingDrop[] =>
  Array.from({ length: count }, (_, at) => ({ drop: first + at, empty }));
/** At the end of the last drop. */
const atTheEndOf = (waiting: readonly WaitingDrop[]) => ({
  genesis: GENESIS,
  chainTime: GENESIS + ((waiting.at(-1)?.drop ?? 0) + 1) * DROP_S,
});
const SIX = { everyDrops: 6, receiptDeadlineS: 86_400 };

describe("when closed drops are anchored", () => {
  test("when none waits, none is taken", () => {
    assert.equal(dropsToAnchor([], SIX, { genesis: GENESIS, chainTime: GENESIS }), 0);
  });

  test("when fewer wait than make a call worth while, they wait on", () => {
    const waiting = drops(10, 5);
    assert.equal(dropsToAnchor(waiting, SIX, atTheEndOf(waiting)), 0);
  });

  test("when enough wait, all are taken", () => {
    const waiting = drops(10, 6);
    assert.equal(dropsToAnchor(waiting, SIX, atTheEndOf(waiting)), 6);
  });

  test("when the day is over, its last drops are taken", () => {
    const waiting = drops(142, 2);
    assert.equal(dropsToAnchor(waiting, SIX, atTheEndOf(waiting)), 2);
  });

  test("when the oldest receipt's deadline comes near, what waits is taken", () => {
    const waiting = drops(10, 2);
    assert.equal(dropsToAnchor(waiting, { everyDrops: 6, receiptDeadlineS: 1_500 }, atTheEndOf(waiting)), 2);
  });

  test("when two weeks of empty drops wait, a call takes a week", () => {
    const waiting = drops(10, 2_016, true);
    assert.equal(dropsToAnchor(waiting, SIX, atTheEndOf(waiting)), 1_008);
  });

  test("when more roots wait than fit into a transaction, a call takes what fits", () => {
    const waiting = [...drops(0, 100, true), ...drops(100, 900)];
    assert.equal(dropsToAnchor(waiting, SIX, atTheEndOf(waiting)), 500);
  });
});
