import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { fromHex, type Hex } from "../../protocol/codec/bytes.ts";
import { type P256PublicKey, p256Der, p256Spki } from "../../protocol/codec/p256.ts";

/** Imported keys that are kept; importing one costs as much as a verification. */
const KEYS_KEPT = 100_000;

/** Verifies device signatures with keys that are imported once (docs/protocol.md 5.1). */
export class DeviceSignatures {
  readonly #keys = new Map<Hex, KeyObject>();

  /**
   * @param digest The EIP-712 digest; the device signed SHA-256 of its 32 bytes.
   * @param signature `r ‖ s`, normalised.
   */
  verify(key: P256PublicKey, digest: Hex, signature: Hex): Promise<boolean> {
    const imported = this.#import(key);
    if (imported === undefined) return Promise.resolve(false);
    return new Promise((resolve) => {
      // Off the main thread, several at once; an error can only mean that the bytes are no signature.
      verify("sha256", fromHex(digest, 32), { key: imported, dsaEncoding: "der" }, p256Der(signature), (error, good) =>
        resolve(error === null && good),
      );
    });
  }

  #import(key: P256PublicKey): KeyObject | undefined {
    const known = this.#keys.get(key.x);
    if (known !== undefined) return known;
    try {
      const imported = createPublicKey({ key: Buffer.from(p256Spki(key)), format: "der", type: "spki" });
      const [oldest] = this.#keys.keys();
      if (this.#keys.size >= KEYS_KEPT && oldest !== undefined) this.#keys.delete(oldest);
      this.#keys.set(key.x, imported);
      return imported;
    } catch {
      return undefined;
    }
  }
}
