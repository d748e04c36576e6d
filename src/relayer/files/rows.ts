import { splitAwardSignature } from "../../protocol/codec/award.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { type AwardRow, type DropRow, hashAwardRow, hashDropRow } from "../../protocol/codec/rows.ts";
import type { PublishedRow } from "../../storage/parquet.ts";
import { rowSaltOfAward } from "../domain/close-awards.ts";
import { rowSaltOfDrop, splitSignature } from "../domain/close-readings.ts";
import { awardLeafOf, readAwardLeaves, signedAward } from "../store/awards.ts";
import { loadAccountKeys } from "../store/heads.ts";
import type { Db } from "../store/open.ts";
import { acceptedReading, readLeaves } from "../store/readings.ts";

/** The rows of a closed drop's readings as they are published. */
export async function dropRows(db: Db, drop: number): Promise<PublishedRow<DropRow>[]> {
  const leaves = await readLeaves(db, drop);
  const keyOf = await keysOf(db, leaves);
  return leaves.map((leaf) => {
    const { digest: _, signature, ...reading } = acceptedReading(leaf);
    const row: DropRow = {
      ...reading,
      ...splitSignature(signature),
      drop,
      index: leaf.leaf_index,
      countedM: leaf.counted_m,
      vehicleDayAfterM: leaf.vehicle_day_after_m,
      accountAfterM: leaf.account_after_m,
      prevVehicleLeaf: leaf.prev_vehicle_leaf,
      prevAccountLeaf: leaf.prev_account_leaf,
      salt: leaf.salt,
    };
    const rowSalt = rowSaltOfDrop(keyOf(leaf.account), row);
    return { row, rowSalt, rowHash: hashDropRow(row, rowSalt) };
  });
}

/** The rows of a closed drop's awards as they are published. */
export async function awardRows(db: Db, drop: number): Promise<PublishedRow<AwardRow>[]> {
  const leaves = await readAwardLeaves(db, drop);
  const keyOf = await keysOf(db, leaves);
  return leaves.map((leaf) => {
    const { signature, ...award } = signedAward(leaf);
    const { index, accountCrystalsAfter, prevAwardLeaf, salt } = awardLeafOf(leaf);
    const row: AwardRow = {
      ...{ ...award, ...splitAwardSignature(signature), drop, index },
      ...{ accountCrystalsAfter, prevAwardLeaf, salt },
    };
    const rowSalt = rowSaltOfAward(keyOf(leaf.account), row);
    return { row, rowSalt, rowHash: hashAwardRow(row, rowSalt) };
  });
}

async function keysOf(db: Db, leaves: readonly { account: Hex }[]): Promise<(account: Hex) => Hex> {
  const keys = await loadAccountKeys(db, [...new Set(leaves.map(({ account }) => account))]);
  return (account) => keys.get(account) as Hex;
}
