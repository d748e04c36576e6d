import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DAY_S, ZERO_HASH } from "../../src/protocol/index.ts";
import { fetchReadings } from "../../src/sdk/reading-page.ts";
import { addressOf, keyOf } from "../relayer/support/keys.ts";
import { readingOf } from "../relayer/support/owners.ts";
import { GENESIS } from "../relayer/support/programme.ts";
import { CAR } from "./support.ts";

const MOST_S = 31 * DAY_S;
const PAGE = 2;

interface Query {
  readonly from: number;
  readonly to: number;
  readonly after: number;
}

/** A relayer with a reading of an hour at each of these times, which answers about 31 days at most (docs/api.md). */
function relayerWith(times: readonly number[]) {
  const queries: Query[] = [];
  const readings = times.map((startedAt, at) =>
    readingOf(CAR, { sequence: at + 1, startedAt, endedAt: startedAt + 3_600 }),
  );
  const ask = async (path: string) => {
    const { searchParams } = new URL(path, "http://relayer");
    const [from, to, after] = ["from", "to", "after"].map((name) => Number(searchParams.get(name) ?? -1)) as [
      number,
      number,
      number,
    ];
    queries.push({ from, to, after });
    assert.ok(to - from <= MOST_S);
    const within = readings.filter(({ startedAt, endedAt }) => startedAt < to && endedAt > from);
    const before = readings.findLast(({ endedAt }) => endedAt <= from);
    const behind = readings.find(({ startedAt }) => startedAt >= to);
    const all = [before, ...within, behind].filter((reading) => reading !== undefined);
    const left = all.filter(({ sequence }) => sequence > after);
    const page = left.slice(0, PAGE);
    return {
      readings: page.map((reading) => ({
        ...{ reading, readingSignature: `0x${"00".repeat(64)}`, signature: `0x${"00".repeat(65)}` },
        receipt: { readingDigest: ZERO_HASH, account: addressOf("alice"), drop: 1, deadline: 1 },
        sealedSamples: keyOf("sealed"),
      })),
      ...(left.length > PAGE ? { next: page.at(-1)?.sequence } : {}),
    };
  };
  return { ask, queries };
}

describe("fetchReadings", () => {
  test("given a time that a relayer answers about, it is asked for at once", async () => {
    const { ask, queries } = relayerWith([GENESIS]);
    await fetchReadings(ask, { vehicle: CAR.vehicle, from: GENESIS, to: GENESIS + MOST_S }, () => undefined);
    assert.deepEqual(queries, [{ from: GENESIS, to: GENESIS + MOST_S, after: -1 }]);
  });

  test("given a longer time, it is asked for in parts that meet, and each reading comes once, in order, with both neighbours", async () => {
    const from = GENESIS + 10 * DAY_S;
    const edge = from + MOST_S;
    const times = [GENESIS, from - 4_000, from + 10, edge - 10, edge + 4_000, edge + MOST_S + 10, edge + 2 * MOST_S];
    const { ask, queries } = relayerWith([...times, edge + 3 * MOST_S]);
    const counts: number[] = [];
    const asked = { vehicle: CAR.vehicle, from, to: from + 2 * MOST_S + 100 };
    const found = await fetchReadings(ask, asked, (count) => counts.push(count));
    assert.deepEqual(
      found.map(({ reading }) => reading.sequence),
      [2, 3, 4, 5, 6, 7],
    );
    assert.deepEqual([...new Set(queries.map((query) => query.from))], [from, edge, edge + MOST_S]);
    assert.deepEqual([queries.at(-1)?.to, counts.at(-1)], [asked.to, found.length]);
  });
});
