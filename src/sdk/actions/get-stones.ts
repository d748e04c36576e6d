import { readStones } from "../../chain/read/stones.ts";
import type { Hex } from "../../protocol/index.ts";
import { askedAccount, type SdkContext } from "../context.ts";
import { getProof } from "./get-proof.ts";

/** An account's stones, in units of 1e-9 stone. */
export interface Stones {
  readonly account: Hex;
  /** Credited from mining so far; never falls. */
  readonly credited: bigint;
  /** Credited and received, less what was spent. */
  readonly balance: bigint;
  /** Balance less what is reserved: what an order can take; 0 once the account has moved. */
  readonly available: bigint;
  /** Set aside for orders that are not ended. */
  readonly reserved: bigint;
  /** Settled and not yet credited; nothing when the client has no relayer to ask for the proof. */
  readonly pending: bigint | undefined;
  /** Unix seconds from which all of `pending` can be credited. */
  readonly pendingCreditableAt: number | undefined;
  /**
   * Whole crystals that the account was ever awarded, as its newest settled leaf has them, used or not; nothing when the
   * client has no relayer to ask for the proof.
   */
  readonly crystals: bigint | undefined;
}

/**
 * An account's stones: credited, available and reserved from the ledger; pending from the relayer's proof, checked against
 * the chain's root.
 * @param parameters `account`: whose; default the client's own.
 * @throws EVIDENCE_INVALID when the relayer's proof is false, ARGUMENT_INVALID without any account, CHAIN_UNREACHABLE,
 * RELAYER_UNREACHABLE.
 */
export async function getStones(context: SdkContext, parameters: { account?: Hex } = {}): Promise<Stones> {
  const account = askedAccount(context, parameters.account);
  const proof = context.relayer === undefined ? undefined : await getProof(context, { account });
  const sums = await readStones(context.chain, context.deployment, account);
  const balance = sums.mined + sums.received - sums.out;
  const settled = proof?.stonesLeaf.stones ?? 0n;
  return {
    account,
    credited: sums.mined,
    balance,
    available: sums.moved ? 0n : balance - sums.reserved,
    reserved: sums.reserved,
    // A credit can come between the two questions, so that more is credited than the proof knows of.
    pending: context.relayer === undefined ? undefined : settled > sums.mined ? settled - sums.mined : 0n,
    pendingCreditableAt: proof?.creditableAt,
    crystals: context.relayer === undefined ? undefined : (proof?.stonesLeaf.crystals ?? 0n),
  };
}
