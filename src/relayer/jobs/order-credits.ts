import type { Hex } from "../../protocol/codec/bytes.ts";
import { newestCreditable } from "../store/anchors.ts";
import { readIntents } from "../store/intents.ts";
import type { Db } from "../store/open.ts";
import type { LeafCredits } from "../submitter/calls.ts";
import type { ChainSnapshot } from "./chain-view.ts";
import { type CreditParts, unpaidLeaves } from "./unpaid-leaves.ts";

/**
 * The leaves that orders need credited first: of accounts whose orders cost more than they have available, and whose leaf of
 * the newest creditable day pays something.
 * @returns Nothing when no order needs it, or when the day's file cannot be read: orders must not hold up other intents.
 */
export async function creditsForOrders(
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
    (leaf) => leaf.stones > (short.get(leaf.account) ?? leaf.stones),
  );
}

/** Accounts whose orders cost more than they have available, each with what was credited to it. */
async function accountsThatLack(db: Db, seqs: readonly number[]): Promise<Map<Hex, bigint>> {
  const costs = new Map<Hex, bigint>();
  for (const { account, message } of await readIntents(db, seqs)) {
    const { item } = JSON.parse(message) as { item: number };
    costs.set(account, (costs.get(account) ?? 0n) + (await priceOf(db, item)));
  }
  const short = new Map<Hex, bigint>();
  for (const [account, cost] of costs) {
    const row = await db.selectFrom("chain_stones").selectAll().where("account", "=", account).executeTakeFirst();
    const [mined, received, out, reserved] = [row?.mined, row?.received, row?.out, row?.reserved].map((sum) =>
      BigInt(sum ?? 0),
    ) as [bigint, bigint, bigint, bigint];
    if (mined + received - out - reserved < cost) short.set(account, mined);
  }
  return short;
}

async function priceOf(db: Db, item: number): Promise<bigint> {
  const row = await db.selectFrom("chain_items").select("terms").where("item", "=", item).executeTakeFirst();
  return row === undefined ? 0n : BigInt((JSON.parse(row.terms) as { price: string }).price);
}
