import type { Hex } from "../../../protocol/codec/bytes.ts";
import { LEAF_KIND } from "../../../protocol/codec/codes.ts";
import { hashRoundLeaf, type RoundLeaf } from "../../../protocol/codec/leaves.ts";
import { hashRoundRow, ROW_SALT_KIND, type RoundRow } from "../../../protocol/codec/rows.ts";
import { deriveSalt } from "../../../protocol/salts.ts";
import { MerkleTree } from "../../../protocol/tree.ts";
import type { Weight } from "./weigh.ts";

/** A round's tree and the rows behind it. */
export interface LaidOutRound {
  readonly rows: readonly { readonly row: RoundRow; readonly rowSalt: Hex; readonly rowHash: Hex }[];
  readonly leaves: readonly RoundLeaf[];
  readonly tree: MerkleTree;
  readonly totalWeight: bigint;
  /** Digest of the file. */
  readonly digest: Hex;
}

/**
 * Lays out a benefit round (docs/protocol.md 13.4). Depends on nothing else, so that a stopped process lays out the same again.
 * @param round The number that the round will have.
 * @param weights In ascending order of account.
 * @param keyOf An account's key for salts, 32 bytes.
 */
export function layOutRound(round: number, weights: readonly Weight[], keyOf: (account: Hex) => Hex): LaidOutRound {
  const rows = weights.map(({ account, weight }, index) => {
    const key = keyOf(account);
    const row: RoundRow = { round, index, account, weight, salt: deriveSalt(key, LEAF_KIND.round, round, index) };
    const rowSalt = deriveSalt(key, ROW_SALT_KIND.round, round, index);
    return { row, rowSalt, rowHash: hashRoundRow(row, rowSalt) };
  });
  // A row has what a leaf has.
  const leaves: RoundLeaf[] = rows.map(({ row }) => row);
  return {
    rows,
    leaves,
    tree: new MerkleTree(leaves.map(hashRoundLeaf)),
    totalWeight: weights.reduce((sum, { weight }) => sum + weight, 0n),
    digest: new MerkleTree(rows.map(({ rowHash }) => rowHash)).root,
  };
}
