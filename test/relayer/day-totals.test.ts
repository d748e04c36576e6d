import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { DAY_S, DROP_S, DROPS_PER_DAY } from "../../src/protocol/index.ts";
import { NO_RESTRICTIONS } from "../../src/relayer/domain/restrictions.ts";
import type { ChainSnapshot } from "../../src/relayer/jobs/chain-view.ts";
import { closeEnded } from "../../src/relayer/jobs/close.ts";
import type { Store } from "../../src/relayer/store/open.ts";
import { insertReadings } from "../../src/relayer/store/readings.ts";
import { saltKeys } from "../../src/service/salt-keys.ts";
import { CARS } from "./support/drops.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { GENESIS } from "./support/programme.ts";
import { temporaryStore } from "./support/stores.ts";

const DAYS = 6;
const RULES = {
  ...{ dailyCapM: 15_000, windowDays: 3, maxUnitsPerMetre: 2_000_000_000n, challengeWindowS: 1 },
  ...{ readingMaxAgeS: 604_800, receiptDeadlineS: 3_600, pushIntervalDays: 1 },
  maxCrystalsPerDay: 1_000_000,
};

/** A reading as far as the day's totals go: who, when delivered, when driven, how far. */
interface Trip {
  readonly car: number;
  readonly day: number;
  readonly drop: number;
  /** Delivered so many days after it was driven. */
  readonly lateDays: number;
  readonly metres: number;
}

const trips = fc
  .array(
    fc.record({
      car: fc.integer({ min: 0, max: CARS.length - 1 }),
      day: fc.integer({ min: 0, max: DAYS - 1 }),
      drop: fc.integer({ min: 0, max: DROPS_PER_DAY - 2 }),
      lateDays: fc.constantFrom(0, 0, 0, 1, 2),
      metres: fc.integer({ min: 0, max: 9_000 }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((list) => ordered(list));

/** Per car in order of time, and never delivered before an earlier one, as intake would have it. */
function ordered(list: readonly Trip[]): (Trip & { sequence: number; acceptedIn: number })[] {
  const sorted = [...list].sort((a, b) => a.car - b.car || a.day - b.day || a.drop - b.drop);
  const taken = new Map<number, { slot: number; acceptedIn: number; sequence: number }>();
  return sorted.flatMap((trip) => {
    const slot = trip.day * DROPS_PER_DAY + trip.drop;
    const last = taken.get(trip.car);
    if (last !== undefined && last.slot >= slot) return [];
    const acceptedIn = Math.max(slot + 1 + trip.lateDays * DROPS_PER_DAY, last?.acceptedIn ?? 0);
    const sequence = (last?.sequence ?? 0) + 1;
    taken.set(trip.car, { slot, acceptedIn, sequence });
    return [{ ...trip, sequence, acceptedIn }];
  });
}

async function store(into: Store, list: ReturnType<typeof ordered>): Promise<void> {
  const rows = list.map((trip, at) => {
    const car = CARS[trip.car] as (typeof CARS)[number];
    const startedAt = GENESIS + (trip.day * DROPS_PER_DAY + trip.drop) * DROP_S;
    return {
      ...{ digest: keyOf(`trip ${at}`), vehicle: car.vehicle, sequence: trip.sequence },
      ...{ started_at: startedAt, ended_at: startedAt + DROP_S, odometer_start: 0, odometer_end: trip.metres },
      ...{ takeovers: 0, categories: 1, payload: keyOf("payload"), account: addressOf(car.owner) },
      signature: `${keyOf("r")}${keyOf("s").slice(2)}` as const,
      ...{ drop_no: trip.acceptedIn, deadline: 0, receipt_signature: keyOf("receipt") },
    };
  });
  await into.transaction((tx) => insertReadings(tx, rows));
}

async function closeDays(into: Store, days: number): Promise<void> {
  const block = { number: 1, hash: keyOf("block"), time: GENESIS + days * DAY_S };
  const snapshot: ChainSnapshot = {
    head: { ...block, parentHash: keyOf("parent"), baseFee: 0n, gasLimit: 30_000_000n },
    final: block,
    ...{ mirroredBlock: 0, newer: [] },
    restrictions: NO_RESTRICTIONS,
    rules: [{ version: 0, fromDay: 0, rules: RULES }],
  };
  const publishDay = async (): Promise<void> => {
    await into.db.updateTable("days").set({ published: 1 }).execute();
  };
  const parts = { store: into, genesis: GENESIS, keys: saltKeys(keyOf("seed")), publishDay };
  while (await closeEnded(parts, snapshot)) {
    // Each call closes at most a day's drops or a day.
  }
}

/** The protocol's sections 6.1 and 7.1 in SQL, over what was accepted. */
const SQL = `
with capped as (
  select owner, day_of_drop, car, day_driven, metres,
    sum(metres) over (partition by car, day_driven order by sequence) as driven_m from trips),
counted as (
  select owner, day_of_drop,
    least(driven_m, ${RULES.dailyCapM}) - least(driven_m - metres, ${RULES.dailyCapM}) as m from capped),
days as (select unnest(range(0, ${DAYS + 3})) as day),
weights as (
  select day, owner, sum(m) as w from days join counted
    on day_of_drop between day - ${RULES.windowDays - 1} and day group by day, owner),
pots as (
  select day, sum(w)::hugeint as total_w,
    least(72000000000000::hugeint, sum(w)::hugeint * ${RULES.maxUnitsPerMetre}) as pot from weights group by day),
shares as (
  select day, owner, case when total_w = 0 then 0 else pot * w::hugeint // total_w end as units
    from weights join pots using (day))
select day,
  (select coalesce(sum(units), 0)::varchar from shares s where s.day <= d.day) as stones,
  (select coalesce(sum(m), 0)::bigint from counted c where c.day_of_drop <= d.day) as metres
from days d order by day`;

async function totalsBySql(
  list: ReturnType<typeof ordered>,
): Promise<{ day: number; stones: string; metres: number }[]> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(
    "create table trips (owner varchar, car integer, day_driven integer, day_of_drop integer, sequence integer, metres bigint)",
  );
  const appender = await connection.createAppender("trips");
  for (const trip of list) {
    appender.appendVarchar(CARS[trip.car]?.owner as string);
    for (const value of [trip.car, trip.day, Math.floor(trip.acceptedIn / DROPS_PER_DAY), trip.sequence]) {
      appender.appendInteger(value);
    }
    appender.appendBigInt(BigInt(trip.metres));
    appender.endRow();
  }
  appender.closeSync();
  const rows = (await connection.runAndReadAll(SQL)).getRowObjects();
  connection.closeSync();
  return rows.map(({ day, stones, metres }) => ({ day: Number(day), stones: String(stones), metres: Number(metres) }));
}

describe("a programme's day totals", () => {
  test("given any trips, late ones and capped ones too, plain SQL gives the same to the unit", async (context) => {
    await fc.assert(
      fc.asyncProperty(trips, async (list) => {
        const { store: into } = await temporaryStore(context);
        await store(into, list);
        await closeDays(into, DAYS + 3);
        const closed = await into.db.selectFrom("days").selectAll().orderBy("day").execute();
        const ours = closed.map(({ day, total_stones, total_metres }) => ({
          ...{ day, stones: total_stones, metres: total_metres },
        }));
        assert.deepEqual(ours, await totalsBySql(list));
      }),
      { numRuns: 12 },
    );
  });
});
