import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, fromHex, type Hex, type P256PublicKey } from "../protocol/index.ts";

/**
 * Whether a device key signed a digest: ECDSA over P-256 of SHA-256 of the digest, low s only (docs/protocol.md 5.1).
 * @param key Nothing when no key held, and then nothing is signed by it.
 * @param digest 32 bytes.
 * @param signature `r ‖ s`, 64 bytes.
 */
export function isSignedByDevice(key: P256PublicKey | undefined, digest: Hex, signature: Hex): boolean {
  if (key === undefined) return false;
  try {
    const point = concatBytes(Uint8Array.of(4), fromHex(key.x, 32), fromHex(key.y, 32));
    return p256.verify(fromHex(signature, 64), sha256(fromHex(digest, 32)), point, { prehash: false, lowS: true });
  } catch {
    // A point off the curve or a scalar out of range: no valid signature.
    return false;
  }
}
