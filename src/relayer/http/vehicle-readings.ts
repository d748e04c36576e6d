import type { Hex } from "../../protocol/codec/bytes.ts";
import { DROP_S, DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import { dropOf } from "../../protocol/schedule.ts";
import type { Db } from "../store/open.ts";
import { readRules } from "../store/rules.ts";
import type { ReadingsTable } from "../store/schema.ts";
import { type DropRange, lastReadingInDrops, readingsInDrops } from "../store/vehicle-readings.ts";

/** Longest period that one request asks about: a month. */
export const MAX_PERIOD_S = 31 * DROPS_PER_DAY * DROP_S;

/** Which readings of a vehicle are asked for; times in unix seconds of chain time. */
export interface ReadingsQuery {
  readonly vehicle: Hex;
  readonly from: number;
  /** The first second that is not asked about. */
  readonly to: number;
  /** The last sequence that was seen. */
  readonly after: number;
  readonly limit: number;
}

/**
 * Readings that overlap a period, with the last one before it and the first one after it, in order of sequence. A neighbour is
 * looked for in a month on either side.
 * @returns At most one more than asked for, which tells that there is another page.
 */
export async function findVehicleReadings(db: Db, genesis: number, query: ReadingsQuery): Promise<ReadingsTable[]> {
  const { vehicle, from, to, after, limit } = query;
  const found: ReadingsTable[] = [];
  let before: ReadingsTable | undefined;
  const { within, earlier } = await dropsOf(db, genesis, query);
  for await (const row of readingsInDrops(db, { vehicle, after, drops: within })) {
    if (row.ended_at <= from) before = row;
    else found.push(row);
    if (row.started_at >= to || found.length > limit) break;
  }
  before ??= await lastReadingInDrops(db, { vehicle, drops: earlier });
  const all = before === undefined || before.sequence <= after ? found : [before, ...found];
  return all.slice(0, limit + 1);
}

/** Where a period's readings and the next one can lie, and where the last one before it if it does not lie there. */
async function dropsOf(
  db: Db,
  genesis: number,
  { from, to }: ReadingsQuery,
): Promise<{ within: DropRange; earlier: DropRange }> {
  const first = Math.max(0, dropOf(genesis, from));
  const reachS = Math.max(MAX_PERIOD_S, await latestDeliveryS(db));
  const { next_drop, open_drop } = await db.selectFrom("progress").selectAll().executeTakeFirstOrThrow();
  return {
    within: { first, last: Math.min(dropOf(genesis, to + reachS), Math.max(next_drop, open_drop)) },
    earlier: { first: Math.max(0, dropOf(genesis, from - reachS)), last: first - 1 },
  };
}

/** How long after its first second a reading can still be accepted: it ends on the same day, and may then wait. */
async function latestDeliveryS(db: Db): Promise<number> {
  const rules = await readRules(db);
  return (DROPS_PER_DAY + 1) * DROP_S + Math.max(0, ...rules.map(({ rules: { readingMaxAgeS } }) => readingMaxAgeS));
}
