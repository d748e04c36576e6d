import type { Hex } from "../../protocol/codec/bytes.ts";
import { ZERO_HASH } from "../../protocol/codec/bytes.ts";
import { insertMany } from "../../storage/bulk.ts";
import { chunksOf } from "../../storage/chunks.ts";
import type { ClosedDrop } from "../domain/close-drop.ts";
import type { AcceptedReading } from "../domain/drop.ts";
import { awardLeafRow } from "./awards.ts";
import { saveAccountHeads, saveVehicleHeads } from "./heads.ts";
import type { Db, Tx } from "./open.ts";
import { acceptedReading } from "./readings.ts";
import type { DropsTable } from "./schema.ts";

/** What is closed next. */
export interface Progress {
  readonly nextDrop: number;
  readonly nextDay: number;
}

export async function readProgress(db: Db): Promise<Progress> {
  const row = await db.selectFrom("progress").selectAll().executeTakeFirstOrThrow();
  return { nextDrop: row.next_drop, nextDay: row.next_day };
}

/** The readings accepted into a drop. */
export async function readingsOfDrop(db: Db, drop: number): Promise<AcceptedReading[]> {
  const rows = await db.selectFrom("readings").selectAll().where("drop_no", "=", drop).execute();
  return rows.map(acceptedReading);
}

/** The drops in [from, to) that have readings or awards, in order. */
export async function dropsWithLeaves(db: Db, from: number, to: number): Promise<number[]> {
  const dropsOf = (table: "readings" | "awards") =>
    db.selectFrom(table).select("drop_no").where("drop_no", ">=", from).where("drop_no", "<", to);
  const rows = await dropsOf("readings").union(dropsOf("awards")).orderBy("drop_no").execute();
  return rows.map(({ drop_no }) => drop_no);
}

/** The first drop from a number on that has readings, if there is one. */
export async function firstDropWithReadings(db: Db, from: number): Promise<number | undefined> {
  const row = await db
    .selectFrom("readings")
    .select("drop_no")
    .where("drop_no", ">=", from)
    .orderBy("drop_no")
    .limit(1)
    .executeTakeFirst();
  return row?.drop_no;
}

/** Stores a closed drop: its row, its leaves, the heads, and each account's metres of the day. */
export async function saveDrop(tx: Tx, closed: ClosedDrop, day: number): Promise<void> {
  const leaves = closed.readings.map(({ row, digest, leafHash }) => ({
    ...{ drop_no: row.drop, leaf_index: row.index, digest, counted_m: row.countedM },
    ...{ vehicle_day_after_m: row.vehicleDayAfterM, account_after_m: row.accountAfterM },
    ...{ prev_vehicle_leaf: row.prevVehicleLeaf, prev_account_leaf: row.prevAccountLeaf },
    ...{ salt: row.salt, leaf_hash: leafHash },
  }));
  await insertMany(tx, "leaves", leaves);
  const awards = closed.awards.map(awardLeafRow);
  await insertMany(tx, "award_leaves", awards);
  await saveVehicleHeads(tx, closed.vehicles);
  await saveAccountHeads(tx, closed.accounts);
  await addAccountDays(tx, closed, day);
  await insertMany(tx, "drops", [
    {
      ...{ drop_no: closed.drop, readings: leaves.length, awards: awards.length, root: closed.root },
      ...{ digest: closed.digest, awards_digest: closed.awardsDigest, published: 0 },
    },
  ]);
}

/** Stores drops in which nothing was accepted. They have no file, so there is nothing to publish. */
export async function saveEmptyDrops(tx: Tx, from: number, to: number): Promise<void> {
  const nothing = { readings: 0, awards: 0, root: ZERO_HASH, digest: ZERO_HASH, awards_digest: ZERO_HASH };
  const empty = { ...nothing, published: 1 };
  const rows: DropsTable[] = Array.from({ length: to - from }, (_, at) => ({ drop_no: from + at, ...empty }));
  await insertMany(tx, "drops", rows);
}

export async function writeNextDrop(tx: Tx, nextDrop: number): Promise<void> {
  await tx.updateTable("progress").set({ next_drop: nextDrop }).execute();
}

async function addAccountDays(tx: Tx, closed: ClosedDrop, day: number): Promise<void> {
  const counted = new Map<Hex, number>();
  for (const { row } of closed.readings) counted.set(row.account, (counted.get(row.account) ?? 0) + row.countedM);
  const rows = [...counted].filter(([, metres]) => metres > 0).map(([account, metres]) => ({ day, account, metres }));
  for (const chunk of chunksOf(rows)) {
    await tx
      .insertInto("account_days")
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns(["day", "account"])
          .doUpdateSet((eb) => ({ metres: eb("account_days.metres", "+", eb.ref("excluded.metres")) })),
      )
      .execute();
  }
}
