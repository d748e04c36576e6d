import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { drawBoxes, drawSeed, drawTier, hashChain } from "../../src/protocol/draws.ts";
import { bytes32 } from "../support/arbitraries.ts";
import type { DrawVectors } from "../support/draws.ts";
import { readVectors } from "../support/vectors.ts";

const { chains, seeds, tiers, openings } = readVectors<DrawVectors>("draws");

describe("draws", () => {
  test("when hash chains are made, the vectors are reproduced", () => {
    for (const { last, count, ...chain } of chains) assert.deepEqual(hashChain(last, count), chain);
  });

  test("when seeds are made, the vectors are reproduced", () => {
    for (const { link, blockHash, seed } of seeds) assert.equal(drawSeed(link, blockHash), seed);
  });

  test("when tiers are drawn, the vectors are reproduced", () => {
    for (const { weights, outcome, tier } of tiers) assert.equal(drawTier(weights, outcome), tier);
  });

  test("when requests are opened, the vectors are reproduced", () => {
    for (const { seed, salt, misses, missesAfter, ...opening } of openings) {
      const draw = drawBoxes(seed, { ...opening, salt: BigInt(salt) }, opening, misses);
      assert.deepEqual(draw, { tiers: opening.tiers, misses: missesAfter });
    }
  });

  test("given any season, nobody opens more boxes in a row below the guaranteed tier than the guarantee says", () => {
    const seasons = fc.record({
      weights: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 16 }),
      guarantee: fc.nat({ max: 12 }),
      tier: fc.nat(),
    });
    fc.assert(
      fc.property(seasons, bytes32, ({ weights, guarantee, tier }, seed) => {
        const rules = { weights, guarantee, guaranteedTier: tier % weights.length };
        const request = { account: `0x${"a1".repeat(20)}`, salt: 1n, firstBox: 0, count: 60 } as const;
        const text = drawBoxes(seed, request, rules, 0)
          .tiers.map((won) => (won > rules.guaranteedTier ? "-" : "+"))
          .join("");
        assert.doesNotMatch(text, new RegExp(`-{${guarantee + 1}}`));
      }),
    );
  });

  test("given a request in two parts, both together win what the whole would", () => {
    const rules = { weights: [1, 9, 90], guarantee: 4, guaranteedTier: 1 };
    fc.assert(
      fc.property(bytes32, fc.nat({ max: 10 }), (seed, first) => {
        const request = { account: `0x${"b2".repeat(20)}`, salt: 5n, firstBox: 3 } as const;
        const whole = drawBoxes(seed, { ...request, count: 10 }, rules, 0);
        const one = drawBoxes(seed, { ...request, count: first }, rules, 0);
        const other = drawBoxes(
          seed,
          { ...request, firstBox: request.firstBox + first, count: 10 - first },
          rules,
          one.misses,
        );
        assert.deepEqual({ tiers: [...one.tiers, ...other.tiers], misses: other.misses }, whole);
      }),
    );
  });
});
