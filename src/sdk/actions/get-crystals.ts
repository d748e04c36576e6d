import { type PlayRecord, readPlay } from "../../chain/read/mine-box.ts";
import type { Hex } from "../../protocol/index.ts";
import { askedAccount, type SdkContext } from "../context.ts";

/** An account's crystals, and its course through its last season. */
export interface Crystals extends PlayRecord {
  readonly account: Hex;
}

/**
 * An account's crystals, won stones that wait, and its open request of boxes.
 * @param parameters `account`: whose; default the client's own.
 * @throws ARGUMENT_INVALID without any account, CHAIN_UNREACHABLE.
 */
export async function getCrystals(context: SdkContext, parameters: { account?: Hex } = {}): Promise<Crystals> {
  const account = askedAccount(context, parameters.account);
  return { account, ...(await readPlay(context.chain, context.deployment, account)) };
}
