import { DAY_S } from "../../protocol/index.ts";
import type { BenefitClaimFile } from "../benefit-claim-file.ts";
import { type ClaimBenefitParameters, prepareClaim } from "../benefit-claims.ts";
import { actingAccount, type SdkContext } from "../context.ts";
import { signIntent } from "../intents.ts";

/** What is claimed, where it is paid, and until when. */
export interface SignBenefitClaimParameters extends ClaimBenefitParameters {
  /** Last moment at which the claim may be carried out, unix seconds. Default: a day of chain time ahead, the most there is. */
  readonly deadline?: number;
}

/**
 * Signs the claim of a part of a benefit round, for somebody else to send by {@link submitBenefitClaims}: whoever has it can only
 * have the part paid to whom it names (docs/protocol.md 13.4). The part is asked of the operator and checked against the round's
 * root before anything is signed.
 * @returns The claim as plain JSON.
 * @throws NOT_FOUND when there is no such round, or the account has no part in it; INTENT_REJECTED with `details.error`
 * `BenefitRounds_NotClaimable`, `BenefitRounds_AlreadyClaimed` or `BenefitRounds_WrongAccount`; EVIDENCE_INVALID when the
 * operator's part is false; ARGUMENT_INVALID without operator or account, or when `to` is missing and the account can hold no
 * tokens; CHAIN_UNREACHABLE, OPERATOR_UNREACHABLE.
 * @example
 * const signed = await cairn.signBenefitClaim({ round: 1, to: wallet });
 * const { claims } = await helper.submitBenefitClaims({ claims: [signed] });
 */
export async function signBenefitClaim(
  context: SdkContext,
  parameters: SignBenefitClaimParameters,
): Promise<BenefitClaimFile> {
  const { chainId, contracts } = context.deployment;
  const { claim: prepared, part, time } = await prepareClaim(context, parameters);
  const claim = { ...prepared, deadline: parameters.deadline ?? time + DAY_S };
  const signature = await signIntent(context, { kind: "BenefitClaim", message: claim }, actingAccount(context));
  return {
    ...{ type: "cairn.benefit-claim/1", chainId, benefitRounds: contracts.benefitRounds, claim },
    leaf: { ...part.leaf, weight: part.leaf.weight.toString() },
    ...{ proof: part.proof, signature },
  };
}
