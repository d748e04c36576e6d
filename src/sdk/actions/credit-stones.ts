import { readNewestCreditable } from "../../chain/read/days.ts";
import { readHead } from "../../chain/read/head.ts";
import { readStones } from "../../chain/read/stones.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { askedAccount, type SdkContext } from "../context.ts";
import { getProof } from "./get-proof.ts";

/** Whose stones are credited. */
export interface CreditStonesParameters {
  /** Default: the client's own account. Anyone may credit anyone. */
  readonly account?: Hex;
  /** Default: the newest day that can be credited. */
  readonly day?: number;
}

/** What a credit paid. */
export interface CreditResult {
  readonly account: Hex;
  readonly day: number;
  /** Units of 1e-9 stone that it paid; 0 when all was credited before. */
  readonly units: bigint;
  readonly transaction: Hex;
  readonly block: number;
}

/**
 * Credits an account's settled stones by proof, in a transaction of the client's own account. Waiting for the programme's
 * push costs nothing and hides more: the difference between two credits tells the mean distance in between.
 * @throws INTENT_REJECTED when no day can be credited yet, nothing is settled for the account, or the ledger refuses;
 * EVIDENCE_INVALID when the relayer's proof is false; ARGUMENT_INVALID without relayer or sending account;
 * CHAIN_UNREACHABLE, RELAYER_UNREACHABLE.
 */
export async function creditStones(
  context: SdkContext,
  parameters: CreditStonesParameters = {},
): Promise<CreditResult> {
  const { chain, deployment } = context;
  const account = askedAccount(context, parameters.account);
  const writer = context.writer();
  const { time } = await readHead(chain);
  const day = parameters.day ?? (await readNewestCreditable(chain, deployment, time))?.day;
  if (day === undefined) throw new CairnError("INTENT_REJECTED", "no day can be credited yet");
  const proof = await getProof(context, { account, day });
  if (proof === undefined) throw new CairnError("INTENT_REJECTED", "nothing is settled for this account");
  const before = await creditedOf();
  const { transaction, block } = await writer.call("stoneLedger", "credit", [
    BigInt(day),
    proof.stonesLeaf,
    proof.stonesProof,
  ]);
  return { account, day, units: (await creditedOf()) - before, transaction, block };

  async function creditedOf(): Promise<bigint> {
    return (await readStones(chain, deployment, account)).mined;
  }
}
