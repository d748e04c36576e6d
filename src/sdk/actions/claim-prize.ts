import { readHeldVehicle } from "../../chain/read/vehicles.ts";
import type { MinedTransaction } from "../../chain/write/transactions.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { askedAccount, type SdkContext } from "../context.ts";

/** Whose prize is paid. */
export interface ClaimPrizeParameters {
  /** Default: the client's own account. Anyone may claim for anyone. */
  readonly account?: Hex;
  /** A vehicle that the account holds. Default: found on the chain. */
  readonly vehicle?: Hex;
}

/**
 * Has stones paid that an account won before it held a vehicle (docs/protocol.md 9.5). A transaction of the client's own
 * account.
 * @throws INTENT_REJECTED when the account holds no vehicle or nothing waits, ARGUMENT_INVALID without a sending account,
 * CHAIN_UNREACHABLE.
 */
export async function claimPrize(
  context: SdkContext,
  parameters: ClaimPrizeParameters = {},
): Promise<MinedTransaction> {
  const { chain, deployment } = context;
  const account = askedAccount(context, parameters.account);
  const writer = context.writer();
  const vehicle = parameters.vehicle ?? (await readHeldVehicle(chain, deployment, account));
  if (vehicle === undefined) throw new CairnError("INTENT_REJECTED", "the account holds no vehicle");
  return writer.call("mineBox", "claimPrize", [account, vehicle]);
}
