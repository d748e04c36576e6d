import { secp256k1 } from "@noble/curves/secp256k1.js";
import { fromHex, type Hex, toHex } from "../protocol/codec/bytes.ts";
import { keccakBytes } from "../protocol/codec/keccak.ts";

/** Signs EIP-712 digests with one secp256k1 key. Deterministic (RFC 6979): the same digest gives the same signature. */
export interface Signer {
  readonly address: Hex;
  /** @returns 65 bytes `r ‖ s ‖ v`, s in the low half, v 27 or 28. */
  sign(digest: Hex): Hex;
}

/** @param privateKey 32 bytes as hex; it stays in here. */
export function createSigner(privateKey: Hex): Signer {
  const secret = fromHex(privateKey, 32);
  return {
    address: addressOf(secp256k1.getPublicKey(secret, false)),
    sign(digest) {
      const signature = secp256k1.sign(fromHex(digest, 32), secret, { prehash: false, format: "recovered" });
      return toHex(Uint8Array.of(...signature.subarray(1), 27 + (signature[0] as number)));
    },
  };
}

/**
 * The address whose key signed a digest.
 * @param signature 65 bytes `r ‖ s ‖ v`.
 * @returns Undefined when the signature is no such thing, or its s lies in the high half, which contracts refuse.
 */
export function recoverAddress(digest: Hex, signature: Uint8Array): Hex | undefined {
  const v = signature[64];
  if (signature.length !== 65 || (v !== 27 && v !== 28)) return undefined;
  try {
    const parsed = secp256k1.Signature.fromBytes(Uint8Array.of(v - 27, ...signature.subarray(0, 64)), "recovered");
    if (parsed.hasHighS()) return undefined;
    return addressOf(parsed.recoverPublicKey(fromHex(digest, 32)).toBytes(false));
  } catch {
    return undefined;
  }
}

function addressOf(publicKey: Uint8Array): Hex {
  return toHex(keccakBytes(publicKey.subarray(1)).subarray(12));
}
