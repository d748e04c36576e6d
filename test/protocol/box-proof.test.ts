import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type BoxProof, proveBox, verifyBox } from "../../src/protocol/box-proof.ts";
import { drawBoxes, drawSeed, hashChain, missesAfter, tierOdds } from "../../src/protocol/draws.ts";
import { bytes32 } from "../support/arbitraries.ts";

const RULES = { weights: [1, 9, 90], guaranteedTier: 1, guarantee: 3 };
const ACCOUNT = `0x${"a1".repeat(20)}` as const;

/** The proof of the k-th of ten boxes that were requested in one block, after the season's second reveal. */
const proofs = fc
  .record({ last: bytes32, blockHash: bytes32, salt: fc.bigInt({ min: 0n, max: 2n ** 96n - 1n }), k: fc.nat(9) })
  .map(({ last, blockHash, salt, k }): BoxProof => {
    const { links, tip } = hashChain(last, 3);
    const link = links[1] as (typeof links)[number];
    const request = { account: ACCOUNT, salt, firstBox: 5, count: 10 };
    const { tiers } = drawBoxes(drawSeed(link, blockHash), request, RULES, 0);
    return proveBox({
      ...{ account: ACCOUNT, number: 5 + k, season: 1, drop: 7, requestBlock: 40, salt: String(salt), rules: RULES },
      ...{ misses: missesAfter(tiers.slice(0, k), RULES.guaranteedTier), tier: tiers[k] as number },
      draw: { tip, position: 2, link, blockHash },
    });
  });

const failed = (proof: BoxProof) => verifyBox(proof).checks.flatMap(({ check, ok }) => (ok ? [] : [check]));

describe("the proof of a box", () => {
  test("when nothing was changed, every check passes, also after it was JSON", () => {
    fc.assert(
      fc.property(proofs, (proof) => {
        assert.deepEqual(failed(proof), []);
        assert.deepEqual(JSON.parse(JSON.stringify(proof)), proof);
      }),
    );
  });

  test("when one fact is changed, the check that it belongs to fails", () => {
    fc.assert(
      fc.property(proofs, bytes32, (proof, other) => {
        const draw = proof.draw as NonNullable<BoxProof["draw"]>;
        assert.ok(failed({ ...proof, draw: { ...draw, tip: other } }).includes("link"));
        assert.ok(failed({ ...proof, draw: { ...draw, position: 3 } }).includes("link"));
        assert.ok(failed({ ...proof, draw: { ...draw, link: other } }).includes("link"));
        assert.ok(failed({ ...proof, draw: { ...draw, blockHash: other } }).includes("seed"));
        assert.ok(failed({ ...proof, salt: `${BigInt(proof.salt) + 1n}` }).includes("outcome"));
        assert.ok(failed({ ...proof, number: proof.number + 1 }).includes("outcome"));
        assert.ok(failed({ ...proof, account: `0x${"b2".repeat(20)}` }).includes("outcome"));
        assert.ok(failed({ ...proof, drawn: (proof.drawn + 1) % 3 }).includes("drawn"));
        assert.ok(failed({ ...proof, tier: (proof.tier + 1) % 3 }).includes("tier"));
      }),
    );
  });

  test("given a reveal that was late, only the guaranteed tier is right", () => {
    const facts = {
      account: ACCOUNT,
      number: 0,
      season: 1,
      drop: 7,
      requestBlock: 40,
      salt: "1",
      rules: RULES,
      misses: 0,
    };
    assert.deepEqual(failed(proveBox({ ...facts, tier: 1 })), []);
    assert.deepEqual(failed(proveBox({ ...facts, tier: 0 })), ["tier"]);
    assert.deepEqual(failed({ ...proveBox({ ...facts, tier: 0 }), drawn: 0 }), ["drawn"]);
  });

  test("given a position beyond the longest season, it ends and fails", () => {
    const [proof] = fc.sample(proofs, { numRuns: 1, seed: 1 }) as [BoxProof];
    const draw = { ...(proof.draw as NonNullable<BoxProof["draw"]>), position: Number.MAX_SAFE_INTEGER };
    assert.deepEqual(failed({ ...proof, draw }), ["link"]);
  });
});

describe("odds", () => {
  test("when a table is given, each tier's odds stand in lowest terms", () => {
    assert.deepEqual(tierOdds([2, 4, 6]), [
      { numerator: 1, denominator: 6, probability: 2 / 12 },
      { numerator: 1, denominator: 3, probability: 4 / 12 },
      { numerator: 1, denominator: 2, probability: 6 / 12 },
    ]);
  });

  test("given any table, each tier's odds are its weight by the sum of all", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 28 }), { minLength: 1, maxLength: 16 }), (weights) => {
        const sum = BigInt(weights.reduce((total, weight) => total + weight, 0));
        for (const [tier, { numerator, denominator }] of tierOdds(weights).entries()) {
          assert.equal(BigInt(numerator) * sum, BigInt(denominator) * BigInt(weights[tier] as number));
        }
      }),
    );
  });
});
