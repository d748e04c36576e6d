import type { Hex } from "../../protocol/codec/bytes.ts";
import { type AwardLeaf, hashAwardLeaf, hashMileageLeaf, type MileageLeaf } from "../../protocol/codec/leaves.ts";
import { signatureHash } from "../../protocol/codec/reading.ts";
import { treeOfDrop } from "../domain/close-drop.ts";
import { awardLeafOf, readAwardLeaves } from "../store/awards.ts";
import type { Db } from "../store/open.ts";
import { readLeaves } from "../store/readings.ts";

/** A leaf of a drop whose root is on the chain, with its proof. */
interface Anchored<L> {
  readonly drop: number;
  readonly leaf: L;
  readonly leafHash: Hex;
  readonly root: Hex;
  readonly proof: readonly Hex[];
  readonly transaction: Hex;
}

/** The leaves of one drop whose root is on the chain. */
export interface AnchoredDrop {
  /** How many leaves its tree was made of. */
  readonly size: number;
  /** The leaf of a reading, by its digest. */
  reading(digest: Hex): Anchored<MileageLeaf> | undefined;
  /** The leaf of an award, by its digest. */
  award(digest: Hex): Anchored<AwardLeaf> | undefined;
}

/** Reads a drop with its tree; undefined as long as its root is not on the chain, by final blocks. */
export async function readAnchoredDrop(db: Db, drop: number): Promise<AnchoredDrop | undefined> {
  const anchor = await db.selectFrom("chain_drops").selectAll().where("drop_no", "=", drop).executeTakeFirst();
  if (anchor === undefined) return undefined;
  const readings = await readLeaves(db, drop);
  const awards = await readAwardLeaves(db, drop);
  const hashed = (rows: readonly { leaf_hash: Hex }[]) => rows.map(({ leaf_hash }) => ({ leafHash: leaf_hash }));
  const tree = treeOfDrop(hashed(readings), hashed(awards));
  const place = { drop, root: anchor.root, transaction: anchor.tx };
  return {
    size: readings.length + awards.length,
    reading(digest) {
      const at = readings.findIndex((row) => row.digest === digest);
      const row = readings[at];
      if (row === undefined) return undefined;
      const leaf = mileageLeafOf(row);
      return { ...place, leaf, leafHash: hashMileageLeaf(leaf), proof: tree.proof(at) };
    },
    award(digest) {
      const at = awards.findIndex((row) => row.digest === digest);
      const row = awards[at];
      if (row === undefined) return undefined;
      const leaf = awardLeafOf(row);
      return { ...place, leaf, leafHash: hashAwardLeaf(leaf), proof: tree.proof(readings.length + at) };
    },
  };
}

function mileageLeafOf(row: Awaited<ReturnType<typeof readLeaves>>[number]): MileageLeaf {
  return {
    drop: row.drop_no,
    index: row.leaf_index,
    readingDigest: row.digest,
    signatureHash: signatureHash(row.signature),
    account: row.account,
    countedM: row.counted_m,
    vehicleDayAfterM: row.vehicle_day_after_m,
    accountAfterM: row.account_after_m,
    prevVehicleLeaf: row.prev_vehicle_leaf,
    prevAccountLeaf: row.prev_account_leaf,
    salt: row.salt,
  };
}
