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
export async function eraseSamples(store: Store, snapshot: ChainSnapshot): Promise<boolean> {
  const changes: boolean[] = [];
  for (const [account, version] of await withdrawalsOf(store, snapshot)) {
    changes.push(await eraseWithdrawn(store, account, version));
  }
  const { time } = snapshot.head;
  if (await hasSamplesOver(store.db, time)) {
    const deleted = await store.transaction((tx) => deleteOver(tx, time, ROWS_AT_ONCE));
    changes.push(deleted === ROWS_AT_ONCE);
  }
  return changes.includes(true);
}

/** Withdrawals of blocks that are not final follow from the chain; all others are written down. */
async function withdrawalsOf(store: Store, { restrictions }: ChainSnapshot): Promise<Map<Hex, number>> {
  const versions = await readErasures(store.db);
  for (const [account, version] of restrictions.samplesWithdrawals) {
    versions.set(account, Math.max(version, versions.get(account) ?? 0));
  }
  return versions;
}

function eraseWithdrawn(store: Store, account: Hex, version: number): Promise<boolean> {
  return store.transaction(async (tx) => {
    if ((await deleteWithdrawn(tx, { account, version }, ROWS_AT_ONCE)) === ROWS_AT_ONCE) return true;
    await endErasure(tx, account, version);
    return false;
  });
}
