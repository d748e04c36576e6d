import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decimalPattern } from "../../src/relayer/http/decimal-pattern.ts";

describe("decimalPattern", () => {
  for (const bits of [64n, 96n]) {
    const most = 2n ** bits - 1n;
    const pattern = new RegExp(decimalPattern(most));

    test(`when a text stands for a number of ${bits} bits, it fits, and beyond it does not`, () => {
      for (const value of [0n, 1n, 9n, 10n, 10n ** 18n, most - 1n, most]) assert.match(String(value), pattern);
      for (const value of [most + 1n, most + 10n, 10n * most, 10n ** 30n]) assert.doesNotMatch(String(value), pattern);
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: 4n * most }), (value) => pattern.test(String(value)) === value <= most),
      );
    });
  }

  test("when the bound is small, every number is judged", () => {
    for (const most of [10, 99, 100, 307, 1_000]) {
      const pattern = new RegExp(decimalPattern(BigInt(most)));
      for (let value = 0; value < 2_000; value++) assert.equal(pattern.test(String(value)), value <= most, `${value}`);
    }
  });

  test("when a text is of another form, it does not fit", () => {
    const pattern = new RegExp(decimalPattern(2n ** 64n - 1n));
    for (const text of ["", "00", "01", "-1", "+1", "1.0", "1e3", " 1", "0x1", "1\n"]) {
      assert.doesNotMatch(text, pattern);
    }
  });
});
