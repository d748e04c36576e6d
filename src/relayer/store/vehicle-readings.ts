import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Db } from "./open.ts";
import type { ReadingsTable } from "./schema.ts";

// Readings lie in order of drop and vehicle, so that taking one in writes at the end of the table only. An index by vehicle would
// be written all over with every reading; looking into one drop after the other costs a few microseconds each instead.

/** Drops that one statement looks into. */
const DROPS_A_LOOK = 500;
/** Readings that one statement gives at most. */
const ROWS_A_LOOK = 500;

/** Drops, both included. */
export interface DropRange {
  readonly first: number;
  readonly last: number;
}

/** The readings of a vehicle in some drops, in order of sequence, which is that of time. */
export async function* readingsInDrops(
  db: Db,
  { vehicle, after, drops }: { vehicle: Hex; after: number; drops: DropRange },
): AsyncGenerator<ReadingsTable> {
  let seen = after;
  for (let first = drops.first; first <= drops.last; first += DROPS_A_LOOK) {
    const looked = numbers(first, Math.min(drops.last, first + DROPS_A_LOOK - 1));
    for (let rows: ReadingsTable[] | undefined; rows === undefined || rows.length === ROWS_A_LOOK; ) {
      rows = await db
        .selectFrom("readings")
        .selectAll()
        .where("drop_no", "in", looked)
        .where("vehicle", "=", vehicle)
        .where("sequence", ">", seen)
        .orderBy("drop_no")
        .orderBy("sequence")
        .limit(ROWS_A_LOOK)
        .execute();
      yield* rows;
      seen = rows.at(-1)?.sequence ?? seen;
    }
  }
}

/** The last reading of a vehicle in some drops. */
export async function lastReadingInDrops(
  db: Db,
  { vehicle, drops }: { vehicle: Hex; drops: DropRange },
): Promise<ReadingsTable | undefined> {
  for (let last = drops.last; last >= drops.first; last -= DROPS_A_LOOK) {
    const looked = numbers(Math.max(drops.first, last - DROPS_A_LOOK + 1), last);
    const row = await db
      .selectFrom("readings")
      .selectAll()
      .where("drop_no", "in", looked)
      .where("vehicle", "=", vehicle)
      .orderBy("drop_no", "desc")
      .orderBy("sequence", "desc")
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return row;
  }
  return undefined;
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}
