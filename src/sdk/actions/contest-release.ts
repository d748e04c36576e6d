import type { Hex } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** Whose release is contested. */
export interface ContestReleaseParameters extends ActionOptions {
  readonly vehicle: Hex;
}

/**
 * Contests a release that the manufacturer asked for: from then on only the arbiter may release. The manufacturer can carry it
 * out from 72 hours after the request on, for 7 days.
 * @throws INTENT_REJECTED with the registry's error, ARGUMENT_INVALID without an account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 */
export async function contestRelease(context: SdkContext, parameters: ContestReleaseParameters): Promise<ActionResult> {
  const message = {
    vehicle: parameters.vehicle,
    account: actingAddress(context),
    deadline: await deadlineOf(context, parameters),
  };
  return perform(
    context,
    {
      kind: "ReleaseContest",
      message,
      direct: () => context.writer().call("vehicleRegistry", "contestRelease", [message.vehicle]),
    },
    parameters,
  );
}
