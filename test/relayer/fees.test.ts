import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { bumpedFees, feesFor } from "../../src/chain/write/fees.ts";

const GWEI = 10n ** 9n;

describe("fees", () => {
  test("when the base fee is above the cap, nothing is offered", () => {
    assert.equal(feesFor(11n * GWEI, 10n * GWEI), undefined);
  });

  test("when the cap leaves room, the base fee may double", () => {
    assert.deepEqual(feesFor(5n * GWEI, 100n * GWEI), { maxFee: (105n * GWEI) / 10n, priorityFee: GWEI / 2n });
  });

  test("given any base fee and cap, the offer stays within the cap and pays the base fee", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 500n * GWEI), fc.bigInt(1n, 500n * GWEI), (baseFee, cap) => {
        const fees = feesFor(baseFee, cap);
        if (fees === undefined) return assert.ok(baseFee > cap);
        assert.ok(fees.maxFee <= cap && fees.maxFee >= baseFee && fees.priorityFee <= fees.maxFee);
      }),
    );
  });

  test("given any offer, a bump raises both fees by an eighth at least, or is not made", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 50n * GWEI), fc.bigInt(60n * GWEI, 500n * GWEI), (baseFee, cap) => {
        const first = feesFor(baseFee, cap);
        assert.ok(first);
        const second = bumpedFees(first, baseFee, cap);
        if (second === undefined) return assert.ok(first.maxFee * 9n > cap * 8n - 8n);
        assert.ok(8n * second.maxFee >= 9n * first.maxFee && 8n * second.priorityFee >= 9n * first.priorityFee);
        assert.ok(second.maxFee <= cap);
      }),
    );
  });
});
