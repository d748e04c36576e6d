import type { Hex } from "../../protocol/codec/bytes.ts";
import { currentAccount } from "./moves.ts";
import type { Db } from "./open.ts";
import type { ChainOrdersTable } from "./schema-chain.ts";

/** An order in final blocks. */
export interface KnownOrder {
  /** Who stands now for the account that ordered. */
  readonly owner: Hex;
  readonly status: ChainOrdersTable["status"];
}

/** Finds an order by its id; undefined when there is none. */
export async function findOrder(db: Db, order: Hex): Promise<KnownOrder | undefined> {
  const query = db.selectFrom("chain_orders").select(["account", "status"]).where("order_id", "=", order);
  const row = await query.executeTakeFirst();
  return row && { owner: await currentAccount(db, row.account), status: row.status };
}
