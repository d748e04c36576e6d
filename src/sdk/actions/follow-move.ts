import type { MinedTransaction } from "../../chain/write/transactions.ts";
import type { Hex } from "../../protocol/index.ts";
import type { SdkContext } from "../context.ts";

/** What follows a moved account. */
export interface FollowMoveParameters {
  /** The account that moved. */
  readonly account: Hex;
  /** Vehicles that it holds. */
  readonly vehicles?: readonly Hex[];
  /** Items for which it has vouchers. */
  readonly vouchers?: readonly number[];
  /** Milestones that it has reached. */
  readonly milestones?: readonly number[];
  /** Whether it has crystals, or stones that wait to be claimed. */
  readonly crystals?: boolean;
}

/**
 * Gives what a moved account still has to the one that stands for it now, a transaction of the client's own account each.
 * Anybody may; the owner of the vehicles needs it to earn with the new account.
 * @returns The transactions, in the order of the parameters.
 * @throws INTENT_REJECTED with the contract's error when something has nothing to follow, ARGUMENT_INVALID without a sending
 * account, CHAIN_UNREACHABLE.
 */
export async function followMove(context: SdkContext, parameters: FollowMoveParameters): Promise<MinedTransaction[]> {
  const { account, vehicles = [], vouchers = [], milestones = [], crystals = false } = parameters;
  const writer = context.writer();
  return Promise.all([
    ...vehicles.map((vehicle) => writer.call("vehicleRegistry", "followMove", [vehicle])),
    ...vouchers.map((item) => writer.call("redemptionDesk", "followMove", [account, item])),
    ...milestones.map((milestone) => writer.call("milestones", "followMove", [milestone, account])),
    ...(crystals ? [writer.call("mineBox", "followMove", [account])] : []),
  ]);
}
