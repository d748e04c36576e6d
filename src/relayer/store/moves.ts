import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Db } from "./open.ts";

/** Where an account moved, if it did. */
export async function readForward(db: Db, account: Hex): Promise<Hex | undefined> {
  const row = await db.selectFrom("chain_moves").select("target").where("account", "=", account).executeTakeFirst();
  return row?.target;
}

/** The account that stands for an account now: itself, or where its pointers lead. Pointers never lead back. */
export async function currentAccount(db: Db, account: Hex): Promise<Hex> {
  let current = account;
  for (let next = await readForward(db, current); next !== undefined; next = await readForward(db, current)) {
    current = next;
  }
  return current;
}

/** An account and all whose pointers lead to it, however many moves ago. */
export async function accountsLeadingTo(db: Db, account: Hex): Promise<Hex[]> {
  const found = [account];
  for (let at = 0; at < found.length; at++) {
    const rows = await db
      .selectFrom("chain_moves")
      .select("account")
      .where("target", "=", found[at] as Hex)
      .execute();
    found.push(...rows.map((row) => row.account));
  }
  return found;
}
