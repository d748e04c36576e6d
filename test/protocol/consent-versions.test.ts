import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { consentPlace, nextGrantVersion } from "../../src/protocol/codec/consent-versions.ts";

describe("versions of a consent", () => {
  for (const [head, next] of [
    [0, 1],
    [1, 7],
    [2, 5],
    [5, 11],
    [6, 9],
    [7, 11],
    [8, 9],
  ] as const) {
    test(`when the head is ${head}, the next grant is ${next}`, () => {
      assert.equal(nextGrantVersion(head), next);
    });
  }

  test("given any history, grants are odd, withdrawals even, and the places of grants have no gap", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 50 }), (withdrawn) => {
        let head = 0;
        for (const [at, isWithdrawn] of withdrawn.entries()) {
          const next = nextGrantVersion(head);
          assert.deepEqual([next % 2, next > head, consentPlace(next)], [1, true, at + 1]);
          head = isWithdrawn ? next + 1 : next;
          assert.equal(consentPlace(head), at + 1);
        }
      }),
    );
  });

  test("given any two heads, one standing and one not, no grant is the next over both", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 39), fc.nat(2 ** 39), (a, b) => {
        assert.notEqual(nextGrantVersion(2 * a + 1), nextGrantVersion(2 * b));
      }),
    );
  });
});
