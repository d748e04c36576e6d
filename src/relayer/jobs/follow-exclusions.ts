import type { Hex } from "../../protocol/codec/bytes.ts";
import { standingExclusion } from "../../protocol/exclusions.ts";
import { loadExclusions, movedExcludedAccounts } from "../store/exclusions.ts";
import { currentAccount } from "../store/moves.ts";
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

/** Moved accounts whose standing exclusion the current account does not have. */
async function accountsToFollow(db: Db, moment: { genesis: number; chainTime: number }): Promise<Hex[]> {
  const moved = await movedExcludedAccounts(db);
  const exclusions = await loadExclusions(db, moved);
  const due: Hex[] = [];
  for (const account of moved) {
    const standing = standingExclusion(exclusions.get(account) ?? [], moment);
    if (standing === undefined) continue;
    const current = await currentAccount(db, account);
    const others = (await loadExclusions(db, [current])).get(current) ?? [];
    // An exclusion follows once, whatever became of it there.
    if (others.every(({ number }) => number !== standing.number)) due.push(account);
  }
  return due;
}
