import type { Hex } from "../../protocol/codec/bytes.ts";
import { isWideMember, TYPES } from "../../protocol/codec/eip712.ts";
import type { WaitingIntent } from "../domain/intent-batches.ts";
import type { IntentKind, StoredIntent } from "../submitter/intent-calls.ts";
import type { Db, Tx } from "./open.ts";
import type { IntentState, IntentsTable } from "./schema.ts";

/** An intent as it is stored. */
export type IntentRow = Omit<IntentsTable, "seq"> & { readonly seq: number };

/** An intent with where its transaction is. */
export type PlacedIntent = IntentRow & { readonly tx: Hex | null; readonly mined_block: number | null };

export async function findIntent(db: Db, id: Hex): Promise<PlacedIntent | undefined> {
  return db
    .selectFrom("intents")
    .leftJoin("outbox", "outbox.id", "intents.outbox_id")
    .selectAll("intents")
    .select(["outbox.tx", "outbox.mined_block"])
    .where("intents.id", "=", id)
    .executeTakeFirst();
}

/** Whether an intent with the same effect waits or is under way. */
export async function isEffectWaiting(db: Db, effect: string): Promise<boolean> {
  const row = await db
    .selectFrom("intents")
    .select("seq")
    .where("effect", "=", effect)
    .where("state", "in", ["queued", "sent"])
    .executeTakeFirst();
  return row !== undefined;
}

/** Effects that begin with a prefix, of intents that wait or are under way, newest first. */
export async function waitingEffects(db: Db, prefix: string): Promise<string[]> {
  const rows = await db
    .selectFrom("intents")
    .select("effect")
    .where("state", "in", ["queued", "sent"])
    .where("effect", ">=", prefix)
    .where("effect", "<", `${prefix.slice(0, -1)};`)
    .orderBy("seq", "desc")
    .execute();
  return rows.map(({ effect }) => effect);
}

/** How many intents there are, by state. */
export async function countIntents(db: Db): Promise<Record<IntentState, number>> {
  const counts = { queued: 0, sent: 0, done: 0, skipped: 0, failed: 0 };
  const rows = await db
    .selectFrom("intents")
    .select((eb) => ["state", eb.fn.countAll<number>().as("count")])
    .groupBy("state")
    .execute();
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

/** Stores an intent that is to be sent; one that was skipped or failed before begins anew. */
export async function putIntent(
  tx: Tx,
  intent: Omit<IntentRow, "seq" | "state" | "reason" | "outbox_id" | "position" | "reverts">,
): Promise<void> {
  const row = { ...intent, state: "queued", reason: null, outbox_id: null, position: null, reverts: 0 } as const;
  await tx
    .insertInto("intents")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

/** Intents that wait and may be sent at a chain time, in order of arrival. */
export async function queuedIntents(db: Db, chainTime: number, limit: number): Promise<WaitingIntent[]> {
  const rows = await db
    .selectFrom("intents")
    .select(["seq", "kind", "account", "reverts"])
    .where("state", "=", "queued")
    .where("not_before", "<", chainTime)
    .orderBy("seq")
    .limit(limit)
    .execute();
  return rows.map(({ seq, kind, account, reverts }) => ({ seq, kind, account, alone: reverts > 0 }));
}

/** Intents by their numbers. */
export async function readIntents(db: Db, seqs: readonly number[]): Promise<IntentRow[]> {
  return db.selectFrom("intents").selectAll().where("seq", "in", seqs).execute();
}

/** Puts intents into a row of the outbox, in this order. */
export async function assignIntents(tx: Tx, outboxId: number, seqs: readonly number[]): Promise<void> {
  for (const [position, seq] of seqs.entries()) {
    const values = { state: "sent", outbox_id: outboxId, position } as const;
    await tx.updateTable("intents").set(values).where("seq", "=", seq).execute();
  }
}

/** The intents of a row of the outbox, in their order. */
export async function intentsOfRow(db: Db, outboxId: number): Promise<IntentRow[]> {
  return db
    .selectFrom("intents")
    .selectAll()
    .where("outbox_id", "=", outboxId)
    .where("position", "is not", null)
    .orderBy("position")
    .execute();
}

/** A stored intent as it goes into a call. */
export function storedIntent(row: IntentRow): StoredIntent {
  const members = JSON.parse(row.message) as Record<string, Hex | number>;
  const types = TYPES[row.kind as IntentKind];
  return {
    message: Object.fromEntries(
      types.map(({ name, type }) => {
        const value = members[name] as Hex | number;
        return [name, isWideMember(type) ? BigInt(value) : value];
      }),
    ),
    signature: row.signature,
    deviceSignature: row.device_signature ?? undefined,
    targetSignature: row.target_signature ?? undefined,
  };
}

export async function endIntent(tx: Tx, seq: number, state: IntentState, reason: string | null): Promise<void> {
  await tx.updateTable("intents").set({ state, reason }).where("seq", "=", seq).execute();
}

/** Puts the intents of a reverted batch back, each to go alone. */
export async function requeueIntent(tx: Tx, seq: number): Promise<void> {
  await tx
    .updateTable("intents")
    .set((eb) => ({ state: "queued", outbox_id: null, position: null, reverts: eb("reverts", "+", 1) }))
    .where("seq", "=", seq)
    .execute();
}

/** A batch is under way again: its withdrawals and releases bind again, unless another waits for the same. */
export async function reopenIntents(tx: Tx, outboxId: number): Promise<void> {
  for (const intent of await intentsOfRow(tx, outboxId)) {
    if (intent.state !== "done" || (await isEffectWaiting(tx, intent.effect))) continue;
    await endIntent(tx, intent.seq, "sent", null);
  }
}

/** How many intents wait and may be sent at a chain time, or are under way. */
export async function countOpenIntents(db: Db, chainTime: number): Promise<number> {
  const row = await db
    .selectFrom("intents")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("state", "in", ["queued", "sent"])
    .where((eb) => eb.or([eb("state", "=", "sent"), eb("not_before", "<", chainTime)]))
    .executeTakeFirstOrThrow();
  return row.count;
}
