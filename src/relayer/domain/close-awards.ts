import { splitAwardSignature } from "../../protocol/codec/award.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { LEAF_KIND } from "../../protocol/codec/codes.ts";
import { hashAwardLeaf } from "../../protocol/codec/leaves.ts";
import { type AwardRow, hashAwardRow, ROW_SALT_KIND } from "../../protocol/codec/rows.ts";
import { deriveSalt } from "../../protocol/salts.ts";
import type { AcceptedAward, AccountHead, ClosedRow } from "./drop.ts";

/**
 * Closes a drop's awards: order, running totals, leaves (docs/protocol.md 6.1).
 * @param accounts Heads of all their accounts; changed to what they are after the drop.
 */
export function closeAwards(
  drop: number,
  awards: readonly AcceptedAward[],
  accounts: Map<Hex, AccountHead>,
): ClosedRow<AwardRow>[] {
  return inOrder(awards).map((award, index) => {
    const head = accounts.get(award.account) as AccountHead;
    const { digest, signature, ...rest } = award;
    const row: AwardRow = {
      ...rest,
      ...splitAwardSignature(signature),
      drop,
      index,
      accountCrystalsAfter: head.crystals + BigInt(award.crystals),
      prevAwardLeaf: head.awardLeaf,
      salt: deriveSalt(head.key, LEAF_KIND.award, drop, index),
    };
    const leafHash = hashAwardLeaf({ ...row, awardDigest: digest });
    accounts.set(award.account, { ...head, awardLeaf: leafHash, crystals: row.accountCrystalsAfter });
    const rowSalt = rowSaltOfAward(head.key, row);
    return { row, digest, leafHash, rowSalt, rowHash: hashAwardRow(row, rowSalt) };
  });
}

/** The salt of a row of a drop's awards. */
export function rowSaltOfAward(accountKey: Hex, row: { drop: number; index: number }): Hex {
  return deriveSalt(accountKey, ROW_SALT_KIND.award, row.drop, row.index);
}

/** By account, then digest: hex of one length in lower case sorts as its bytes do. */
function inOrder(awards: readonly AcceptedAward[]): AcceptedAward[] {
  const keyOf = ({ account, digest }: AcceptedAward) => account + digest;
  return [...awards].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
