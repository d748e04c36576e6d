import type { Hex } from "../../protocol/codec/bytes.ts";
import type { StonesLeaf } from "../../protocol/codec/leaves.ts";
import type { DayCache } from "../files/day-cache.ts";
import type { Store } from "../store/open.ts";
import type { LeafCredits } from "../submitter/calls.ts";

/** What looking for credits works with. */
export interface CreditParts {
  readonly store: Store;
  readonly days: DayCache;
}

/**
 * The leaves of a creditable day that pay what accounts lack.
 * @param pays Whether an account's leaf pays something that was not paid before.
 * @returns Nothing when none does, or when the day's file cannot be read: that must not hold up intents.
 */
export async function unpaidLeaves(
  { store, days }: CreditParts,
  { day, accounts }: { day: number; accounts: readonly Hex[] },
  pays: (leaf: StonesLeaf) => boolean,
): Promise<LeafCredits | undefined> {
  if (accounts.length === 0) return undefined;
  const trees = await days.get(day).catch(() => undefined);
  const rows = await store.db.selectFrom("accounts").select("idx").where("address", "in", accounts).execute();
  const indices = rows.flatMap(({ idx }) => {
    const leaf = idx === null ? undefined : trees?.stonesLeaves[idx];
    return leaf !== undefined && pays(leaf) ? [leaf.index] : [];
  });
  return indices.length === 0 ? undefined : { day, indices };
}
