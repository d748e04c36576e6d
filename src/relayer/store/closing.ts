import type { Hex } from "../../protocol/codec/bytes.ts";
import { ZERO_HASH } from "../../protocol/codec/bytes.ts";
import type { AcceptedReading, AccountHead, ClosedDrop, VehicleHead } from "../domain/close-drop.ts";
import { chunksOf } from "../../storage/chunks.ts";
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

/** The drops in [from, to) that have readings, in order. */
export async function dropsWithReadings(db: Db, from: number, to: number): Promise<number[]> {
  const rows = await db
    .selectFrom("readings")
    .select("drop_no")
    .distinct()
    .where("drop_no", ">=", from)
    .where("drop_no", "<", to)
    .orderBy("drop_no")
    .execute();
  return rows.map(({ drop_no }) => drop_no);
}

/** Where the vehicles' chains of leaves stand; one without a leaf is absent. */
export async function loadVehicleHeads(db: Db, vehicles: readonly Hex[]): Promise<Map<Hex, VehicleHead>> {
  const heads = new Map<Hex, VehicleHead>();
  for (const chunk of chunksOf(vehicles)) {
    const rows = await db
      .selectFrom("vehicle_states")
      .select(["vehicle", "head_leaf", "counted_day", "counted_m"])
      .where("vehicle", "in", chunk)
      .execute();
    for (const { vehicle, head_leaf, counted_day, counted_m } of rows) {
      if (head_leaf !== null) heads.set(vehicle, { leaf: head_leaf, day: counted_day, countedM: counted_m });
    }
  }
  return heads;
}

/**
 * Where the accounts' chains of leaves stand; those that have none yet get a key and a row.
 * @param newKey Makes the 32-byte key of an account.
 */
export async function loadAccountHeads(
  tx: Tx,
  accounts: readonly Hex[],
  newKey: (account: Hex) => Hex,
): Promise<Map<Hex, AccountHead>> {
  const heads = new Map<Hex, AccountHead>();
  for (const chunk of chunksOf(accounts)) {
    const rows = await tx
      .selectFrom("accounts")
      .select(["address", "head_leaf", "metres", "account_key"])
      .where("address", "in", chunk)
      .execute();
    for (const row of rows) heads.set(row.address, { leaf: row.head_leaf, metres: row.metres, key: row.account_key });
  }
  const missing = accounts.filter((account) => !heads.has(account));
  for (const account of missing) heads.set(account, { leaf: ZERO_HASH, metres: 0, key: newKey(account) });
  for (const chunk of chunksOf(missing)) {
    await tx
      .insertInto("accounts")
      .values(
        chunk.map((address) => ({
          ...{ address, idx: null, account_key: (heads.get(address) as AccountHead).key },
          ...{ metres: 0, head_leaf: ZERO_HASH, stones: "0", crystals: "0" },
        })),
      )
      .execute();
  }
  return heads;
}

/** The keys of accounts that have leaves. */
export async function loadAccountKeys(db: Db, accounts: readonly Hex[]): Promise<Map<Hex, Hex>> {
  const keys = new Map<Hex, Hex>();
  for (const chunk of chunksOf(accounts)) {
    const rows = await db
      .selectFrom("accounts")
      .select(["address", "account_key"])
      .where("address", "in", chunk)
      .execute();
    for (const { address, account_key } of rows) keys.set(address, account_key);
  }
  return keys;
}

/** Stores a closed drop: its row, its leaves, the heads, and each account's metres of the day. */
export async function saveDrop(tx: Tx, closed: ClosedDrop, day: number): Promise<void> {
  const leaves = closed.leaves.map(({ row, digest, leafHash }) => ({
    ...{ drop_no: row.drop, leaf_index: row.index, digest, counted_m: row.countedM },
    ...{ vehicle_day_after_m: row.vehicleDayAfterM, account_after_m: row.accountAfterM },
    ...{ prev_vehicle_leaf: row.prevVehicleLeaf, prev_account_leaf: row.prevAccountLeaf },
    ...{ salt: row.salt, leaf_hash: leafHash },
  }));
  for (const chunk of chunksOf(leaves)) await tx.insertInto("leaves").values(chunk).execute();
  await saveVehicleHeads(tx, closed.vehicles);
  await saveAccountHeads(tx, closed.accounts);
  await addAccountDays(tx, closed, day);
  await insertDrops(tx, [
    { drop_no: closed.drop, readings: leaves.length, root: closed.root, digest: closed.digest, published: 0 },
  ]);
}

/** Stores drops in which nothing was accepted. They have no file, so there is nothing to publish. */
export async function saveEmptyDrops(tx: Tx, from: number, to: number): Promise<void> {
  const empty = { readings: 0, root: ZERO_HASH, digest: ZERO_HASH, published: 1 };
  const rows = Array.from({ length: to - from }, (_, at) => ({ drop_no: from + at, ...empty }));
  await insertDrops(tx, rows);
}

async function insertDrops(tx: Tx, rows: readonly DropsTable[]): Promise<void> {
  for (const chunk of chunksOf(rows)) await tx.insertInto("drops").values(chunk).execute();
}

export async function writeNextDrop(tx: Tx, nextDrop: number): Promise<void> {
  await tx.updateTable("progress").set({ next_drop: nextDrop }).execute();
}

async function saveVehicleHeads(tx: Tx, heads: ClosedDrop["vehicles"]): Promise<void> {
  for (const [vehicle, { leaf, day, countedM }] of heads) {
    const values = { head_leaf: leaf, counted_day: day, counted_m: countedM };
    await tx.updateTable("vehicle_states").set(values).where("vehicle", "=", vehicle).execute();
  }
}

async function saveAccountHeads(tx: Tx, heads: ClosedDrop["accounts"]): Promise<void> {
  for (const [address, { leaf, metres }] of heads) {
    await tx.updateTable("accounts").set({ head_leaf: leaf, metres }).where("address", "=", address).execute();
  }
}

async function addAccountDays(tx: Tx, closed: ClosedDrop, day: number): Promise<void> {
  const counted = new Map<Hex, number>();
  for (const { row } of closed.leaves) counted.set(row.account, (counted.get(row.account) ?? 0) + row.countedM);
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
