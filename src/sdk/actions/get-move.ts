import {
  type ForwardRecord,
  type RecoveryRecord,
  readCurrent,
  readForward,
  readRecovery,
} from "../../chain/read/moves.ts";
import type { Hex } from "../../protocol/index.ts";
import { askedAccount, type SdkContext } from "../context.ts";

/** Where an account moved, or may be moved. */
export interface MoveState {
  readonly account: Hex;
  /** The account that stands for it now: itself when it has not moved. */
  readonly current: Hex;
  /** Where it moved and when; nothing when it did not. */
  readonly forward: ForwardRecord | undefined;
  /** The announced recovery of it, which its owner can cancel; nothing when there is none. */
  readonly recovery: RecoveryRecord | undefined;
}

/**
 * Where an account moved, and whether a recovery of it is announced.
 * @param parameters `account`: whose; default the client's own.
 * @throws ARGUMENT_INVALID without any account, CHAIN_UNREACHABLE.
 */
export async function getMove(context: SdkContext, parameters: { account?: Hex } = {}): Promise<MoveState> {
  const { chain, deployment } = context;
  const account = askedAccount(context, parameters.account);
  const [current, forward, recovery] = await Promise.all([
    readCurrent(chain, deployment, account),
    readForward(chain, deployment, account),
    readRecovery(chain, deployment, account),
  ]);
  return { account, current, forward, recovery };
}
