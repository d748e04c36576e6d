import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ProgrammeEvent } from "../../src/chain/read/events.ts";
import { isTaskKeyAt } from "../../src/relayer/domain/award-intake.ts";
import { restrictionsOf } from "../../src/relayer/domain/restrictions.ts";
import { addressOf } from "./support/keys.ts";

const KEY = addressOf("tasks");
const event = (name: string, args: object) => ({ name, args }) as unknown as ProgrammeEvent;
const keySet = (from: number, until: number) => event("TaskKeySet", { key: KEY, from, until });

describe("what blocks that are not final take away from awards", () => {
  test("when a task ends, the newest end counts", () => {
    const ends = [9, 7].map((untilDay) => event("TaskEnded", { task: 4, untilDay }));
    assert.deepEqual([...restrictionsOf(ends, addressOf("operator")).taskEnds], [[4, 7]]);
  });

  test("when a task key is set, it signs only where it did and will", () => {
    const { taskKeys } = restrictionsOf([keySet(1, 50), keySet(1, 0)], addressOf("operator"));
    const periods = [{ from: 10, until: 0 }, ...(taskKeys.get(KEY) ?? [])];
    // Ended at 50 and opened again: as long as neither is final, both bind.
    assert.deepEqual(
      [9, 10, 49, 50].map((time) => isTaskKeyAt(periods, time)),
      [false, true, true, false],
    );
  });

  test("when a key was never set, or to nothing, it signs nothing", () => {
    assert.equal(isTaskKeyAt([], 10), false);
    assert.equal(isTaskKeyAt([{ from: 0, until: 0 }], 10), false);
  });

  test("when accounts move, they are known to have moved", () => {
    const moved = event("AccountMoved", { account: addressOf("carol").toUpperCase().replace("X", "x"), to: KEY });
    assert.deepEqual([...restrictionsOf([moved], addressOf("operator")).moved], [addressOf("carol")]);
  });
});
