import { recoverAddress } from "viem";
import { type Hex, lowerHex } from "../protocol/index.ts";

/**
 * The address whose secp256k1 key made a signature, in lower case.
 * @param digest 32 bytes that were signed.
 * @param signature 65 bytes, `r ‖ s ‖ v`.
 * @returns Nothing when the signature is of nobody.
 */
export async function recoveredSigner(digest: Hex, signature: Hex): Promise<Hex | undefined> {
  try {
    return lowerHex(await recoverAddress({ hash: digest, signature }));
  } catch {
    // No point on the curve fits.
    return undefined;
  }
}
