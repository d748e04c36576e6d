import type { SignedAward } from "../../protocol/codec/award.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { AwardLeaf } from "../../protocol/codec/leaves.ts";
import type { AwardRow } from "../../protocol/codec/rows.ts";
import type { AcceptedAward, ClosedRow } from "../domain/drop.ts";
import type { Db, Tx } from "./open.ts";
import type { AwardLeavesTable, AwardsTable } from "./schema.ts";

/** An award as it is stored. */
export type StoredAward = Omit<AwardsTable, "seq"> & { readonly seq: number };
/** An award of a closed drop with its leaf. */
type PlacedAward = StoredAward & AwardLeavesTable;

export async function findAward(db: Db, digest: Hex): Promise<StoredAward | undefined> {
  return db.selectFrom("awards").selectAll().where("digest", "=", digest).executeTakeFirst();
}

/** Whether a task was awarded to an account for an occurrence. */
export async function isAwarded(db: Db, { task, account, occurrence }: SignedAward): Promise<boolean> {
  const row = await db
    .selectFrom("awards")
    .select("seq")
    .where("account", "=", account)
    .where("task", "=", task)
    .where("occurrence", "=", occurrence)
    .executeTakeFirst();
  return row !== undefined;
}

/** How often a task was awarded to an account on a day. */
export async function countAwarded(db: Db, { task, account }: SignedAward, day: number): Promise<number> {
  const { count } = await db
    .selectFrom("awards")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("account", "=", account)
    .where("task", "=", task)
    .where("awarded_on", "=", day)
    .executeTakeFirstOrThrow();
  return count;
}

/** Crystals awarded in the drops of a day so far. */
export async function crystalsOfDay(db: Db, day: number): Promise<number> {
  const row = await db.selectFrom("award_days").select("crystals").where("day", "=", day).executeTakeFirst();
  return row?.crystals ?? 0;
}

/**
 * Stores an accepted award.
 * @param day The day of its drop, whose settlement takes its crystals.
 */
export async function insertAward(tx: Tx, award: Omit<StoredAward, "seq">, day: number): Promise<void> {
  await tx.insertInto("awards").values(award).execute();
  await tx
    .insertInto("award_days")
    .values({ day, crystals: award.crystals })
    .onConflict((conflict) =>
      conflict
        .column("day")
        .doUpdateSet((eb) => ({ crystals: eb("award_days.crystals", "+", eb.ref("excluded.crystals")) })),
    )
    .execute();
}

/** The awards accepted into a drop. */
export async function awardsOfDrop(db: Db, drop: number): Promise<AcceptedAward[]> {
  const rows = await db.selectFrom("awards").selectAll().where("drop_no", "=", drop).execute();
  return rows.map((row) => ({ ...signedAward(row), digest: row.digest }));
}

/** A stored award as the task key signed it. */
export function signedAward(row: StoredAward): SignedAward {
  const { task, account, occurrence, crystals, awarded_at, signature } = row;
  return { task, account, occurrence, crystals, awardedAt: awarded_at, signature };
}

/** An award's leaf as it is stored. */
export function awardLeafRow({ row, digest, leafHash }: ClosedRow<AwardRow>): AwardLeavesTable {
  return {
    ...{
      drop_no: row.drop,
      leaf_index: row.index,
      digest,
      account_crystals_after: row.accountCrystalsAfter.toString(),
    },
    ...{ prev_award_leaf: row.prevAwardLeaf, salt: row.salt, leaf_hash: leafHash },
  };
}

function placedAwards(db: Db) {
  return db
    .selectFrom("award_leaves")
    .innerJoin("awards", "awards.digest", "award_leaves.digest")
    .selectAll("awards")
    .selectAll("award_leaves");
}

/** The awards of a closed drop with their leaves, in order of index. */
export async function readAwardLeaves(db: Db, drop: number): Promise<PlacedAward[]> {
  return placedAwards(db).where("award_leaves.drop_no", "=", drop).orderBy("award_leaves.leaf_index").execute();
}

/** An award of a closed drop with its leaf, by its digest. */
export async function findAwardLeaf(db: Db, digest: Hex): Promise<PlacedAward | undefined> {
  return placedAwards(db).where("award_leaves.digest", "=", digest).executeTakeFirst();
}

/** The leaf of an award of a closed drop. */
export function awardLeafOf(row: PlacedAward): AwardLeaf {
  return {
    drop: row.drop_no,
    index: row.leaf_index,
    awardDigest: row.digest,
    account: row.account,
    crystals: row.crystals,
    accountCrystalsAfter: BigInt(row.account_crystals_after),
    prevAwardLeaf: row.prev_award_leaf,
    salt: row.salt,
  };
}

/** An account's awards, newest first. `before` is a `seq` from an earlier page. */
export async function readAwards(
  db: Db,
  account: Hex,
  page: { limit: number; before?: number | undefined },
): Promise<StoredAward[]> {
  let query = db.selectFrom("awards").selectAll().where("account", "=", account);
  if (page.before !== undefined) query = query.where("seq", "<", page.before);
  return query.orderBy("seq", "desc").limit(page.limit).execute();
}
