import type { Hex } from "../../protocol/codec/bytes.ts";
import type { RefusalCode } from "../../protocol/errors.ts";
import { chunksOf } from "../../storage/chunks.ts";
import type { Db, Tx } from "./open.ts";

/** Newest refusals that are kept per account. */
const REFUSALS_PER_ACCOUNT = 1_000;

/** A reading that was not accepted. */
export interface Refusal {
  /** The vehicle's account, or zero when it has none. */
  readonly account: Hex;
  readonly digest: Hex;
  readonly vehicle: Hex;
  readonly code: RefusalCode;
  /** Chain time of the refusal, unix seconds. */
  readonly at: number;
}

/** Stores refusals; one that was stored before is not stored again. @returns Those that are new. */
export async function insertRefusals(tx: Tx, refusals: readonly Refusal[]): Promise<{ code: string }[]> {
  const added: { code: string }[] = [];
  for (const chunk of chunksOf(refusals)) {
    const rows = await tx
      .insertInto("refusals")
      .values(chunk)
      .onConflict((conflict) => conflict.columns(["digest", "code"]).doNothing())
      .returning("code")
      .execute();
    added.push(...rows);
  }
  for (const account of new Set(refusals.map((refusal) => refusal.account))) await trim(tx, account);
  return added;
}

async function trim(tx: Tx, account: Hex): Promise<void> {
  await tx
    .deleteFrom("refusals")
    .where("account", "=", account)
    .where("seq", "<=", (eb) =>
      eb
        .selectFrom("refusals")
        .select("seq")
        .where("account", "=", account)
        .orderBy("seq", "desc")
        .limit(1)
        .offset(REFUSALS_PER_ACCOUNT),
    )
    .execute();
}

/** An account's refusals, newest first. `before` is a `seq` from an earlier page. */
export async function readRefusals(
  db: Db,
  account: Hex,
  page: { limit: number; before?: number | undefined },
): Promise<(Refusal & { seq: number })[]> {
  let query = db.selectFrom("refusals").selectAll().where("account", "=", account);
  if (page.before !== undefined) query = query.where("seq", "<", page.before);
  const rows = await query.orderBy("seq", "desc").limit(page.limit).execute();
  return rows.map((row) => ({ ...row, code: row.code as RefusalCode }));
}

/** The newest refusal of a reading. */
export async function findRefusal(db: Db, digest: Hex): Promise<Refusal | undefined> {
  const row = await db
    .selectFrom("refusals")
    .selectAll()
    .where("digest", "=", digest)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && { ...row, code: row.code as RefusalCode };
}
