import { type OrderRecord, readOrder } from "../../chain/read/orders.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import type { SdkContext } from "../context.ts";

/**
 * An order as it stands.
 * @param parameters `order`: its id, as {@link placeOrder} returned it.
 * @throws NOT_FOUND when there is no such order, CHAIN_UNREACHABLE.
 */
export async function getOrder(context: SdkContext, parameters: { order: Hex }): Promise<OrderRecord> {
  const found = await readOrder(context.chain, context.deployment, parameters.order);
  if (found.state === "none") throw new CairnError("NOT_FOUND", `order ${parameters.order}`);
  return found;
}
