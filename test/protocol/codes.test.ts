import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  ALL_CATEGORIES_MASK,
  CATEGORY,
  type Category,
  categoriesOf,
  categoryMask,
} from "../../src/protocol/codec/codes.ts";
import {
  AWARD_REFUSAL_CODES,
  CairnError,
  ERROR_CODES,
  type ErrorCode,
  REFUSAL_CODES,
} from "../../src/protocol/errors.ts";

describe("category masks", () => {
  test("given any categories, the mask tells them again", () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(CATEGORY) as Category[]), (categories) => {
        assert.deepEqual(categoriesOf(categoryMask(categories)), categories);
      }),
    );
  });

  test("when all categories are named, the mask is the one of all", () => {
    assert.equal(categoryMask(Object.keys(CATEGORY) as Category[]), ALL_CATEGORIES_MASK);
  });
});

describe("error codes", () => {
  test("when an error is made, it has the registry's kind, its message and the explanation", () => {
    const cause = new Error("below");
    const error = new CairnError("NOT_FOUND", "drop 7", { details: { drop: 7 }, cause });
    assert.equal(error.kind, "input");
    assert.equal(error.message, "there is no such thing: drop 7");
    assert.deepEqual(error.details, { drop: 7 });
    assert.equal(error.cause, cause);
  });

  for (const [title, registry] of Object.entries({
    errors: ERROR_CODES,
    refusals: REFUSAL_CODES,
    "refusals of awards": AWARD_REFUSAL_CODES,
  })) {
    test(`when the ${title} are listed, their codes are in order`, () => {
      const codes = Object.keys(registry);
      assert.deepEqual(codes, codes.toSorted());
    });
  }

  test("when docs/api.md lists the codes, they are the registry's with their kinds and messages", () => {
    const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
    const listed = [...page.matchAll(/^\| `([A-Z0-9_]+)` \| (\w+) \| (.+) \|$/gm)].map(([, code, kind, message]) => ({
      code,
      kind,
      message,
    }));
    const registered = (Object.keys(ERROR_CODES) as ErrorCode[]).map((code) => ({ code, ...ERROR_CODES[code] }));
    assert.deepEqual(listed, registered);
  });

  test("when docs/api.md lists the refusals, they are the registry's with their messages", () => {
    const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
    const listed = [...page.matchAll(/^\| `([A-Z0-9_]+)` \| ([^|]+) \|$/gm)].map(([, code, message]) => [
      code,
      message,
    ]);
    assert.deepEqual(listed, [...Object.entries(REFUSAL_CODES), ...Object.entries(AWARD_REFUSAL_CODES)]);
  });
});
