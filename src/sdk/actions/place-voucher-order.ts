import type { Hex } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import { randomNonce } from "../random.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** What is ordered by a voucher. */
export interface PlaceVoucherOrderParameters extends ActionOptions {
  /** Number of the item that the voucher is for. */
  readonly item: number;
  /** The vehicle that it is for; the acting account must hold it. */
  readonly vehicle: Hex;
  /** Tells two orders of the same thing apart; below 2^64. Default: random. */
  readonly nonce?: bigint;
}

/**
 * Orders an item by a voucher that was won: no stones, no stock, no window, no other condition than a vehicle. When the order
 * is not completed, the voucher comes back.
 * @returns `id` is the order's id.
 * @throws INTENT_REJECTED with the desk's error, ARGUMENT_INVALID without an account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 */
export async function placeVoucherOrder(
  context: SdkContext,
  parameters: PlaceVoucherOrderParameters,
): Promise<ActionResult> {
  const message = {
    account: actingAddress(context),
    item: parameters.item,
    vehicle: parameters.vehicle,
    nonce: parameters.nonce ?? randomNonce(),
    deadline: await deadlineOf(context, parameters),
  };
  return perform(
    context,
    {
      kind: "VoucherOrder",
      message,
      direct: () => context.writer().call("redemptionDesk", "placeVoucherOrder", [message]),
    },
    parameters,
  );
}
