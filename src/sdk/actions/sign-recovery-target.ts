import { readHead } from "../../chain/read/head.ts";
import { CairnError, DAY_S, type Hex, lowerHex } from "../../protocol/index.ts";
import { actingAccount, actingAddress, type SdkContext } from "../context.ts";
import { signIntent } from "../intents.ts";
import type { RecoveryAgreementFile } from "../recovery-agreement-file.ts";

/** Which account is taken in, and until when that may be announced. */
export interface SignRecoveryTargetParameters {
  /** The account that moves: its owner has lost the key, has died, or has both accounts. */
  readonly account: Hex;
  /** Last moment at which the recovery may be announced, unix seconds. Default: a day of chain time ahead, the most there is. */
  readonly deadline?: number;
}

/**
 * Agrees, as the target, to a recovery: signs what the recovery role needs to announce that another account moves to this one. With
 * it come the other's stones and vehicles, and what is left of its exclusions; and for a year this account cannot move by
 * signatures. The other's owner can cancel for 30 days (docs/protocol.md 2.5).
 * @returns The agreement as plain JSON, for the recovery role.
 * @throws ARGUMENT_INVALID without an account, or for the acting account itself; CHAIN_UNREACHABLE.
 * @example
 * const agreement = await cairn.signRecoveryTarget({ account: lost });
 */
export async function signRecoveryTarget(
  context: SdkContext,
  parameters: SignRecoveryTargetParameters,
): Promise<RecoveryAgreementFile> {
  const { chain, deployment } = context;
  const [account, to] = [lowerHex(parameters.account), actingAddress(context)];
  if (account === to) throw new CairnError("ARGUMENT_INVALID", "an account does not move to itself");
  const move = { account, to, deadline: parameters.deadline ?? (await readHead(chain)).time + DAY_S };
  const signature = await signIntent(context, { kind: "AccountMove", message: move }, actingAccount(context));
  const { chainId, contracts } = deployment;
  return {
    ...{ type: "cairn.recovery-agreement/1", chainId, accountMoves: lowerHex(contracts.accountMoves) },
    ...{ move, signature },
  };
}
