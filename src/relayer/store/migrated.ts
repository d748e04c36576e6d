import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Db } from "./open.ts";

/** Units that an account migrated to a successor so far. */
export async function readMigrated(db: Db, account: Hex, successor: Hex): Promise<bigint> {
  const row = await db
    .selectFrom("chain_migrations")
    .select("units")
    .where("account", "=", account)
    .where("successor", "=", successor)
    .executeTakeFirst();
  return BigInt(row?.units ?? 0);
}
