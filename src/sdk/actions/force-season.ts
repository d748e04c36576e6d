import type { MinedTransaction } from "../../chain/write/transactions.ts";
import type { SdkContext } from "../context.ts";

/**
 * Ends a season whose next reveal is late: all its open requests take the guaranteed tier and can be opened (docs/protocol.md
 * 9.3). Anybody may; a transaction of the client's own account.
 * @param parameters `season`: its number, from 1.
 * @throws INTENT_REJECTED with the mine box's error when no reveal is late, ARGUMENT_INVALID without a sending account,
 * CHAIN_UNREACHABLE.
 */
export async function forceSeason(context: SdkContext, { season }: { season: number }): Promise<MinedTransaction> {
  return context.writer().call("mineBox", "forceSeason", [season]);
}
