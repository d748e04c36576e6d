import { readHasCode } from "../chain/read/code.ts";
import { readHead } from "../chain/read/head.ts";
import { readCurrent } from "../chain/read/moves.ts";
import { readRound } from "../chain/read/rounds.ts";
import { CairnError, type Hex, lowerHex } from "../protocol/index.ts";
import { type Benefit, type GetBenefitParameters, getBenefit } from "./actions/get-benefit.ts";
import { stateOf } from "./actions/get-round.ts";
import type { BenefitClaim } from "./benefit-claim-file.ts";
import { actingAccount, actingAddress, type SdkContext } from "./context.ts";

/** Whose part of which round is claimed, and where it is paid. */
export interface ClaimBenefitParameters extends GetBenefitParameters {
  /**
   * Who is paid. Default: the acting account, unless it is the address of a P-256 key or a passkey, from which nobody can move
   * tokens.
   */
  readonly to?: Hex;
}

/** A claim that the contract would carry out now. */
export interface PreparedClaim {
  readonly claim: Omit<BenefitClaim, "deadline">;
  readonly part: Benefit;
  /** Chain time, unix seconds. */
  readonly time: number;
}

/** What a claim is refused for before it is signed or sent, as the contract would. */
const REFUSALS = {
  opened: "it cannot be claimed yet",
  over: "it is over",
  cancelled: "it was cancelled",
} as const;

/**
 * The acting account's claim of a part: the part is asked of the operator and checked against the round's root.
 * @throws NOT_FOUND when there is no such round, or the account has no part in it; INTENT_REJECTED with `details.error`
 * `BenefitRounds_NotClaimable`, `BenefitRounds_AlreadyClaimed` or `BenefitRounds_WrongAccount`; EVIDENCE_INVALID when the
 * operator's part is false; ARGUMENT_INVALID without an account or operator, or when `to` is missing and the account can hold no
 * tokens; CHAIN_UNREACHABLE, OPERATOR_UNREACHABLE.
 */
export async function prepareClaim(context: SdkContext, parameters: ClaimBenefitParameters): Promise<PreparedClaim> {
  const { round } = parameters;
  const account = actingAddress(context);
  const to = await recipientOf(context, parameters.to);
  const time = await requireClaimable(context, round);
  const part = await getBenefit(context, parameters);
  if (part.isClaimed) throw refusal(round, "BenefitRounds_AlreadyClaimed", "the account's part was claimed");
  const current = await readCurrent(context.chain, context.deployment, part.leaf.account);
  if (current !== account) {
    throw refusal(round, "BenefitRounds_WrongAccount", `${current} stands for ${part.leaf.account}, not ${account}`);
  }
  return { claim: { account, round, index: part.leaf.index, to }, part, time };
}

/** Where a part is paid. An account that signs by itself and has no code is a key's: it can send nothing, and so no token. */
async function recipientOf(context: SdkContext, to: Hex | undefined): Promise<Hex> {
  if (to !== undefined) return lowerHex(to);
  const address = actingAddress(context);
  if ("signIntent" in actingAccount(context) && !(await readHasCode(context.chain, address))) {
    throw new CairnError(
      "ARGUMENT_INVALID",
      `nobody can move tokens from ${address}, the address of a key that only signs: \`to\` must say who is paid`,
      { details: { account: address } },
    );
  }
  return address;
}

/** @returns Chain time, unix seconds. */
async function requireClaimable({ chain, deployment }: SdkContext, round: number): Promise<number> {
  const [record, { time }] = await Promise.all([readRound(chain, deployment, round), readHead(chain)]);
  if (record.totalWeight === 0n) throw new CairnError("NOT_FOUND", `benefit round ${round}`);
  const state = stateOf(record, time);
  if (state !== "claimable") throw refusal(round, "BenefitRounds_NotClaimable", REFUSALS[state]);
  return time;
}

function refusal(round: number, error: string, why: string): CairnError {
  return new CairnError("INTENT_REJECTED", `${error}: benefit round ${round}: ${why}`, { details: { error, round } });
}
