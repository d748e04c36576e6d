import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { reachedDays, reachedMetres } from "../../src/operator/duties/milestones/reached.ts";
import { DAY_S } from "../../src/protocol/index.ts";
import { addressOf } from "../relayer/support/keys.ts";

const [alice, bob, carol] = [addressOf("alice"), addressOf("bob"), addressOf("carol")];

describe("milestones by metres", () => {
  test("when the metres grew by as much within the days, it is reached, and by one less it is not", () => {
    const before = [
      { account: alice, metres: 1_000 },
      { account: bob, metres: 1_000 },
    ];
    const at = [
      { account: alice, metres: 6_000 },
      { account: bob, metres: 5_999 },
      { account: carol, metres: 5_000 },
    ];
    assert.deepEqual(reachedMetres(at, before, 5_000), [alice, carol]);
    assert.deepEqual(reachedMetres(at, [], 6_000), [alice]);
  });
});

describe("milestones by days", () => {
  const since = 1_000_000;
  const holding = { account: alice, since, until: 0 };

  test("when a vehicle is held for the days, it is reached to the second", () => {
    assert.deepEqual(reachedDays([holding], 3, since + 3 * DAY_S - 1), []);
    assert.deepEqual(reachedDays([holding], 3, since + 3 * DAY_S), [alice]);
  });

  test("when it was released earlier it is not reached, later it stays reached, and two vehicles do not add up", () => {
    const late = since + 10 * DAY_S;
    assert.deepEqual(reachedDays([{ ...holding, until: since + 3 * DAY_S - 1 }], 3, late), []);
    assert.deepEqual(reachedDays([{ ...holding, until: since + 3 * DAY_S }], 3, late), [alice]);
    const halves = [0, 2].map((day) => ({
      account: bob,
      since: since + day * DAY_S,
      until: since + (day + 2) * DAY_S,
    }));
    assert.deepEqual(reachedDays([...halves, holding, { ...holding, since: since + 5 }], 3, late), [alice]);
  });
});
