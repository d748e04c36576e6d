import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Store } from "../store/open.ts";
import { deleteOver, deleteWithdrawn, endErasure, hasSamplesOver, readErasures } from "../store/sealed-samples.ts";
import type { ChainSnapshot } from "./chain-view.ts";

/** Rows that one transaction deletes, so that taking in waits for none for long. */
const ROWS_AT_ONCE = 500;

/**
 * Deletes sealed samples whose time is over, and those of owners who have withdrawn: by a signed intent, or in any block, be it
 * final or not. What a fallen block withdrew stays deleted: the owner has said so all the same.
 * @returns Whether there may be more to delete.
 */
export async function eraseSamples(store: Store, { head, restrictions }: ChainSnapshot): Promise<boolean> {
  const changes = [await eraseOrdered(store), await eraseWithdrawn(store, restrictions.samplesWithdrawals)];
  if (await hasSamplesOver(store.db, head.time)) {
    const deleted = await store.transaction((tx) => deleteOver(tx, head.time, ROWS_AT_ONCE));
    changes.push(deleted === ROWS_AT_ONCE);
  }
  return changes.includes(true);
}

/**
 * Deletes what withdrawals that are written down ask for; the chain need not be asked for that.
 * @returns Whether there may be more to delete.
 */
export async function eraseOrdered(store: Store): Promise<boolean> {
  return eraseWithdrawn(store, await readErasures(store.db));
}

/** @param withdrawals Accounts, each with the version of its withdrawal. */
async function eraseWithdrawn(store: Store, withdrawals: ReadonlyMap<Hex, number>): Promise<boolean> {
  let isMore = false;
  for (const [account, version] of withdrawals) {
    const deleted = await store.transaction(async (tx) => {
      const rows = await deleteWithdrawn(tx, { account, version }, ROWS_AT_ONCE);
      if (rows < ROWS_AT_ONCE) await endErasure(tx, account, version);
      return rows;
    });
    isMore ||= deleted === ROWS_AT_ONCE;
  }
  return isMore;
}
