import { lowerHex } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform, signIntent } from "../intents.ts";
import type { ActionOptions, ActionResult, OwnerAccount } from "../types.ts";

/** Where an account moves. */
export interface MoveAccountParameters extends ActionOptions {
  /** The account that takes everything over; it signs too. It must never have had stones nor been moved to. */
  readonly to: OwnerAccount;
}

/**
 * Moves the acting account to another address, for good: its stones and what is reserved of them at once, later credits as
 * they come. Vehicles, crystals, milestones and vouchers follow by {@link followMove}; consents never move.
 * @throws INTENT_REJECTED with the contract's error, ARGUMENT_INVALID without an account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 * @example
 * await cairn.moveAccount({ to: privateKeyToAccount(newKey) });
 */
export async function moveAccount(context: SdkContext, parameters: MoveAccountParameters): Promise<ActionResult> {
  const message = {
    account: actingAddress(context),
    to: lowerHex(parameters.to.address),
    deadline: await deadlineOf(context, parameters),
  };
  const targetSignature = await signIntent(context, { kind: "AccountMove", message }, parameters.to);
  return perform(
    context,
    {
      kind: "AccountMove",
      message,
      targetSignature,
      direct: () => context.writer().call("accountMoves", "moveAccount", [message, targetSignature]),
    },
    parameters,
  );
}
