import type { Hex } from "../../protocol/index.ts";
import type { SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** Which order is accepted. */
export interface AcceptOrderParameters extends ActionOptions {
  readonly order: Hex;
}

/**
 * Accepts what was delivered: the reserved stones are spent at once.
 * @throws INTENT_REJECTED with the desk's error, ARGUMENT_INVALID without an account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 */
export async function acceptOrder(context: SdkContext, parameters: AcceptOrderParameters): Promise<ActionResult> {
  const message = { order: parameters.order, deadline: await deadlineOf(context, parameters) };
  return perform(
    context,
    {
      kind: "OrderAcceptance",
      message,
      direct: () => context.writer().call("redemptionDesk", "acceptOrder", [message.order]),
    },
    parameters,
  );
}
