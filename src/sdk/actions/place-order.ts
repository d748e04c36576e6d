import { readItem } from "../../chain/read/orders.ts";
import type { Hex } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import { randomNonce } from "../random.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** What is ordered. */
export interface PlaceOrderParameters extends ActionOptions {
  /** Number of the item in the catalogue, from 1. */
  readonly item: number;
  /** The vehicle that it is for; the acting account must hold it. */
  readonly vehicle: Hex;
  /** The most it may cost, units of 1e-9 stone. Default: the item's price now. */
  readonly maxPrice?: bigint;
  /** Tells two orders of the same thing apart; below 2^64. Default: random. */
  readonly nonce?: bigint;
}

/**
 * Orders an item: its price is reserved, and spent only when it was delivered (docs/protocol.md 10.2).
 * @returns `id` is the order's id.
 * @throws INTENT_REJECTED with the desk's or the ledger's error, ARGUMENT_INVALID without an account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 */
export async function placeOrder(context: SdkContext, parameters: PlaceOrderParameters): Promise<ActionResult> {
  const message = await orderMessage(context, parameters);
  return perform(
    context,
    {
      kind: "OrderIntent",
      message,
      direct: () => context.writer().call("redemptionDesk", "placeOrder", [message]),
    },
    parameters,
  );
}

/** The members of an order's intent, with what the caller left open filled in. */
export async function orderMessage(context: SdkContext, parameters: PlaceOrderParameters) {
  const { chain, deployment } = context;
  return {
    account: actingAddress(context),
    item: parameters.item,
    vehicle: parameters.vehicle,
    maxPrice: parameters.maxPrice ?? (await readItem(chain, deployment, parameters.item)).price,
    nonce: parameters.nonce ?? randomNonce(),
    deadline: await deadlineOf(context, parameters),
  };
}
