import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { type ChainClient, reach } from "../client.ts";
import { signatureLensAbi, signatureLensBytecode } from "../generated/signatureLens.ts";

/** A signature that says it is an account's. */
export interface ClaimedSignature {
  readonly account: Hex;
  /** The EIP-712 digest that was signed. */
  readonly digest: Hex;
  /** `kind ‖ data` (docs/protocol.md 2.3). */
  readonly signature: Hex;
}

/** Longest signature that is asked about, bytes. A passkey's has some 700, a wallet's 65 for each of its owners. */
export const MAX_SIGNATURE_BYTES = 4_096;
/** Signatures of one call: code and data go along together, and may have 49,152 bytes (EIP-3860). */
const SIGNATURES_A_CALL = 8;

/**
 * Whether signatures are valid in the newest block, as the programme's contracts would judge them: by their own code, in a call
 * that changes nothing.
 * @param claims Each signature has at most {@link MAX_SIGNATURE_BYTES}.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readAreSignaturesValid(
  client: ChainClient,
  { contracts }: Deployment,
  claims: readonly ClaimedSignature[],
): Promise<boolean[]> {
  const valid: boolean[] = [];
  for (let from = 0; from < claims.length; from += SIGNATURES_A_CALL) {
    const some = claims.slice(from, from + SIGNATURES_A_CALL);
    const verdicts = await reach(
      client.readContract({
        abi: signatureLensAbi,
        code: signatureLensBytecode,
        functionName: "areValid",
        args: [
          some.map(({ account }) => account),
          some.map(({ digest }) => digest),
          some.map(({ signature }) => signature),
          contracts.p256Verifier,
          contracts.webAuthnVerifier,
        ],
      }),
    );
    valid.push(...verdicts);
  }
  return valid;
}
