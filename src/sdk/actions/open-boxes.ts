import { readHeldVehicle } from "../../chain/read/vehicles.ts";
import type { MinedTransaction } from "../../chain/write/transactions.ts";
import { type Hex, lowerHex, ZERO_HASH } from "../../protocol/index.ts";
import { actingAddress, type SdkContext } from "../context.ts";

/** Whose boxes are opened. */
export interface OpenBoxesParameters {
  /** Default: the client's own account. Anyone may open anyone's. */
  readonly accounts?: readonly Hex[];
}

/**
 * Opens the requested boxes of accounts whose drop is revealed, or whose reveal was late; who has none to open is passed over
 * (docs/protocol.md 9.3). Stones are paid at once to an account that holds a vehicle, and wait for any other. A transaction of
 * the client's own account.
 * @throws INTENT_REJECTED with the contract's error, ARGUMENT_INVALID without a sending account, CHAIN_UNREACHABLE.
 */
export async function openBoxes(context: SdkContext, parameters: OpenBoxesParameters = {}): Promise<MinedTransaction> {
  const { chain, deployment } = context;
  const accounts = (parameters.accounts ?? [actingAddress(context)]).map(lowerHex);
  const writer = context.writer();
  const held = await Promise.all(accounts.map((account) => readHeldVehicle(chain, deployment, account)));
  return writer.call("mineBox", "openBoxes", [accounts, held.map((vehicle) => vehicle ?? ZERO_HASH)]);
}
