import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatFields, formatKm, formatStones, formatTable, formatTime, toJson } from "../../src/cli/output.ts";
import { UNITS_PER_STONE } from "../../src/protocol/index.ts";

describe("formatStones", () => {
  test("when units are any number, what is shown is exactly that number", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (units) => {
        const [number = ""] = formatStones(units).split(" ");
        const [whole = "", fraction = ""] = number.replaceAll(",", "").split(".");
        assert.equal(BigInt(whole) * UNITS_PER_STONE + BigInt(fraction.padEnd(9, "0")), units);
      }),
    );
  });

  const cases: readonly (readonly [bigint, string])[] = [
    [0n, "0 stones"],
    [1n, "0.000000001 stones"],
    [1_000_000_000n, "1 stone"],
    [1_234_567_500_000_000n, "1,234,567.5 stones"],
    [-1_500_000_000n, "-1.5 stones"],
  ];
  for (const [units, text] of cases) {
    test(`when there are ${units} units, it shows ${text}`, () => assert.equal(formatStones(units), text));
  }
});

describe("formats", () => {
  test("when a time is 0, it is a dash, and else ISO in UTC", () => {
    assert.equal(formatTime(0), "–");
    assert.equal(formatTime(1_767_196_800), "2025-12-31T16:00:00Z");
    assert.equal(formatTime(8_640_000_000_000), "+275760-09-13T00:00:00Z");
    assert.equal(formatTime(8_640_000_000_001), "second 8640000000001");
  });

  test("when metres are shown, they are kilometres with one decimal", () => {
    assert.equal(formatKm(1_842_149), "1,842.1 km");
  });

  test("when fields differ in length, the values stand below each other", () => {
    assert.equal(
      formatFields([
        ["a", "1"],
        ["long", "2"],
      ]),
      "a     1\nlong  2",
    );
  });

  test("when a column holds numbers only, it stands to the right", () => {
    assert.equal(
      formatTable(
        ["name", "n"],
        [
          ["x", "1"],
          ["y", "1,000"],
        ],
      ),
      "name      n\nx         1\ny     1,000",
    );
  });

  test("when a value holds bigints, JSON has them as decimal text", () => {
    assert.deepEqual(JSON.parse(toJson({ units: 2n ** 60n })), { units: "1152921504606846976" });
  });
});
