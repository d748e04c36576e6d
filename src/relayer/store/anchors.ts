import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Db } from "./open.ts";
import type { DropsTable } from "./schema.ts";

/** The first drop without a root on the chain, by final blocks. */
export async function nextAnchored(db: Db): Promise<number> {
  const row = await db
    .selectFrom("chain_drops")
    .select("drop_no")
    .orderBy("drop_no", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? 0 : row.drop_no + 1;
}

/** Closed drops from a number on, in order. */
export async function closedDrops(db: Db, from: number, limit: number): Promise<DropsTable[]> {
  return db.selectFrom("drops").selectAll().where("drop_no", ">=", from).orderBy("drop_no").limit(limit).execute();
}

/** The first day that is not settled, by final blocks. */
export async function nextSettled(db: Db): Promise<number> {
  const row = await db.selectFrom("chain_days").select("day").orderBy("day", "desc").limit(1).executeTakeFirst();
  return row === undefined ? 0 : row.day + 1;
}

/** From when a vetoed day may be settled again, unix seconds; 0 when it was never vetoed. */
export async function settleNotBefore(db: Db, day: number): Promise<number> {
  const row = await db.selectFrom("chain_vetoes").select("not_before").where("day", "=", day).executeTakeFirst();
  return row?.not_before ?? 0;
}

/** The first drop in [from, to) whose root on the chain is not the one that was closed here. */
export async function differingDrop(
  db: Db,
  from: number,
  to: number,
): Promise<{ drop: number; chain: Hex; closed: Hex | null } | undefined> {
  const row = await db
    .selectFrom("chain_drops")
    .leftJoin("drops", "drops.drop_no", "chain_drops.drop_no")
    .select(["chain_drops.drop_no as drop", "chain_drops.root as chain", "drops.root as closed"])
    .where("chain_drops.drop_no", ">=", from)
    .where("chain_drops.drop_no", "<", to)
    .where((eb) => eb.or([eb("drops.root", "is", null), eb("drops.root", "!=", eb.ref("chain_drops.root"))]))
    .orderBy("chain_drops.drop_no")
    .limit(1)
    .executeTakeFirst();
  return row;
}

/** The newest day that can be credited from at a chain time. */
export async function newestCreditable(db: Db, chainTime: number): Promise<number | undefined> {
  const row = await db
    .selectFrom("chain_days")
    .select("day")
    .where("creditable_at", "<=", chainTime)
    .orderBy("day", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.day;
}

/** The newest push cycle; `done` when everything in it is credited. */
export async function lastPush(db: Db): Promise<{ day: number; done: boolean } | undefined> {
  const row = await db.selectFrom("pushes").selectAll().orderBy("day", "desc").limit(1).executeTakeFirst();
  return row && { day: row.day, done: row.done === 1 };
}

/** Units credited to accounts so far; one without a credit is absent. */
export async function readMined(db: Db): Promise<Map<Hex, bigint>> {
  const rows = await db.selectFrom("chain_stones").select(["account", "mined"]).execute();
  return new Map(rows.map(({ account, mined }) => [account, BigInt(mined)]));
}
