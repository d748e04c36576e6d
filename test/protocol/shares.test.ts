import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { dayPot, dayShare } from "../../src/protocol/shares.ts";
import { uint } from "../support/arbitraries.ts";

const emitted = fc.oneof(uint(47), fc.constant(72_000_000_000_000n));
const metres = fc.array(fc.nat({ max: 6_000_000 }), { maxLength: 30 });

/** A day divided among accounts. */
function divide(pot: bigint, accounts: readonly number[]): bigint[] {
  const all = accounts.reduce((sum, m) => sum + m, 0);
  return accounts.map((m) => dayShare(pot, m, all));
}

const total = (shares: readonly bigint[]) => shares.reduce((sum, share) => sum + share, 0n);

describe("dayShare", () => {
  test("given 10,000 small days without a binding cap, the shares add up to more than E less a unit per account, and never above E", () => {
    fc.assert(
      fc.property(emitted, metres, (e, accounts) => {
        const shares = divide(e, accounts);
        assert.ok(total(shares) <= e);
        const driven = accounts.filter((m) => m > 0).length;
        if (driven > 0) assert.ok(total(shares) > e - BigInt(driven));
        else assert.equal(total(shares), 0n);
      }),
      { numRuns: 10_000 },
    );
  });

  test("given any accounts, a share is the largest whole number not above the exact one", () => {
    fc.assert(
      fc.property(emitted, fc.nat(), fc.nat(), (e, own, others) => {
        fc.pre(own + others > 0);
        const share = dayShare(e, own, own + others);
        const all = BigInt(own) + BigInt(others);
        assert.ok(share * all <= e * BigInt(own) && e * BigInt(own) < (share + 1n) * all);
      }),
    );
  });

  test("when an account is split in two, the two together never get more", () => {
    fc.assert(
      fc.property(emitted, fc.nat(), fc.nat(), fc.nat(), (e, one, two, others) => {
        const all = one + two + others;
        assert.ok(dayShare(e, one, all) + dayShare(e, two, all) <= dayShare(e, one + two, all));
      }),
    );
  });

  test("when nobody has driven, the share is 0", () => {
    assert.equal(dayShare(72_000n, 0, 0), 0n);
  });
});

describe("dayPot", () => {
  test("when the metres are few, the cap per metre binds", () => {
    assert.equal(dayPot(72_000_000_000_000n, 1_000, 100_000n), 100_000_000n);
  });

  test("when the metres are many, the emission binds", () => {
    assert.equal(dayPot(72_000_000_000_000n, 720_000_001, 100_000n), 72_000_000_000_000n);
  });
});
