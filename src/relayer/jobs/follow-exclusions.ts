import type { Hex } from "../../protocol/codec/bytes.ts";
import { type ExclusionMoment, standsBeyondTomorrow } from "../../protocol/exclusions.ts";
import { unfollowedExclusions } from "../store/exclusions.ts";
import type { Db, Store } from "../store/open.ts";
import { countRounds, enqueueEffect, hasOpenEffect } from "../store/outbox.ts";
import { FOLLOW_EXCLUSION, type FollowPayload } from "../submitter/calls.ts";
import type { ChainSnapshot } from "./chain-view.ts";
import type { Lane } from "./lane.ts";

/** What following works with. */
export interface FollowParts {
  readonly store: Store;
  readonly genesis: number;
  readonly lane: Lane;
}

/**
 * Carries exclusions of accounts that moved on to the accounts that stand for them: nobody escapes one by moving.
 * @returns Whether anything was written down.
 */
export async function enqueueFollows(parts: FollowParts, snapshot: ChainSnapshot): Promise<boolean> {
  const { store, lane } = parts;
  if (lane.isStopped || (await hasOpenEffect(store.db, FOLLOW_EXCLUSION))) return false;
  const due = await accountsToFollow(store.db, { genesis: parts.genesis, chainTime: snapshot.head.time });
  if (due.length === 0) return false;
  await store.transaction(async (tx) => {
    for (const account of due) {
      const prefix = `follow:${account}:`;
      const key = `${prefix}${await countRounds(tx, prefix)}`;
      const payload: FollowPayload = { account };
      await enqueueEffect(tx, { key, kind: FOLLOW_EXCLUSION, payload, items: 1 });
    }
  });
  return true;
}

/** Moved accounts with an exclusion that stands and did not follow: each takes all of its own along. */
async function accountsToFollow(db: Db, moment: ExclusionMoment): Promise<Hex[]> {
  const unfollowed = await unfollowedExclusions(db);
  const standing = unfollowed.filter((exclusion) => standsBeyondTomorrow(exclusion, moment));
  return [...new Set(standing.map(({ account }) => account))];
}
