import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Db, Tx } from "./open.ts";
import type { AttemptsTable, OutboxState, OutboxTable } from "./schema.ts";

/** A row of the outbox as it is read: an effect on chain that is to come, under way or past. */
export type OutboxRow = Omit<OutboxTable, "id"> & { readonly id: number };
/** One signed transaction of a row. A fee bump makes another one at the same nonce. */
export type Attempt = AttemptsTable;

const OPEN_STATES = ["queued", "signed", "sent", "mined"] as const satisfies readonly OutboxState[];

/** An effect to be written down before it becomes a transaction. */
export interface NewEffect {
  /** Names the effect, and the round of trying it: `drop:12:0`. */
  readonly key: string;
  /** Name of the contract function. */
  readonly kind: string;
  readonly payload: unknown;
  /** How many drops, days, leaves or intents it carries. */
  readonly items: number;
}

/** Writes an effect down. The key is unique, so the same effect cannot be written twice. */
export async function enqueueEffect(tx: Tx, effect: NewEffect): Promise<number> {
  const { id } = await tx
    .insertInto("outbox")
    .values({
      ...{ key: effect.key, kind: effect.kind, payload: JSON.stringify(effect.payload), items: effect.items },
      ...{ state: "queued", sender: null, nonce: null, tx: null, mined_block: null, mined_hash: null },
      ...{ reverted: 0, gas_used: 0, reason: null, preflights: 0 },
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

/** How many rounds of an effect were written down. @param prefix The key without its round, as in `drop:12:`. */
export async function countRounds(db: Db, prefix: string): Promise<number> {
  const row = await db
    .selectFrom("outbox")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("key", ">=", prefix)
    // The character after ":" in ASCII: the range of all keys with the prefix.
    .where("key", "<", `${prefix.slice(0, -1)};`)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Rows that are not at their end, oldest first. */
export async function openEffects(db: Db): Promise<OutboxRow[]> {
  return db.selectFrom("outbox").selectAll().where("state", "in", OPEN_STATES).orderBy("id").execute();
}

/** Whether any effect of a kind is under way. */
export async function hasOpenEffect(db: Db, kind: string): Promise<boolean> {
  const row = await db
    .selectFrom("outbox")
    .select("id")
    .where("state", "in", OPEN_STATES)
    .where("kind", "=", kind)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** A row's signed transactions, oldest first. */
export async function attemptsOf(db: Db, row: number): Promise<Attempt[]> {
  const attempts = await db.selectFrom("attempts").selectAll().where("outbox_id", "=", row).execute();
  return attempts.sort((a, b) => (BigInt(a.max_fee) < BigInt(b.max_fee) ? -1 : 1));
}

/** Gives a row its sender's nonce and its first signed bytes, in one transaction with the nonce counter. */
export async function saveSigned(
  tx: Tx,
  { id, sender, nonce }: { id: number; sender: Hex; nonce: number },
  attempt: Attempt,
): Promise<void> {
  await tx.insertInto("attempts").values(attempt).execute();
  await tx.updateTable("outbox").set({ state: "signed", sender, nonce }).where("id", "=", id).execute();
  await writeNextNonce(tx, sender, nonce + 1);
}

/** Adds a bumped transaction at the row's nonce. */
export async function saveBump(tx: Tx, attempt: Attempt): Promise<void> {
  await tx.insertInto("attempts").values(attempt).execute();
}

/** Changes a row. */
export async function updateEffect(
  tx: Tx,
  id: number,
  values: Partial<Omit<OutboxTable, "id" | "key" | "kind" | "payload" | "items">>,
): Promise<void> {
  await tx.updateTable("outbox").set(values).where("id", "=", id).execute();
}

/** Takes a row's nonce away, because another transaction has used it up for good; it will be signed anew. */
export async function unsign(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom("attempts").where("outbox_id", "=", id).execute();
  await updateEffect(tx, id, {
    ...{ state: "queued", sender: null, nonce: null, tx: null, mined_block: null, mined_hash: null },
  });
}

/** Who has ever signed anything. */
export async function readSenders(db: Db): Promise<Hex[]> {
  const rows = await db.selectFrom("senders").select("address").orderBy("address").execute();
  return rows.map(({ address }) => address);
}

/** A sender's rows that were mined, as far as the store knows, newest first. */
export async function minedEffects(db: Db, sender: Hex, page: { limit: number; offset: number }): Promise<OutboxRow[]> {
  return db
    .selectFrom("outbox")
    .selectAll()
    .where("sender", "=", sender)
    .where("mined_block", "is not", null)
    .orderBy("nonce", "desc")
    .limit(page.limit)
    .offset(page.offset)
    .execute();
}

/** The nonce of a sender's next transaction; 0 for one that has signed nothing yet. */
export async function readNextNonce(db: Db, sender: Hex): Promise<number> {
  const row = await db.selectFrom("senders").select("next_nonce").where("address", "=", sender).executeTakeFirst();
  return row?.next_nonce ?? 0;
}

export async function writeNextNonce(tx: Tx, sender: Hex, nonce: number): Promise<void> {
  await tx
    .insertInto("senders")
    .values({ address: sender, next_nonce: nonce })
    .onConflict((conflict) => conflict.column("address").doUpdateSet({ next_nonce: nonce }))
    .execute();
}

/** Rows whose signed bytes are kept after their end, in case a chain loses the blocks they were mined in. */
const ROWS_KEPT_SIGNED = 5_000;

/** Forgets the signed bytes of what was final long ago. */
export async function forgetOldAttempts(tx: Tx): Promise<void> {
  await tx
    .deleteFrom("attempts")
    .where("outbox_id", "<=", (eb) =>
      eb
        .selectFrom("outbox")
        .select("id")
        .where("state", "=", "final")
        .orderBy("id", "desc")
        .limit(1)
        .offset(ROWS_KEPT_SIGNED),
    )
    .where("outbox_id", "in", (eb) => eb.selectFrom("outbox").select("id").where("state", "=", "final"))
    .execute();
}

/** Rows by state, and gas by kind of what is mined for good. */
export async function readOutboxFigures(db: Db): Promise<{
  states: Record<OutboxState, number>;
  gas: Record<string, { transactions: number; gas: string; items: number }>;
}> {
  const states = { queued: 0, signed: 0, sent: 0, mined: 0, final: 0, failed: 0 };
  const counts = await db
    .selectFrom("outbox")
    .select((eb) => ["state", eb.fn.countAll<number>().as("count")])
    .groupBy("state")
    .execute();
  for (const { state, count } of counts) states[state] = count;
  const sums = await db
    .selectFrom("outbox")
    .select((eb) => [
      "kind",
      eb.fn.countAll<number>().as("transactions"),
      eb.fn.sum<number>("gas_used").as("gas"),
      eb.fn.sum<number>("items").as("items"),
    ])
    .where("state", "=", "final")
    .groupBy("kind")
    .orderBy("kind")
    .execute();
  const gas = Object.fromEntries(
    sums.map((row) => [row.kind, { transactions: row.transactions, gas: String(row.gas), items: Number(row.items) }]),
  );
  return { states, gas };
}
