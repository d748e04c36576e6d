import type { Hex } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** Which vehicle is released. */
export interface ReleaseVehicleParameters extends ActionOptions {
  readonly vehicle: Hex;
}

/**
 * Ends the acting account's pairing with a vehicle, at once and for ever; a sold car is registered anew for its next owner.
 * @throws INTENT_REJECTED with the registry's error, ARGUMENT_INVALID without an account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 */
export async function releaseVehicle(context: SdkContext, parameters: ReleaseVehicleParameters): Promise<ActionResult> {
  const message = {
    vehicle: parameters.vehicle,
    account: actingAddress(context),
    deadline: await deadlineOf(context, parameters),
  };
  return perform(
    context,
    {
      kind: "VehicleRelease",
      message,
      direct: () => context.writer().call("vehicleRegistry", "releaseVehicle", [message]),
    },
    parameters,
  );
}
