import { type RoundRecord, readIsClaimed, readRound } from "../../chain/read/rounds.ts";
import { Fields } from "../../evidence/fields.ts";
import { rootOfProof } from "../../evidence/proofs.ts";
import { CairnError, type Hex, hashRoundLeaf, type RoundLeaf } from "../../protocol/index.ts";
import { parseBenefitPart } from "../benefit-claim-file.ts";
import { askedAccount, operatorOf, type SdkContext } from "../context.ts";
import { patiently } from "../patience.ts";

/** Whose part of which round. */
export interface GetBenefitParameters {
  /** The round's number, from 1. */
  readonly round: number;
  /** Default: the client's own account. */
  readonly account?: Hex;
}

/** An account's part of a benefit round, which was found under the round's root on the chain. */
export interface Benefit {
  readonly leaf: RoundLeaf;
  readonly proof: readonly Hex[];
  /** What the part gives, the token's smallest units. */
  readonly amount: bigint;
  readonly isClaimed: boolean;
}

/**
 * An account's part of a benefit round: asked of the operator, believed only under the round's root on the chain.
 * @throws NOT_FOUND when there is no such round, or the account has no part in it; EVIDENCE_INVALID when the operator's part is
 * false; ARGUMENT_INVALID without any account or operator; CHAIN_UNREACHABLE, OPERATOR_UNREACHABLE.
 */
export async function getBenefit(context: SdkContext, parameters: GetBenefitParameters): Promise<Benefit> {
  const { chain, deployment } = context;
  const { round } = parameters;
  const operator = operatorOf(context);
  const account = askedAccount(context, parameters.account);
  const record = await readRound(chain, deployment, round);
  if (record.totalWeight === 0n) throw new CairnError("NOT_FOUND", `benefit round ${round}`);
  const answer = await patiently(context, () => operator.get(`/v1/rounds/${round}/proof/${account}`));
  const { leaf, proof } = parseBenefitPart(new Fields(answer, "the answer"));
  requireGenuine({ leaf, proof }, account, record);
  return {
    ...{ leaf, proof },
    amount: (record.amount * leaf.weight) / record.totalWeight,
    isClaimed: await readIsClaimed(chain, deployment, round, leaf.index),
  };
}

function requireGenuine({ leaf, proof }: Pick<Benefit, "leaf" | "proof">, account: Hex, record: RoundRecord): void {
  const problem =
    leaf.account !== account || leaf.round !== record.round
      ? "it is another's"
      : leaf.index >= record.accounts || rootOfProof(hashRoundLeaf(leaf), proof) !== record.root
        ? "it is not under the round's root"
        : undefined;
  if (problem === undefined) return;
  throw new CairnError("EVIDENCE_INVALID", `the operator's part of round ${record.round} is false: ${problem}`, {
    details: { round: record.round, account },
  });
}
