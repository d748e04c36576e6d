import { dayOf } from "../../protocol/schedule.ts";
import { rulesOn } from "../domain/rules.ts";
import type { DayCache } from "../files/day-cache.ts";
import { lastPush, newestCreditable, readMined } from "../store/anchors.ts";
import type { Db, Store } from "../store/open.ts";
import { countRounds, enqueueEffect, hasOpenEffect } from "../store/outbox.ts";
import {
  type CreditLeaves,
  type CreditPayload,
  creditsThatFit,
  gasForItems,
  type LeafCredits,
} from "../submitter/calls.ts";
import type { ChainSnapshot } from "./chain-view.ts";
import type { Lane } from "./lane.ts";

/** Most neighbouring leaves that one transaction credits. */
const LEAVES_A_CALL = 200;

/** What pushing credits works with. */
export interface PushParts {
  readonly store: Store;
  readonly genesis: number;
  readonly days: DayCache;
  readonly lane: Lane;
  /** Days between two pushes in place of the rules' number: a relaxed rule of simulations. */
  readonly intervalDays: number | undefined;
}

/**
 * Begins a push cycle when one is due, or carries the present one on until nothing is left to credit.
 * @returns Whether anything was written down.
 */
export async function enqueueCredits(parts: PushParts, snapshot: ChainSnapshot): Promise<boolean> {
  const { store, lane } = parts;
  if (lane.isStopped || (await hasOpenEffect(store.db, "creditMany"))) return false;
  const day = await duePush(parts, snapshot);
  if (day === undefined) return false;
  const batches = await unpaidBatches(parts, day, creditsThatFit(gasForItems(snapshot.head.gasLimit)));
  await store.transaction(async (tx) => {
    const done = batches.length === 0 ? 1 : 0;
    await tx
      .insertInto("pushes")
      .values({ day, done })
      .onConflict((conflict) => conflict.column("day").doUpdateSet({ done }))
      .execute();
    for (const payload of batches) {
      const prefix = `credit:${day}:${payload.from}:`;
      const key = `${prefix}${await countRounds(tx, prefix)}`;
      await enqueueEffect(tx, { key, kind: "creditMany", payload, items: payload.to - payload.from });
    }
  });
  return true;
}

/** The day whose tree is to be pushed now: that of the cycle under way, or the newest creditable one of a new cycle. */
async function duePush(
  parts: Pick<PushParts, "store" | "genesis" | "intervalDays">,
  snapshot: ChainSnapshot,
): Promise<number | undefined> {
  const { db } = parts.store;
  const last = await lastPush(db);
  if (last?.done === false) return last.day;
  const newest = await newestCreditable(db, snapshot.head.time);
  if (newest === undefined) return undefined;
  const today = dayOf(parts.genesis, snapshot.head.time);
  const interval = parts.intervalDays ?? rulesOn(snapshot.rules, today).pushIntervalDays;
  return newest - (last?.day ?? -1) >= interval ? newest : undefined;
}

/** Batches of neighbouring leaves, in tree order, in which somebody would be paid. */
async function unpaidBatches(parts: PushParts, day: number, mostLeaves: number): Promise<CreditPayload[]> {
  const trees = await parts.days.get(day);
  const mined = await readMined(parts.store.db);
  const { order } = trees.stones;
  const batches: CreditPayload[] = [];
  const leavesACall = Math.max(1, Math.min(LEAVES_A_CALL, mostLeaves));
  for (let from = 0; from < order.length; from += leavesACall) {
    const to = Math.min(from + leavesACall, order.length);
    const pays = order.slice(from, to).some((index) => {
      const leaf = trees.stonesLeaves[index];
      return leaf !== undefined && leaf.stones > (mined.get(leaf.account) ?? 0n);
    });
    if (pays) batches.push({ day, from, to });
  }
  return batches;
}

/** The leaves and multiproof of a batch. */
export async function creditLeaves(days: DayCache, payload: CreditPayload): Promise<CreditLeaves> {
  const trees = await days.get(payload.day);
  return leavesOf(days, { day: payload.day, indices: trees.stones.order.slice(payload.from, payload.to) });
}

/** Leaves of a day by their indices, with their multiproof. */
export async function leavesOf(days: DayCache, { day, indices }: LeafCredits): Promise<CreditLeaves> {
  const trees = await days.get(day);
  const { order, proof, proofFlags } = trees.stones.multiProof(indices);
  return { leaves: order.flatMap((index) => trees.stonesLeaves[index] ?? []), proof, proofFlags };
}

/** The newest day through which everything is credited, null before the first push. */
export async function creditedThrough(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom("pushes")
    .select("day")
    .where("done", "=", 1)
    .orderBy("day", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.day ?? null;
}
