import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { shareDay } from "../../src/relayer/domain/close-day.ts";
import { addressOf, keyOf } from "./support/keys.ts";

const CASES = 10_000;

/** Units that a day emits, told in the protocol's words: 500 stones a drop, halved every 210,000 drops. */
function emission(day: number): bigint {
  let sum = 0n;
  for (let drop = 144 * day; drop < 144 * (day + 1); drop++)
    sum += (500n * 10n ** 9n) >> BigInt(Math.floor(drop / 210_000));
  return sum;
}

const days = fc.record({
  day: fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 1_440, max: 1_470 }),
    fc.integer({ min: 0, max: 60_000 }),
  ),
  windows: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6_000_000 })), { maxLength: 12 }),
  maxUnitsPerMetre: fc.oneof(fc.constant(10n ** 18n), fc.bigInt({ min: 1n, max: 200_000n })),
});

function shares({
  day,
  windows,
  maxUnitsPerMetre,
}: {
  day: number;
  windows: number[];
  maxUnitsPerMetre: bigint;
}): bigint[] {
  const accounts = windows.map((windowM, at) => ({
    ...{
      address: addressOf(`${at}`),
      key: keyOf(`${at}`),
      metres: windowM,
      headLeaf: keyOf("leaf"),
      headAward: keyOf("award"),
    },
    ...{ stones: 7n, crystals: 0n, windowM },
  }));
  return shareDay({ day, accounts, rules: { maxUnitsPerMetre }, dayKey: keyOf("day") }).map(
    ({ stones }) => stones - 7n,
  );
}

const sum = (numbers: readonly bigint[]): bigint => numbers.reduce((total, next) => total + next, 0n);

describe("a day's shares", () => {
  test(`given ${CASES} small days, they stay within the emission, and short of it by less than the accounts unless a cap binds`, () => {
    let uncapped = 0;
    fc.assert(
      fc.property(days, (input) => {
        const emitted = emission(input.day);
        const window = BigInt(input.windows.reduce((total, metres) => total + metres, 0));
        const paid = sum(shares(input));
        assert.ok(paid <= emitted);
        assert.ok(paid <= window * input.maxUnitsPerMetre);
        if (window > 0n && window * input.maxUnitsPerMetre >= emitted) {
          uncapped++;
          assert.ok(paid > emitted - BigInt(input.windows.length));
        }
      }),
      { numRuns: CASES },
    );
    assert.ok(uncapped > CASES / 10);
  });

  test("given any day, each share is the floor of the pot times the account's part of the window", () => {
    fc.assert(
      fc.property(days, (input) => {
        const window = BigInt(input.windows.reduce((total, metres) => total + metres, 0));
        const emitted = emission(input.day);
        const capped = window * input.maxUnitsPerMetre;
        const pot = capped < emitted ? capped : emitted;
        const expected = input.windows.map((metres) => (window === 0n ? 0n : (pot * BigInt(metres)) / window));
        assert.deepEqual(shares(input), expected);
      }),
      { numRuns: 1_000 },
    );
  });

  test("given any split of an account in two, the two together gain nothing", () => {
    const split = fc.tuple(days, fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }));
    fc.assert(
      fc.property(split, ([input, one, two]) => {
        const [whole] = shares({ ...input, windows: [one + two, ...input.windows] });
        const [first, second] = shares({ ...input, windows: [one, two, ...input.windows] });
        assert.ok((first as bigint) + (second as bigint) <= (whole as bigint));
      }),
      { numRuns: 1_000 },
    );
  });
});
