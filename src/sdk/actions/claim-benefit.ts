import { readHead } from "../../chain/read/head.ts";
import { readRound } from "../../chain/read/rounds.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import type { SdkContext } from "../context.ts";
import { type GetBenefitParameters, getBenefit } from "./get-benefit.ts";
import { stateOf } from "./get-round.ts";

/** What a claim paid. */
export interface ClaimBenefitResult {
  readonly round: number;
  readonly account: Hex;
  /** The token's smallest units, paid to whoever stands for the account. */
  readonly amount: bigint;
  readonly transaction: Hex;
  readonly block: number;
}

/** What a claim is refused for before it is sent, as the contract would. */
const REFUSALS = {
  opened: "it cannot be claimed yet",
  over: "it is over",
  cancelled: "it was cancelled",
} as const;

/**
 * Claims an account's part of a benefit round for whoever stands for that account, in a transaction of the client's own account;
 * anyone may claim for anyone. The part is asked of the operator and checked against the round's root before anything is sent.
 * @throws NOT_FOUND when there is no such round, or the account has no part in it; INTENT_REJECTED with `details.error`
 * `BenefitRounds_NotClaimable` or `BenefitRounds_AlreadyClaimed`; EVIDENCE_INVALID when the operator's part is false;
 * ARGUMENT_INVALID without operator or sending account; CHAIN_UNREACHABLE, OPERATOR_UNREACHABLE.
 */
export async function claimBenefit(context: SdkContext, parameters: GetBenefitParameters): Promise<ClaimBenefitResult> {
  const { round } = parameters;
  const writer = context.writer();
  await requireClaimable(context, round);
  const { leaf, proof, amount, isClaimed } = await getBenefit(context, parameters);
  if (isClaimed) throw refusal(round, "BenefitRounds_AlreadyClaimed", "the account's part was claimed");
  const { transaction, block } = await writer.call("benefitRounds", "claim", [round, leaf, proof]);
  return { round, account: leaf.account, amount, transaction, block };
}

async function requireClaimable({ chain, deployment }: SdkContext, round: number): Promise<void> {
  const [record, { time }] = await Promise.all([readRound(chain, deployment, round), readHead(chain)]);
  if (record.totalWeight === 0n) throw new CairnError("NOT_FOUND", `benefit round ${round}`);
  const state = stateOf(record, time);
  if (state !== "claimable") throw refusal(round, "BenefitRounds_NotClaimable", REFUSALS[state]);
}

function refusal(round: number, error: string, why: string): CairnError {
  return new CairnError("INTENT_REJECTED", `${error}: benefit round ${round}: ${why}`, { details: { error, round } });
}
