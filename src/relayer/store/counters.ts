import type { Db, Tx } from "./open.ts";

/** Adds to named counters; they last as long as the store. */
export async function addToCounters(tx: Tx, amounts: ReadonlyMap<string, number>): Promise<void> {
  for (const [name, value] of amounts) {
    await tx
      .insertInto("counters")
      .values({ name, value })
      .onConflict((conflict) =>
        conflict.column("name").doUpdateSet((eb) => ({ value: eb("counters.value", "+", eb.ref("excluded.value")) })),
      )
      .execute();
  }
}

/** All counters by name. */
export async function readCounters(db: Db): Promise<Map<string, number>> {
  const rows = await db.selectFrom("counters").selectAll().execute();
  return new Map(rows.map(({ name, value }) => [name, value]));
}
