import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeAbiParameters, keccak256 } from "viem";
import { isOpenOn, occurrenceOf, requireAwardable } from "../../src/operator/duties/tasks/judge-award.ts";
import { ZERO_HASH } from "../../src/protocol/index.ts";
import { assertThrowsCode } from "../support/assertions.ts";

const TERMS = { crystals: 10, perDay: 2, fromDay: 3, untilDay: 6, contentHash: `0x${"11".repeat(32)}` } as const;
const NOTHING = { ofAccount: 0, crystals: 0 };

describe("judging an award", () => {
  test("when the day is outside [fromDay, untilDay), the task is not open", () => {
    assert.deepEqual(
      [2, 3, 5, 6].map((day) => isOpenOn(TERMS, day)),
      [false, true, true, false],
    );
    assert.ok(isOpenOn({ fromDay: 3, untilDay: 0 }, 1_000));
    assertThrowsCode(() => requireAwardable(TERMS, 2, { so: NOTHING, mostCrystals: 100 }), "TASK_NOT_OPEN");
  });

  test("when the account has had its awards of the day, it is refused, and one below is not", () => {
    requireAwardable(TERMS, 3, { so: { ofAccount: 1, crystals: 10 }, mostCrystals: 100 });
    const full = { so: { ofAccount: 2, crystals: 20 }, mostCrystals: 100 };
    assertThrowsCode(() => requireAwardable(TERMS, 3, full), "AWARD_LIMIT_REACHED");
  });

  test("when the day's crystals would pass the rules, it is refused, and filling them is not", () => {
    requireAwardable(TERMS, 3, { so: { ofAccount: 0, crystals: 90 }, mostCrystals: 100 });
    const above = { so: { ofAccount: 0, crystals: 91 }, mostCrystals: 100 };
    assertThrowsCode(() => requireAwardable(TERMS, 3, above), "AWARD_LIMIT_REACHED");
  });
});

describe("the occurrence of an award", () => {
  const given = keccak256("0x01");

  test("when the task is one of the day, it is the hash of the day, and no other is taken", () => {
    const hash = keccak256(encodeAbiParameters([{ type: "uint256" }], [4n]));
    assert.equal(occurrenceOf({ occurrence: "day" }, 4, undefined), hash);
    assert.equal(occurrenceOf({ occurrence: "day" }, 4, hash), hash);
    assertThrowsCode(() => occurrenceOf({ occurrence: "day" }, 4, given), "BODY_INVALID");
  });

  test("when the caller names it, it is as given, and must be there and not zero", () => {
    assert.equal(occurrenceOf({ occurrence: "each" }, 4, given), given);
    assertThrowsCode(() => occurrenceOf({ occurrence: "each" }, 4, undefined), "BODY_INVALID");
    assertThrowsCode(() => occurrenceOf({ occurrence: "each" }, 4, ZERO_HASH), "BODY_INVALID");
  });
});
