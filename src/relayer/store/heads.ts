import { type Hex, ZERO_HASH } from "../../protocol/codec/bytes.ts";
import { insertMany, updateMany } from "../../storage/bulk.ts";
import { chunksOf } from "../../storage/chunks.ts";
import type { ClosedDrop } from "../domain/close-drop.ts";
import type { AccountHead, VehicleHead } from "../domain/drop.ts";
import type { Db, Tx } from "./open.ts";

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
      .select(["address", "head_leaf", "metres", "head_award", "crystals", "account_key"])
      .where("address", "in", chunk)
      .execute();
    for (const row of rows) {
      heads.set(row.address, {
        ...{ leaf: row.head_leaf, metres: row.metres, key: row.account_key },
        ...{ awardLeaf: row.head_award, crystals: BigInt(row.crystals) },
      });
    }
  }
  const missing = accounts.filter((account) => !heads.has(account));
  for (const account of missing) {
    const none = { leaf: ZERO_HASH, metres: 0, awardLeaf: ZERO_HASH, crystals: 0n };
    heads.set(account, { ...none, key: newKey(account) });
  }
  const rows = missing.map((address) => ({
    ...{ address, idx: null, account_key: (heads.get(address) as AccountHead).key },
    ...{ metres: 0, head_leaf: ZERO_HASH, head_award: ZERO_HASH, stones: "0", crystals: "0" },
  }));
  await insertMany(tx, "accounts", rows);
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

/** Stores where the vehicles' chains stand after a drop. */
export async function saveVehicleHeads(tx: Tx, heads: ClosedDrop["vehicles"]): Promise<void> {
  const rows = [...heads].map(([vehicle, { leaf, day, countedM }]) => ({
    ...{ vehicle, head_leaf: leaf, counted_day: day, counted_m: countedM },
  }));
  await updateMany(tx, { table: "vehicle_states", key: "vehicle" }, rows);
}

/** Stores where the accounts' chains stand after a drop. */
export async function saveAccountHeads(tx: Tx, heads: ClosedDrop["accounts"]): Promise<void> {
  const rows = [...heads].map(([address, { leaf, metres, awardLeaf, crystals }]) => ({
    ...{ address, head_leaf: leaf, metres, head_award: awardLeaf, crystals: crystals.toString() },
  }));
  await updateMany(tx, { table: "accounts", key: "address" }, rows);
}
