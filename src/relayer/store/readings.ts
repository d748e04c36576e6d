import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Reading } from "../../protocol/codec/reading.ts";
import { insertMany } from "../../storage/bulk.ts";
import { chunksOf } from "../../storage/chunks.ts";
import type { AcceptedReading } from "../domain/drop.ts";
import type { Db, Tx } from "./open.ts";
import type { LeavesTable, ReadingsTable } from "./schema.ts";

/** Accepted readings by digest. */
export async function findReadings(db: Db, digests: readonly Hex[]): Promise<Map<Hex, ReadingsTable>> {
  const found = new Map<Hex, ReadingsTable>();
  for (const chunk of chunksOf(digests)) {
    const rows = await db.selectFrom("readings").selectAll().where("digest", "in", chunk).execute();
    for (const row of rows) found.set(row.digest, row);
  }
  return found;
}

/** Stores accepted readings, and each vehicle's last one. */
export async function insertReadings(tx: Tx, readings: readonly ReadingsTable[]): Promise<void> {
  await insertMany(tx, "readings", readings);
  const last = [...new Map(readings.map((reading) => [reading.vehicle, reading])).values()];
  for (const chunk of chunksOf(last)) {
    await tx
      .insertInto("vehicle_states")
      .values(
        chunk.map(({ vehicle, sequence, ended_at, odometer_end }) => ({
          ...{ vehicle, sequence, ended_at, odometer_end },
          ...{ head_leaf: null, counted_day: 0, counted_m: 0 },
        })),
      )
      .onConflict((conflict) =>
        conflict.column("vehicle").doUpdateSet((eb) => ({
          sequence: eb.ref("excluded.sequence"),
          ended_at: eb.ref("excluded.ended_at"),
          odometer_end: eb.ref("excluded.odometer_end"),
        })),
      )
      .execute();
  }
}

/** A reading in the columns that tell of it alone; {@link acceptedReading} is the way back. */
export function columnsOf(reading: Reading) {
  return {
    vehicle: reading.vehicle,
    sequence: reading.sequence,
    started_at: reading.startedAt,
    ended_at: reading.endedAt,
    odometer_start: reading.odometerStart,
    odometer_end: reading.odometerEnd,
    takeovers: reading.takeovers,
    categories: reading.categories,
    payload: reading.payload,
  };
}

/** A stored reading as the protocol's rules take it. */
export function acceptedReading(row: ReadingsTable): AcceptedReading {
  return {
    vehicle: row.vehicle,
    sequence: row.sequence,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    odometerStart: row.odometer_start,
    odometerEnd: row.odometer_end,
    takeovers: row.takeovers,
    categories: row.categories,
    payload: row.payload,
    digest: row.digest,
    signature: row.signature,
    account: row.account,
  };
}

function placedReadings(db: Db) {
  return db
    .selectFrom("leaves")
    .innerJoin("readings", "readings.digest", "leaves.digest")
    .selectAll("readings")
    .selectAll("leaves");
}

/** The readings of a closed drop with their leaves, in order of index. */
export async function readLeaves(db: Db, drop: number): Promise<(ReadingsTable & LeavesTable)[]> {
  return placedReadings(db).where("leaves.drop_no", "=", drop).orderBy("leaves.leaf_index").execute();
}

/** A reading of a closed drop with its leaf, by its digest. */
export async function findLeaf(db: Db, digest: Hex): Promise<(ReadingsTable & LeavesTable) | undefined> {
  return placedReadings(db).where("leaves.digest", "=", digest).executeTakeFirst();
}

/** The hashes of the leaves of a closed drop's readings, or of its awards, in order of index. */
export async function readLeafHashes(
  db: Db,
  table: "leaves" | "award_leaves",
  drop: number,
): Promise<{ leafHash: Hex }[]> {
  const rows = db.selectFrom(table).select("leaf_hash as leafHash");
  return rows.where("drop_no", "=", drop).orderBy("leaf_index").execute();
}
