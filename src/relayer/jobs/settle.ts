import { DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import { differingDrop, nextAnchored, nextSettled, settleNotBefore } from "../store/anchors.ts";
import { readDay } from "../store/days.ts";
import type { Db, Store } from "../store/open.ts";
import { countRounds, enqueueEffect, hasOpenEffect } from "../store/outbox.ts";
import type { DaysTable } from "../store/schema.ts";
import type { SettlePayload } from "../submitter/calls.ts";
import type { ChainSnapshot } from "./chain-view.ts";
import type { Lane } from "./lane.ts";

/** What settling works with. */
export interface SettleParts {
  readonly store: Store;
  readonly lane: Lane;
}

/**
 * Writes down the settling of the next day when it is due. After a veto the same day comes again, once its time has come:
 * it is made from the same readings, so with the same numbers.
 * @returns Whether one was written down.
 */
export async function enqueueSettlement(parts: SettleParts, snapshot: ChainSnapshot): Promise<boolean> {
  const { store, lane } = parts;
  if (lane.isStopped || (await hasOpenEffect(store.db, "settleDay"))) return false;
  const day = await dueDay(store.db, snapshot);
  if (day === undefined) return false;
  const firstDrop = day.day * DROPS_PER_DAY;
  const differing = await differingDrop(store.db, firstDrop, firstDrop + DROPS_PER_DAY);
  if (differing !== undefined) {
    lane.stop(`drop ${differing.drop} is anchored with another root than was closed`);
    return false;
  }
  const prefix = `day:${day.day}:`;
  await store.transaction(async (tx) => {
    const key = `${prefix}${await countRounds(tx, prefix)}`;
    await enqueueEffect(tx, { key, kind: "settleDay", payload: payloadOf(day), items: 1 });
  });
  return true;
}

/** The day that can be settled now: the next one, closed and published, with all of its drops anchored. */
async function dueDay(db: Db, snapshot: ChainSnapshot): Promise<DaysTable | undefined> {
  const next = await nextSettled(db);
  const day = await readDay(db, next);
  if (day === undefined || day.published === 0) return undefined;
  if ((await nextAnchored(db)) < (next + 1) * DROPS_PER_DAY) return undefined;
  return snapshot.head.time < (await settleNotBefore(db, next)) ? undefined : day;
}

function payloadOf(day: DaysTable): SettlePayload {
  return {
    day: day.day,
    stonesRoot: day.stones_root,
    metresRoot: day.metres_root,
    accounts: day.accounts,
    totalStones: day.total_stones,
    totalCrystals: day.total_crystals,
    totalMetres: day.total_metres,
    dataDigest: day.data_digest,
  };
}
