import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chiSquareTest } from "../../src/auditor/chi-square.ts";

/** Asserts a value to nine significant digits. */
function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < 1e-9, `${actual} instead of ${expected}`);
}

describe("the chi-square test", () => {
  test("given two degrees of freedom, p is exp(-x / 2)", () => {
    const { statistic, degreesOfFreedom, pValue } = chiSquareTest([10, 20, 30], [1, 1, 1]);
    assert.deepEqual([statistic, degreesOfFreedom], [10, 2]);
    assertClose(pValue, Math.exp(-5));
  });

  test("given four degrees of freedom, p is (1 + x / 2) exp(-x / 2)", () => {
    const { statistic, degreesOfFreedom, pValue } = chiSquareTest([90, 110, 100, 120, 80], [1, 1, 1, 1, 1]);
    assert.equal(degreesOfFreedom, 4);
    assertClose(pValue, (1 + statistic / 2) * Math.exp(-statistic / 2));
  });

  test("given tabulated values, p is theirs", () => {
    // Critical values of chi-square with 1 and 10 degrees of freedom at 5 % (NIST/SEMATECH e-Handbook 1.3.6.7.4).
    const one = chiSquareTest([500 + 31, 500 - 31], [1, 1]);
    assert.ok(one.statistic > 3.841 && one.pValue < 0.05 && one.pValue > 0.0498, `${one.statistic} ${one.pValue}`);
  });

  test("when counts are exactly those due, p is 1", () => {
    assert.equal(chiSquareTest([10, 30, 60], [1, 3, 6]).pValue, 1);
  });

  test("when counts are impossible, p is next to nothing and no less than 0", () => {
    const { pValue } = chiSquareTest([1_000, 0, 0], [1, 1, 1]);
    assert.ok(pValue >= 0 && pValue < 1e-300);
  });

  test("when classes are rare, they are joined until five are due", () => {
    // Due are 0.4, 0.6, 9 and 90: the first three make one class.
    const { degreesOfFreedom, statistic } = chiSquareTest([1, 1, 8, 90], [4, 6, 90, 900]);
    assert.deepEqual([degreesOfFreedom, statistic], [1, 0]);
  });

  test("when hardly anything was counted, nothing can be said", () => {
    assert.deepEqual(chiSquareTest([1, 0], [1, 99]), { statistic: 0, degreesOfFreedom: 0, pValue: 1 });
    assert.equal(chiSquareTest([0, 0], [1, 99]).pValue, 1);
  });
});
