import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HWFET, UDDS, US06, WLTC_3B } from "../../src/fleet/cycles/index.ts";

const PUBLISHED = [
  { cycle: WLTC_3B, seconds: 1_800, km: 23.266, maxKmh: 131.3 },
  { cycle: UDDS, seconds: 1_369, km: 11.99, maxKmh: 91.25 },
  { cycle: HWFET, seconds: 765, km: 16.507, maxKmh: 96.4 },
  { cycle: US06, seconds: 600, km: 12.888, maxKmh: 129.23 },
];

for (const { cycle, seconds, km, maxKmh } of PUBLISHED) {
  describe(`the cycle ${cycle.name}`, () => {
    test("given its schedule, has the published length", () => {
      assert.equal(cycle.durationS, seconds);
      assert.equal(cycle.speedsMps.length, seconds + 1);
    });

    test("given its schedule, has the published distance", () => {
      assert.equal(Math.round(cycle.distanceM), Math.round(1_000 * km));
    });

    test("given its schedule, has the published top speed and stands at both ends", () => {
      assert.ok(Math.abs(Math.max(...cycle.speedsMps) * 3.6 - maxKmh) < 1e-9);
      assert.deepEqual([cycle.speedsMps[0], cycle.speedsMps[seconds]], [0, 0]);
    });
  });
}
