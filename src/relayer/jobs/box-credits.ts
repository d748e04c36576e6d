import type { Hex } from "../../protocol/codec/bytes.ts";
import { newestCreditable } from "../store/anchors.ts";
import { readIntents } from "../store/intents.ts";
import type { Db } from "../store/open.ts";
import { readPlay } from "../store/plays.ts";
import type { LeafCredits } from "../submitter/calls.ts";
import type { ChainSnapshot } from "./chain-view.ts";
import { type CreditParts, unpaidLeaves } from "./unpaid-leaves.ts";

/**
 * The leaves whose crystals requests of boxes need credited first: of accounts whose boxes cost more than they have, and
 * whose leaf of the newest creditable day gives some.
 * @returns Nothing when no request needs it.
 */
export async function creditsForBoxes(
  parts: CreditParts,
  snapshot: ChainSnapshot,
  seqs: readonly number[],
): Promise<LeafCredits | undefined> {
  const { db } = parts.store;
  const day = await newestCreditable(db, snapshot.head.time);
  if (day === undefined) return undefined;
  const short = await accountsThatLack(db, seqs);
  return unpaidLeaves(
    parts,
    { day, accounts: [...short.keys()] },
    (leaf) => leaf.crystals > (short.get(leaf.account) ?? leaf.crystals),
  );
}

/** Accounts whose boxes cost more crystals than they have, each with what was credited to it. */
async function accountsThatLack(db: Db, seqs: readonly number[]): Promise<Map<Hex, bigint>> {
  const short = new Map<Hex, bigint>();
  for (const { account, message } of await readIntents(db, seqs)) {
    const { season, count } = JSON.parse(message) as { season: number; count: number };
    const row = await db.selectFrom("chain_seasons").select("price").where("season", "=", season).executeTakeFirst();
    const { crystals, credited } = await readPlay(db, account);
    if (crystals < BigInt(row?.price ?? 0) * BigInt(count)) short.set(account, credited);
  }
  return short;
}
