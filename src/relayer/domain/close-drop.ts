import type { Hex } from "../../protocol/codec/bytes.ts";
import type { AwardRow, DropRow } from "../../protocol/codec/rows.ts";
import { MerkleTree } from "../../protocol/tree.ts";
import { closeAwards } from "./close-awards.ts";
import { closeReadings, type Heads } from "./close-readings.ts";
import type { AccountHead, ClosedRow, DropInput, VehicleHead } from "./drop.ts";

/** A closed drop: its leaves in order, and the heads as they stand after it. */
export interface ClosedDrop {
  readonly drop: number;
  readonly readings: readonly ClosedRow<DropRow>[];
  readonly awards: readonly ClosedRow<AwardRow>[];
  /** Of the one tree over all leaves. */
  readonly root: Hex;
  /** Root over the hashes of the readings' rows: the digest of their file; 0 without readings. */
  readonly digest: Hex;
  /** The same of the awards' rows. */
  readonly awardsDigest: Hex;
  readonly vehicles: ReadonlyMap<Hex, VehicleHead>;
  readonly accounts: ReadonlyMap<Hex, AccountHead>;
}

/** Closes a drop: readings, awards, and the tree over both (docs/protocol.md 6.1, 12.1). */
export function closeDrop(input: DropInput): ClosedDrop {
  const heads: Heads = { vehicles: new Map(), accounts: new Map(input.accounts) };
  const readings = closeReadings(input, heads);
  const awards = closeAwards(input.drop, input.awards, heads.accounts);
  return {
    ...{ drop: input.drop, readings, awards, ...heads },
    root: treeOfDrop(readings, awards).root,
    digest: digestOf(readings),
    awardsDigest: digestOf(awards),
  };
}

/** The tree of a drop: the leaves of its readings, then those of its awards, each in order of index. */
export function treeOfDrop(
  readings: readonly { readonly leafHash: Hex }[],
  awards: readonly { readonly leafHash: Hex }[],
): MerkleTree {
  return new MerkleTree([...readings, ...awards].map(({ leafHash }) => leafHash));
}

function digestOf(rows: readonly { readonly rowHash: Hex }[]): Hex {
  return new MerkleTree(rows.map(({ rowHash }) => rowHash)).root;
}
