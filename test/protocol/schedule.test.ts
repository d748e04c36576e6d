import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { DAY_S, DROP_S, DROPS_PER_DAY, UNITS_PER_STONE } from "../../src/protocol/codec/codes.ts";
import {
  DROPS_PER_ERA,
  dayOf,
  dayStart,
  dropOf,
  dropStart,
  emittedBefore,
  emittedOn,
  reward,
} from "../../src/protocol/schedule.ts";

/** 70 % of 300 million stones, units. */
const POOL = 210_000_000n * UNITS_PER_STONE;
const LAST_ERA = 39;
const drops = fc.nat({ max: 45 * DROPS_PER_ERA });

describe("emission", () => {
  test("when every drop of the first three eras is added up, the closed form agrees at each", () => {
    let sum = 0n;
    for (let drop = 0; drop <= 3 * DROPS_PER_ERA; drop++) {
      assert.equal(emittedBefore(drop), sum);
      sum += reward(drop);
    }
    assert.equal(emittedBefore(3 * DROPS_PER_ERA + 1), sum);
  });

  test("given any drop, the next sum is larger by its reward", () => {
    fc.assert(fc.property(drops, (drop) => assert.equal(emittedBefore(drop + 1) - emittedBefore(drop), reward(drop))));
  });

  test("when an era ends, the reward halves, rounded down", () => {
    for (let era = 0; era < LAST_ERA; era++) {
      assert.equal(reward(DROPS_PER_ERA * era + DROPS_PER_ERA), reward(DROPS_PER_ERA * era) / 2n);
    }
  });

  test("when all eras are over, less than 210 million stones were emitted and nothing more comes", () => {
    const all = emittedBefore(DROPS_PER_ERA * LAST_ERA);
    assert.ok(all < POOL);
    // What halving whole units loses is less than a unit for each of the 39 eras' drops.
    assert.ok(all > POOL - BigInt(DROPS_PER_ERA * LAST_ERA));
    assert.equal(reward(DROPS_PER_ERA * LAST_ERA), 0n);
    assert.equal(emittedBefore(Number.MAX_SAFE_INTEGER), all);
  });

  test("when an era ends inside a day, the day's emission has drops of both eras", () => {
    const day = Math.floor(DROPS_PER_ERA / DROPS_PER_DAY);
    const before = BigInt(DROPS_PER_ERA - day * DROPS_PER_DAY);
    assert.ok(before > 0n && before < BigInt(DROPS_PER_DAY));
    const expected = (before * 500n + (BigInt(DROPS_PER_DAY) - before) * 250n) * UNITS_PER_STONE;
    assert.equal(emittedOn(day), expected);
  });

  test("when a day lies in the first era, it emits 72,000 stones", () => {
    assert.equal(emittedOn(0), 72_000n * UNITS_PER_STONE);
  });
});

describe("time", () => {
  const moments = fc.record({ genesis: fc.nat(), after: fc.nat({ max: 10 ** 9 }) });

  test("given any moment, its drop begins at or before it and ends after it", () => {
    fc.assert(
      fc.property(moments, ({ genesis, after }) => {
        const start = dropStart(genesis, dropOf(genesis, genesis + after));
        assert.ok(start <= genesis + after && genesis + after < start + DROP_S);
      }),
    );
  });

  test("given any moment, its day begins at or before it and ends after it", () => {
    fc.assert(
      fc.property(moments, ({ genesis, after }) => {
        const start = dayStart(genesis, dayOf(genesis, genesis + after));
        assert.ok(start <= genesis + after && genesis + after < start + DAY_S);
      }),
    );
  });

  test("when the moment lies before genesis, it counts as day 0", () => {
    assert.equal(dayOf(1_000_000, 5), 0);
  });
});
