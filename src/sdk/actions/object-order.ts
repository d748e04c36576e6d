import { type Hex, ZERO_HASH } from "../../protocol/index.ts";
import type { SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** Which order is objected to, and why. */
export interface ObjectOrderParameters extends ActionOptions {
  readonly order: Hex;
  /** Hash of the reason; the words themselves stay off the chain. Default: zero. */
  readonly reasonHash?: Hex;
}

/**
 * Objects to what was delivered, before the objection deadline; an arbiter decides.
 * @throws INTENT_REJECTED with the desk's error, ARGUMENT_INVALID without an account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 */
export async function objectOrder(context: SdkContext, parameters: ObjectOrderParameters): Promise<ActionResult> {
  const message = {
    order: parameters.order,
    reasonHash: parameters.reasonHash ?? ZERO_HASH,
    deadline: await deadlineOf(context, parameters),
  };
  return perform(
    context,
    {
      kind: "OrderObjection",
      message,
      direct: () => context.writer().call("redemptionDesk", "objectOrder", [message.order, message.reasonHash]),
    },
    parameters,
  );
}
