import { parseEventLogs } from "viem";
import { reach } from "../../chain/client.ts";
import { ABIS } from "../../chain/contracts.ts";
import { contractErrorName } from "../../chain/errors.ts";
import { CairnError, type Hex, lowerHex } from "../../protocol/index.ts";
import { type BenefitClaimFile, parseBenefitClaimFile } from "../benefit-claim-file.ts";
import type { SdkContext } from "../context.ts";

/** What is sent. */
export interface SubmitBenefitClaimsParameters {
  /** Signed claims, 25 at most: what `signBenefitClaim` gave, or the same from a file. */
  readonly claims: readonly unknown[];
}

/** What became of one signed claim. */
export interface SubmittedClaim {
  readonly round: number;
  /** Whose part it is. */
  readonly account: Hex;
  readonly to: Hex;
  readonly state: "paid" | "skipped";
  /** What was paid, the token's smallest units. */
  readonly amount?: bigint;
  /** Why it was skipped: the name of the contract's error. It used nothing up. */
  readonly error?: string;
}

/** What became of the claims, in their order. */
export interface SubmitBenefitClaimsResult {
  readonly claims: readonly SubmittedClaim[];
  readonly transaction: Hex;
  readonly block: number;
}

/** Claims in one transaction: with a token, a deep tree and a passkey each they are well below what one may burn (EIP-7825). */
const MOST_CLAIMS = 25;

/**
 * Has the parts paid that others have signed claims of, in one transaction of the client's own account. What cannot be paid is
 * skipped, and the others are paid all the same (docs/protocol.md 13.4).
 * @throws EVIDENCE_INVALID for a claim that is not of its form; ARGUMENT_INVALID without claims, with too many or those of another
 * programme, or without a sending account; TRANSACTION_REVERTED, CHAIN_UNREACHABLE.
 */
export async function submitBenefitClaims(
  context: SdkContext,
  parameters: SubmitBenefitClaimsParameters,
): Promise<SubmitBenefitClaimsResult> {
  const writer = context.writer();
  const files = parameters.claims.map(parseBenefitClaimFile);
  requireSendable(context, files);
  const { transaction, block } = await writer.call("benefitRounds", "claimBenefits", [
    files.map(({ claim }) => claim),
    files.map(({ leaf }) => ({ ...leaf, weight: BigInt(leaf.weight) })),
    files.map(({ proof }) => proof),
    files.map(({ signature }) => signature),
  ]);
  return { claims: await outcomesOf(context, files, transaction), transaction, block };
}

function requireSendable({ deployment }: SdkContext, files: readonly BenefitClaimFile[]): void {
  const { chainId, contracts } = deployment;
  const isOurs = (file: BenefitClaimFile) =>
    file.chainId === chainId && file.benefitRounds === lowerHex(contracts.benefitRounds);
  const problem =
    files.length === 0 || files.length > MOST_CLAIMS
      ? `${files.length} claims; a transaction takes 1 to ${MOST_CLAIMS}`
      : files.every(isOurs)
        ? undefined
        : "a claim is of another programme";
  if (problem !== undefined) throw new CairnError("ARGUMENT_INVALID", problem);
}

/** What the contract said of each claim. Only its own events count: a round's token may be anything. */
async function outcomesOf(
  { chain, deployment }: SdkContext,
  files: readonly BenefitClaimFile[],
  hash: Hex,
): Promise<SubmittedClaim[]> {
  const receipt = await reach(chain.getTransactionReceipt({ hash }));
  const own = receipt.logs.filter(({ address }) => lowerHex(address) === lowerHex(deployment.contracts.benefitRounds));
  const events = parseEventLogs({ abi: ABIS.benefitRounds, logs: own });
  return files.map(({ claim, leaf }, i) => {
    const of = { round: claim.round, account: leaf.account, to: claim.to };
    const skipped = events.find(({ eventName, args }) => eventName === "IntentSkipped" && args.index === BigInt(i));
    if (skipped?.eventName === "IntentSkipped") {
      return { ...of, state: "skipped", error: contractErrorName(skipped.args.reason) };
    }
    const paid = events.flatMap((event) => (event.eventName === "BenefitClaimed" ? [event.args] : []));
    const amount = paid.find((one) => one.round === claim.round && lowerHex(one.account) === leaf.account)?.amount;
    if (amount === undefined) throw new CairnError("UNEXPECTED", "the contract neither paid a claim nor skipped it");
    return { ...of, state: "paid", amount };
  });
}
