import type { Hex } from "../../protocol/codec/bytes.ts";
import { updateMany } from "../../storage/bulk.ts";
import type { ClosedDay, DayAccount } from "../domain/close-day.ts";
import type { Db, Tx } from "./open.ts";
import type { DaysTable } from "./schema.ts";

/** Days for which each account's metres are kept at least, so that a longer window can still be summed. */
const LEAST_DAYS_KEPT = 400;

/** Gives the next indices to accounts that have metres or an award and no index yet, in ascending address order. */
export async function giveIndices(tx: Tx): Promise<void> {
  const { next } = await tx
    .selectFrom("accounts")
    .select((eb) => eb.fn.coalesce(eb.fn.max<number | null>("idx"), eb.lit(-1)).as("next"))
    .executeTakeFirstOrThrow();
  const rows = await tx
    .selectFrom("accounts")
    .select("address")
    .where("idx", "is", null)
    .where((eb) => eb.or([eb("metres", ">", 0), eb("crystals", "!=", "0")]))
    .orderBy("address")
    .execute();
  const first = Number(next) + 1;
  const indexed = rows.map(({ address }, at) => ({ address, idx: first + at }));
  await updateMany(tx, { table: "accounts", key: "address" }, indexed);
}

/** All accounts with an index, in its order, each with its metres in the days [from, to]. */
export async function loadDayAccounts(db: Db, window: { from: number; to: number }): Promise<DayAccount[]> {
  const sums = await db
    .selectFrom("account_days")
    .select((eb) => ["account", eb.fn.sum<number>("metres").as("metres")])
    .where("day", ">=", window.from)
    .where("day", "<=", window.to)
    .groupBy("account")
    .execute();
  const windowOf = new Map(sums.map(({ account, metres }) => [account, Number(metres)]));
  const rows = await db.selectFrom("accounts").selectAll().where("idx", "is not", null).orderBy("idx").execute();
  return rows.map((row) => ({
    address: row.address,
    key: row.account_key,
    metres: row.metres,
    headLeaf: row.head_leaf,
    stones: BigInt(row.stones),
    crystals: BigInt(row.crystals),
    headAward: row.head_award,
    windowM: windowOf.get(row.address) ?? 0,
  }));
}

/** Stores a closed day and each account's stones, and forgets metres that no window reaches any more. */
export async function saveDay(
  tx: Tx,
  closed: ClosedDay,
  by: { dayKey: Hex; accounts: readonly DayAccount[]; longestWindow: number },
): Promise<void> {
  const stones = by.accounts.map((account) => ({ address: account.address, stones: account.stones.toString() }));
  await updateMany(tx, { table: "accounts", key: "address" }, stones);
  await tx
    .insertInto("days")
    .values({
      day: closed.day,
      accounts: closed.rows.length,
      stones_root: closed.stonesRoot,
      metres_root: closed.metresRoot,
      total_stones: closed.totalStones.toString(),
      total_crystals: closed.totalCrystals.toString(),
      total_metres: closed.totalMetres,
      digest: closed.digest,
      data_digest: closed.dataDigest,
      day_key: by.dayKey,
      published: closed.rows.length === 0 ? 1 : 0,
    })
    .execute();
  const kept = closed.day - Math.max(by.longestWindow, LEAST_DAYS_KEPT);
  await tx.deleteFrom("account_days").where("day", "<", kept).execute();
  await tx
    .updateTable("progress")
    .set({ next_day: closed.day + 1 })
    .execute();
}

export async function readDay(db: Db, day: number): Promise<DaysTable | undefined> {
  return db.selectFrom("days").selectAll().where("day", "=", day).executeTakeFirst();
}
