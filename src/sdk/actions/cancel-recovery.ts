import { readRecovery } from "../../chain/read/moves.ts";
import { CairnError } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** How the cancellation goes to the chain. */
export type CancelRecoveryParameters = ActionOptions;

/**
 * Cancels the announced recovery of the acting account: whoever still has the key needs none. Anybody could carry it out 30
 * days after its announcement.
 * @throws INTENT_REJECTED when none is announced, ARGUMENT_INVALID without an account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 */
export async function cancelRecovery(
  context: SdkContext,
  parameters: CancelRecoveryParameters = {},
): Promise<ActionResult> {
  const account = actingAddress(context);
  const announced = await readRecovery(context.chain, context.deployment, account);
  if (announced === undefined) throw new CairnError("INTENT_REJECTED", "no recovery of the account is announced");
  const message = { account, recovery: announced.number, deadline: await deadlineOf(context, parameters) };
  return perform(
    context,
    {
      kind: "RecoveryCancellation",
      message,
      direct: () => context.writer().call("accountMoves", "cancelRecovery", []),
    },
    parameters,
  );
}
