import { recoverAddress } from "viem";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";

/** A digest and the ECDSA signature over it, 65 bytes r ‖ s ‖ v. */
export interface SignedDigest {
  readonly digest: Hex;
  readonly signature: Hex;
}

/** Who signed each; undefined where the bytes are no signature. */
export async function recoverSigners(signed: readonly SignedDigest[]): Promise<(Hex | undefined)[]> {
  return Promise.all(
    signed.map(({ digest, signature }) => recoverAddress({ hash: digest, signature }).then(lowerHex, () => undefined)),
  );
}
