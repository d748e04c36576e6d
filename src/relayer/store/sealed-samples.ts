import { sql } from "kysely";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { insertMany } from "../../storage/bulk.ts";
import { chunksOf } from "../../storage/chunks.ts";
import type { Db, Tx } from "./open.ts";
import type { ReadingsTable, SealedSamplesTable } from "./schema.ts";

/** What names a reading in the store. */
type ReadingKey = Pick<ReadingsTable, "digest" | "drop_no" | "vehicle" | "sequence">;

/** By what samples are kept or not, besides what the store has written down. */
export interface KeepingMoment {
  /** Unix seconds. */
  readonly chainTime: number;
  /** Accounts that have withdrawn in blocks that are not final, each with the version of its withdrawal. */
  readonly withdrawals: ReadonlyMap<Hex, number>;
}

/** Stores sealed samples of readings that have none. */
export async function insertSealedSamples(tx: Tx, rows: readonly SealedSamplesTable[]): Promise<void> {
  await insertMany(tx, "sealed_samples", rows);
}

/** The sealed samples of readings, by digest; what is kept no longer at that moment is absent, be it deleted yet or not. */
export async function readSealedSamples(
  db: Db,
  readings: readonly ReadingKey[],
  moment: KeepingMoment,
): Promise<Map<Hex, string>> {
  const sealed = new Map<Hex, string>();
  for (const chunk of chunksOf(readings)) {
    const rows = await selectOf(db, chunk, moment).select("sealed").execute();
    const texts = new Map(rows.filter(standsAt(moment)).map((row) => [nameOf(row), row.sealed]));
    for (const reading of chunk) {
      const text = texts.get(nameOf(reading));
      if (text !== undefined) sealed.set(reading.digest, text);
    }
  }
  return sealed;
}

/** The digests of those readings of which sealed samples are kept. */
export async function readingsWithSamples(
  db: Db,
  readings: readonly ReadingKey[],
  moment: KeepingMoment,
): Promise<Set<Hex>> {
  const kept = new Set<Hex>();
  for (const chunk of chunksOf(readings)) {
    const rows = await selectOf(db, chunk, moment).execute();
    const names = new Set(rows.filter(standsAt(moment)).map(nameOf));
    for (const reading of chunk) if (names.has(nameOf(reading))) kept.add(reading.digest);
  }
  return kept;
}

/** Rows of these readings; as keys are taken member by member, there may be others of the same vehicles among them. */
function selectOf(db: Db, readings: readonly ReadingKey[], { chainTime }: KeepingMoment) {
  const distinct = <K extends keyof ReadingKey>(member: K) => [...new Set(readings.map((reading) => reading[member]))];
  return db
    .selectFrom("sealed_samples")
    .leftJoin("samples_erasures", "samples_erasures.account", "sealed_samples.account")
    .select(["vehicle", "sequence", "sealed_samples.account", "consent_version"])
    .where("drop_no", "in", distinct("drop_no"))
    .where("vehicle", "in", distinct("vehicle"))
    .where("sequence", "in", distinct("sequence"))
    .where("keep_until", ">", chainTime)
    .where((eb) => eb.or([eb("version", "is", null), eb("version", "<=", eb.ref("consent_version"))]));
}

/** Whether no block that is not final has withdrawn the consent under which a row is kept. */
function standsAt({ withdrawals }: KeepingMoment) {
  return ({ account, consent_version }: Pick<SealedSamplesTable, "account" | "consent_version">) =>
    (withdrawals.get(account) ?? 0) <= consent_version;
}

function nameOf({ vehicle, sequence }: Pick<ReadingKey, "vehicle" | "sequence">): string {
  return `${vehicle}:${sequence}`;
}

/**
 * Writes down that what was kept of accounts is to be deleted.
 * @param withdrawals Accounts, each with the version of its withdrawal: what was kept under earlier grants goes.
 */
export async function orderErasures(tx: Tx, withdrawals: ReadonlyMap<Hex, number>): Promise<void> {
  for (const [account, version] of withdrawals) {
    await tx
      .insertInto("samples_erasures")
      .values({ account, version })
      .onConflict((conflict) =>
        conflict.column("account").doUpdateSet({ version }).where("samples_erasures.version", "<", version),
      )
      .execute();
  }
}

/** Accounts whose sealed samples are to be deleted, each with the version of its withdrawal. */
export async function readErasures(db: Db): Promise<Map<Hex, number>> {
  const rows = await db.selectFrom("samples_erasures").selectAll().execute();
  return new Map(rows.map(({ account, version }) => [account, version]));
}

/** Nothing is left of what a withdrawal deletes. */
export async function endErasure(tx: Tx, account: Hex, version: number): Promise<void> {
  await tx.deleteFrom("samples_erasures").where("account", "=", account).where("version", "<=", version).execute();
}

/**
 * Deletes what was kept of an account under grants before a withdrawal.
 * @param limit How many rows at most.
 * @returns How many there were.
 */
export function deleteWithdrawn(
  tx: Tx,
  { account, version }: { account: Hex; version: number },
  limit: number,
): Promise<number> {
  return deleteRows(tx, sql`account = ${account} and consent_version < ${version} limit ${limit}`);
}

/** Deletes what is kept no longer at a chain time, the oldest first. @returns How many rows there were, `limit` at most. */
export function deleteOver(tx: Tx, chainTime: number, limit: number): Promise<number> {
  return deleteRows(tx, sql`keep_until <= ${chainTime} order by keep_until limit ${limit}`);
}

async function deleteRows(tx: Tx, which: ReturnType<typeof sql>): Promise<number> {
  const { numAffectedRows } = await sql`delete from sealed_samples where (drop_no, vehicle, sequence) in
    (select drop_no, vehicle, sequence from sealed_samples where ${which})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Whether anything is kept beyond its time. */
export async function hasSamplesOver(db: Db, chainTime: number): Promise<boolean> {
  const row = await db
    .selectFrom("sealed_samples")
    .select("keep_until")
    .where("keep_until", "<=", chainTime)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
