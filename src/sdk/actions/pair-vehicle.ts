import { type Hex, signingDomain, typedDigest } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";
import { deadlineOf, perform } from "../intents.ts";
import type { ActionOptions, ActionResult } from "../types.ts";

/** What both the owner and the device sign. */
export interface PairVehicleParameters extends ActionOptions {
  /** The vehicle's id. */
  readonly vehicle: Hex;
  /**
   * The device's half: P-256 `r ‖ s` (low s) over SHA-256 of the pairing's digest. It is asked over whatever link the app
   * has to the car.
   */
  readonly signByDevice: (pairing: { vehicle: Hex; account: Hex; deadline: number; digest: Hex }) => Hex | Promise<Hex>;
}

/**
 * Pairs a vehicle with the acting account. A vehicle id has one pairing in its life (docs/protocol.md, section 4).
 * @throws INTENT_REJECTED with the registry's error, ARGUMENT_INVALID without an account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 */
export async function pairVehicle(context: SdkContext, parameters: PairVehicleParameters): Promise<ActionResult> {
  const message = {
    vehicle: parameters.vehicle,
    account: actingAddress(context),
    deadline: await deadlineOf(context, parameters),
  };
  const digest = typedDigest(signingDomain(context.deployment, "VehiclePairing"), "VehiclePairing", message);
  const deviceSignature = await parameters.signByDevice({ ...message, digest });
  return perform(
    context,
    {
      kind: "VehiclePairing",
      message,
      deviceSignature,
      direct: () => context.writer().call("vehicleRegistry", "pairVehicle", [message, deviceSignature]),
    },
    parameters,
  );
}
