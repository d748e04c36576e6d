import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { fromHex, type Hex } from "../protocol/codec/bytes.ts";
import { type P256PublicKey, p256Der, p256Spki } from "../protocol/codec/p256.ts";

/** Imported keys that are kept; importing one costs as much as a verification. */
const KEYS_KEPT = 100_000;

/** Prepares a P-256 key for verifying; undefined when it is not a point of the curve. */
export function importP256(key: P256PublicKey): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(p256Spki(key)), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

/**
 * Whether a key signed SHA-256 of a message (docs/protocol.md 5.1).
 * @param message Of a device, the 32 bytes of an EIP-712 digest.
 * @param signature `r ‖ s`, normalised.
 */
export function isSignedBy(key: KeyObject, message: Hex, signature: Hex): boolean {
  return verify("sha256", fromHex(message), { key, dsaEncoding: "der" }, p256Der(signature));
}

/** Verifies device signatures with keys that are imported once (docs/protocol.md 5.1). */
export class DeviceSignatures {
  readonly #keys = new Map<string, KeyObject>();

  /** As {@link isSignedBy}, off the main thread, several at once. */
  verify(key: P256PublicKey, message: Hex, signature: Hex): Promise<boolean> {
    const imported = this.#import(key);
    if (imported === undefined) return Promise.resolve(false);
    return new Promise((resolve) => {
      const options = { key: imported, dsaEncoding: "der" } as const;
      // An error can only mean that the bytes are no signature.
      verify("sha256", fromHex(message), options, p256Der(signature), (error, good) => resolve(error === null && good));
    });
  }

  #import(key: P256PublicKey): KeyObject | undefined {
    // Two keys can have one x.
    const name = key.x + key.y;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const imported = importP256(key);
    if (imported === undefined) return undefined;
    const [oldest] = this.#keys.keys();
    if (this.#keys.size >= KEYS_KEPT && oldest !== undefined) this.#keys.delete(oldest);
    this.#keys.set(name, imported);
    return imported;
  }
}
