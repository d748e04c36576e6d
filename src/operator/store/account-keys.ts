import type { Hex } from "../../protocol/codec/bytes.ts";
import type { SaltKeys } from "../../service/salt-keys.ts";
import { chunksOf } from "../../storage/chunks.ts";
import type { Tx } from "./open.ts";

/**
 * The keys under which the salts of accounts' rows are derived, made for those that have none. An account's rows are erased by
 * destroying its key and the rows themselves.
 * @param fresh Makes keys.
 */
export async function ensureAccountKeys(
  tx: Tx,
  accounts: readonly Hex[],
  fresh: Pick<SaltKeys, "ofAccount">,
): Promise<ReadonlyMap<Hex, Hex>> {
  const keys = new Map<Hex, Hex>();
  for (const chunk of chunksOf(accounts)) {
    await tx
      .insertInto("account_keys")
      .values(chunk.map((account) => ({ account, key: fresh.ofAccount(account) })))
      .onConflict((conflict) => conflict.column("account").doNothing())
      .execute();
    const rows = await tx.selectFrom("account_keys").selectAll().where("account", "in", chunk).execute();
    for (const { account, key } of rows) keys.set(account, key);
  }
  return keys;
}
