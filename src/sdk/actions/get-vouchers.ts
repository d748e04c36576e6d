import { readVouchers } from "../../chain/read/orders.ts";
import type { Hex } from "../../protocol/index.ts";
import { askedAccount, type SdkContext } from "../context.ts";

/** Whose vouchers, for what. */
export interface GetVouchersParameters {
  readonly item: number;
  /** Default: the client's own account. */
  readonly account?: Hex;
}

/**
 * How many orders of an item an account may place by voucher.
 * @throws ARGUMENT_INVALID without any account, CHAIN_UNREACHABLE.
 */
export async function getVouchers(context: SdkContext, parameters: GetVouchersParameters): Promise<number> {
  const account = askedAccount(context, parameters.account);
  return readVouchers(context.chain, context.deployment, account, parameters.item);
}
