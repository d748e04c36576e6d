import { readSettledDays, readSettlement } from "../../chain/read/days.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { checkDayProof } from "../check-contribution.ts";
import { relayerOf, type SdkContext } from "../context.ts";
import { type DayProof, parseDayLeaves } from "../contribution-file.ts";
import { patiently } from "../patience.ts";

/** Which leaves. */
export interface GetProofParameters {
  readonly account: Hex;
  /** Default: the newest day that the relayer has settled. */
  readonly day?: number;
}

/** A day proof that was checked against the chain's roots. */
export interface CheckedDayProof extends DayProof {
  /** Unix seconds from which the day can be credited. */
  readonly creditableAt: number;
}

/**
 * An account's leaves of a settled day with their proofs: asked of the relayer, believed only under the chain's roots.
 * @returns Nothing when the account has no leaf: nothing was counted for it so far.
 * @throws EVIDENCE_INVALID when the relayer's proof does not stand under the chain's roots, ARGUMENT_INVALID without a
 * relayer, CHAIN_UNREACHABLE, RELAYER_UNREACHABLE.
 */
export async function getProof(
  context: SdkContext,
  { account, day }: GetProofParameters,
): Promise<CheckedDayProof | undefined> {
  const { chain, deployment } = context;
  const query = day === undefined ? "" : `?day=${day}`;
  let answer: unknown;
  try {
    const relayer = relayerOf(context);
    answer = await patiently(context, () => relayer.get(`/v1/accounts/${account.toLowerCase()}/proof${query}`));
  } catch (error) {
    if (error instanceof CairnError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
  const { dropAnchor, vehicleRegistry, stoneLedger } = deployment.contracts;
  const proof: DayProof = {
    type: "cairn.day-proof/1",
    chainId: deployment.chainId,
    contracts: { dropAnchor, vehicleRegistry, stoneLedger },
    ...parseDayLeaves(answer),
  };
  const settled = await readSettledDays(chain, deployment);
  const settlement = proof.day < settled ? await readSettlement(chain, deployment, proof.day) : undefined;
  const failed = checkDayProof(proof, { deployment, settlement }).find(({ ok }) => !ok);
  if (failed !== undefined || proof.stonesLeaf.account !== account.toLowerCase()) {
    throw new CairnError("EVIDENCE_INVALID", `the relayer's proof fails: ${failed?.check ?? "another account"}`, {
      details: { ...failed },
    });
  }
  return { ...proof, creditableAt: settlement?.creditableAt ?? 0 };
}
