import type { Hex } from "../../protocol/index.ts";
import { type ClaimBenefitParameters, prepareClaim } from "../benefit-claims.ts";
import type { SdkContext } from "../context.ts";

/** What a claim paid. */
export interface ClaimBenefitResult {
  readonly round: number;
  /** Whose part it was. */
  readonly account: Hex;
  readonly to: Hex;
  /** The token's smallest units. */
  readonly amount: bigint;
  readonly transaction: Hex;
  readonly block: number;
}

/** The contract asks for no deadline of an account's own transaction. */
const NO_DEADLINE = 0;

/**
 * Claims a part of a benefit round, in a transaction of the account that stands for the part's (docs/protocol.md 13.4). The part is
 * asked of the operator and checked against the round's root before anything is sent. An account that cannot send signs instead:
 * `signBenefitClaim`.
 * @throws NOT_FOUND when there is no such round, or the account has no part in it; INTENT_REJECTED with `details.error`
 * `BenefitRounds_NotClaimable`, `BenefitRounds_AlreadyClaimed`, `BenefitRounds_WrongAccount`, or what the token refuses with;
 * EVIDENCE_INVALID when the operator's part is false; ARGUMENT_INVALID without operator or sending account, or when `to` is
 * missing and the account can hold no tokens; CHAIN_UNREACHABLE, OPERATOR_UNREACHABLE.
 */
export async function claimBenefit(
  context: SdkContext,
  parameters: ClaimBenefitParameters,
): Promise<ClaimBenefitResult> {
  const { claim, part } = await prepareClaim(context, parameters);
  const { leaf, proof, amount } = part;
  const intent = { ...claim, deadline: NO_DEADLINE };
  const { transaction, block } = await context.writer().call("benefitRounds", "claimBenefit", [intent, leaf, proof]);
  return { round: claim.round, account: leaf.account, to: claim.to, amount, transaction, block };
}
