import type { BlockRef } from "../../chain/read/head.ts";
import type { Db, Tx } from "./open.ts";

/** Which mirrors the events went to. */
const MIRRORS = "mirrors";

/** The last final block whose events are in these mirrors; undefined when they are empty, or others were filled. */
export async function readCursor(db: Db, mirrors: string): Promise<BlockRef | undefined> {
  const filled = await db.selectFrom("meta").select("value").where("key", "=", MIRRORS).executeTakeFirst();
  if (filled?.value !== mirrors) return undefined;
  const row = await db.selectFrom("chain_cursor").selectAll().executeTakeFirst();
  return row && { number: row.block, hash: row.block_hash, time: row.block_time };
}

/** Moves the cursor. Belongs in the transaction that applied the events up to it. */
export async function writeCursor(tx: Tx, cursor: BlockRef): Promise<void> {
  const values = { block: cursor.number, block_hash: cursor.hash, block_time: cursor.time };
  await tx
    .insertInto("chain_cursor")
    .values({ id: 1, ...values })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(values))
    .execute();
}

/** Forgets the cursor and writes down which mirrors will be filled from the beginning. */
export async function resetCursor(tx: Tx, mirrors: string): Promise<void> {
  await tx.deleteFrom("chain_cursor").execute();
  await tx
    .insertInto("meta")
    .values({ key: MIRRORS, value: mirrors })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: mirrors }))
    .execute();
}
