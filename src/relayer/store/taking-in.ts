import type { Tx } from "./open.ts";

/** How far any relayer of this store has come in taking in. */
export interface IntakeProgress {
  /** The first drop that still takes something. */
  readonly firstDrop: number;
  /** The newest block that any of them has judged by. */
  readonly seenBlock: number;
}

export async function readIntakeProgress(tx: Tx): Promise<IntakeProgress> {
  const row = await tx.selectFrom("progress").selectAll().executeTakeFirstOrThrow();
  return { firstDrop: Math.max(row.next_drop, row.open_drop), seenBlock: row.seen_block };
}

export async function writeIntakeProgress(tx: Tx, { firstDrop, seenBlock }: IntakeProgress): Promise<void> {
  await tx.updateTable("progress").set({ open_drop: firstDrop, seen_block: seenBlock }).execute();
}
