import { readNewestCreditable } from "../../chain/read/days.ts";
import { readHead } from "../../chain/read/head.ts";
import { readPlay } from "../../chain/read/mine-box.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { askedAccount, type SdkContext } from "../context.ts";
import type { CreditStonesParameters } from "./credit-stones.ts";
import { getProof } from "./get-proof.ts";

/** What a credit of crystals gave. */
export interface CreditCrystalsResult {
  readonly account: Hex;
  readonly day: number;
  /** 0 when all were credited before. */
  readonly crystals: bigint;
  readonly transaction: Hex;
  readonly block: number;
}

/**
 * Credits an account's settled crystals to the mine box by its leaf, in a transaction of the client's own account: before that
 * they cannot be played with (docs/protocol.md 9.2).
 * @throws INTENT_REJECTED when no day can be credited yet, nothing is settled for the account, or the mine box refuses;
 * EVIDENCE_INVALID when the relayer's proof is false; ARGUMENT_INVALID without relayer or sending account;
 * CHAIN_UNREACHABLE, RELAYER_UNREACHABLE.
 */
export async function creditCrystals(
  context: SdkContext,
  parameters: CreditStonesParameters = {},
): Promise<CreditCrystalsResult> {
  const { chain, deployment } = context;
  const account = askedAccount(context, parameters.account);
  const writer = context.writer();
  const { time } = await readHead(chain);
  const day = parameters.day ?? (await readNewestCreditable(chain, deployment, time))?.day;
  if (day === undefined) throw new CairnError("INTENT_REJECTED", "no day can be credited yet");
  const proof = await getProof(context, { account, day });
  if (proof === undefined) throw new CairnError("INTENT_REJECTED", "nothing is settled for this account");
  const before = await creditedOf();
  const { transaction, block } = await writer.call("mineBox", "creditCrystals", [
    BigInt(day),
    proof.stonesLeaf,
    proof.stonesProof,
  ]);
  return { account, day, crystals: (await creditedOf()) - before, transaction, block };

  async function creditedOf(): Promise<bigint> {
    return (await readPlay(chain, deployment, account)).credited;
  }
}
