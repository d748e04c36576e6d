import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { keccak256, stringToBytes } from "viem";
import { canonicalJson, contentHash, type Json } from "../../src/protocol/codec/canonical-json.ts";
import { parseMilestoneRule } from "../../src/protocol/codec/milestone-rule.ts";
import { assertThrowsCode } from "../support/assertions.ts";

const json = fc.jsonValue() as fc.Arbitrary<Json>;

/** The same value with the members of its objects the other way round. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, part]) => [name, turned(part as Json)]),
  );
}

describe("canonicalJson", () => {
  test("when members stand in any order, the text is the same and means the same", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        assert.equal(canonicalJson(turned(value)), text);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("when it is the standard's example of sorting, members stand by their UTF-16 code units", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew",
      "1": "One",
      "\u{1f600}": "Face",
    };
    const expected = '{"\\r":"Carriage Return","1":"One","\u20ac":"Euro Sign","\u{1f600}":"Face","\ufb33":"Hebrew"}';
    assert.equal(canonicalJson(value), expected);
  });

  test("when a number is not finite, or text has half a surrogate pair, it is refused", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, "\ud800", { "\udc00": 1 }, [undefined as never]]) {
      assertThrowsCode(() => canonicalJson(value as Json), "ARGUMENT_INVALID");
    }
  });

  test("when it is hashed, it is keccak256 of the text in UTF-8", () => {
    const text = '{"a":[1,true,null],"b":"原石"}';
    assert.equal(contentHash({ b: "原石", a: [1, true, null] }), keccak256(stringToBytes(text)));
  });
});

describe("parseMilestoneRule", () => {
  test("when it is one of the two rules, it is given back", () => {
    for (const rule of [
      { kind: "metres", metres: 5_000_000, withinDays: 365 } as const,
      { kind: "days", days: 1_095 } as const,
    ]) {
      assert.deepEqual(parseMilestoneRule(rule), rule);
    }
  });

  test("when a member is missing, too many, out of range or of another kind, it is refused", () => {
    const wrong = [
      null,
      "days",
      { kind: "days" },
      { kind: "days", days: 0 },
      { kind: "days", days: 1.5 },
      { kind: "days", days: 10, metres: 1 },
      { kind: "metres", metres: 5 },
      { kind: "metres", metres: 5, withinDays: 3_654 },
      { kind: "trips", days: 1 },
    ];
    for (const rule of wrong) assertThrowsCode(() => parseMilestoneRule(rule), "ARGUMENT_INVALID");
  });
});
