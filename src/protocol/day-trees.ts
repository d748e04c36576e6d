import type { Hex } from "./codec/bytes.ts";
import {
  hashMetresLeaf,
  hashStonesLeaf,
  type MetresLeaf,
  metresPrefix,
  type StonesLeaf,
  stonesPrefix,
} from "./codec/leaves.ts";
import type { DayRow } from "./codec/rows.ts";
import { MerkleTree } from "./tree.ts";

/** Both trees of a settled day with their leaves, by index. */
export class DayTrees {
  readonly stonesLeaves: readonly StonesLeaf[];
  readonly metresLeaves: readonly MetresLeaf[];
  readonly stones: MerkleTree;
  readonly metres: MerkleTree;

  /** @param rows All rows of the day's file, in order of index. */
  constructor(rows: readonly DayRow[]) {
    this.stonesLeaves = rows.map(stonesLeafOf);
    this.metresLeaves = rows.map(metresLeafOf);
    this.stones = new MerkleTree(this.stonesLeaves.map(hashStonesLeaf));
    this.metres = new MerkleTree(this.metresLeaves.map(hashMetresLeaf));
  }

  /** The digest of a file with these row hashes. */
  static digest(rowHashes: readonly Hex[]): Hex {
    return new MerkleTree(rowHashes).root;
  }
}

/** The leaf of kind 4 that a row opens. */
function metresLeafOf(row: DayRow): MetresLeaf {
  return {
    index: row.index,
    account: row.account,
    metres: row.metres,
    prefix: metresPrefix(row.prefixMetres, row.metresPrefixSalt),
    headLeaf: row.headLeaf,
    salt: row.metresSalt,
  };
}

/** The leaf of kind 5 that a row opens. */
function stonesLeafOf(row: DayRow): StonesLeaf {
  return {
    index: row.index,
    account: row.account,
    stones: row.stones,
    crystals: row.crystals,
    prefix: stonesPrefix(row.prefixStones, row.prefixCrystals, row.stonesPrefixSalt),
    headAward: row.headAward,
    salt: row.stonesSalt,
  };
}
