import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type ConsentPeriod, consentCovers, consentStands } from "../../src/relayer/domain/consents.ts";

/** A life of grants and withdrawals in a small time, as the registry's events tell it. */
const lives = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 4 }),
      grants: fc.boolean(),
      categories: fc.integer({ min: 1, max: 7 }),
      lasts: fc.integer({ min: 0, max: 6 }),
    }),
    { maxLength: 6 },
  )
  .map((steps) => {
    const periods: ConsentPeriod[] = [];
    let time = 1;
    for (const { gap, grants, categories, lasts } of steps) {
      time += gap;
      const newest = periods.at(-1);
      if (grants) {
        if (newest !== undefined) periods[periods.length - 1] = { ...newest, replaced: time };
        const expires = lasts === 0 ? 0 : time + lasts;
        periods.push({ version: 4 * periods.length + 1, categories, granted: time, expires, revoked: 0, replaced: 0 });
      } else if (newest !== undefined && newest.revoked === 0) {
        periods[periods.length - 1] = { ...newest, revoked: time };
      }
    }
    return periods;
  });

/** The mask that stands in a second, told without the functions under test. */
function maskAt(periods: readonly ConsentPeriod[], time: number): number {
  let mask = 0;
  for (const period of periods) {
    if (period.granted > time) break;
    const ended = (period.expires !== 0 && time >= period.expires) || (period.revoked !== 0 && time >= period.revoked);
    mask = ended ? 0 : period.categories;
  }
  return mask;
}

describe("consent over time", () => {
  test("when a moment is asked for, the record of that second answers", () => {
    fc.assert(
      fc.property(lives, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 30 }), (periods, wanted, time) => {
        assert.equal(consentStands(periods, wanted, time), (maskAt(periods, time) & wanted) === wanted);
      }),
      { numRuns: 1_000 },
    );
  });

  test("when an interval is asked for, every one of its seconds counts", () => {
    const interval = fc.tuple(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 1, max: 8 }));
    fc.assert(
      fc.property(lives, fc.integer({ min: 1, max: 7 }), interval, (periods, wanted, [from, length]) => {
        const seconds = Array.from({ length }, (_, at) => from + at);
        const expected = seconds.every((time) => (maskAt(periods, time) & wanted) === wanted);
        assert.equal(consentCovers(periods, wanted, { from, to: from + length }), expected);
      }),
      { numRuns: 1_000 },
    );
  });
});
