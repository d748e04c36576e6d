import { instantiateSecp256k1 } from "@bitauth/libauth";
import { fromHex, type Hex, toHex } from "../protocol/codec/bytes.ts";
import { keccakBytes } from "../protocol/codec/keccak.ts";

/** libsecp256k1 as WebAssembly: a receipt a reading is signed, and in plain JavaScript that took most of a relayer's time. */
const libsecp256k1 = await instantiateSecp256k1();
/** Half of the group's order (SEC 2): the largest s that contracts take (EIP-2). */
export const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

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
    address: addressOf(made(libsecp256k1.derivePublicKeyUncompressed(secret))),
    sign(digest) {
      const { signature, recoveryId } = made(
        libsecp256k1.signMessageHashRecoverableCompact(secret, fromHex(digest, 32)),
      );
      return toHex(Uint8Array.of(...signature, 27 + recoveryId));
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
  if (BigInt(toHex(signature.subarray(32, 64))) > HALF_ORDER) return undefined;
  const key = libsecp256k1.recoverPublicKeyUncompressed(
    signature.subarray(0, 64),
    v === 27 ? 0 : 1,
    fromHex(digest, 32),
  );
  return typeof key === "string" ? undefined : addressOf(key);
}

/** What the library made. @throws Error with what it says instead: the secret is none. It repeats no key. */
function made<T>(result: T | string): T {
  if (typeof result === "string") throw new Error(result);
  return result;
}

function addressOf(publicKey: Uint8Array): Hex {
  return toHex(keccakBytes(publicKey.subarray(1)).subarray(12));
}
