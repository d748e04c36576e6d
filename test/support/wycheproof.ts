import { createHash } from "node:crypto";
import { CairnError, fromHex, type Hex, normaliseP256, type P256PublicKey, toHex } from "../../src/protocol/index.ts";
import { readVectors } from "./vectors.ts";

interface File {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly publicKey: { readonly wx: string; readonly wy: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly flags: readonly string[];
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

/** One signature of Wycheproof (test/vectors/wycheproof), and what must become of it. */
export interface P256Vector {
  readonly title: string;
  readonly key: P256PublicKey;
  readonly message: Hex;
  /** SHA-256 of the message. */
  readonly hash: Hex;
  /** `r ‖ s`, or what claims to be that. */
  readonly signature: Hex;
  /** The same with s in the low half; nothing when it is no P-256 signature at all. */
  readonly normalised: Hex | undefined;
  /** Whether the key signed the message. */
  readonly isValid: boolean;
}

/** All vectors, in the file's order. */
export function p256Vectors(): P256Vector[] {
  const file = readVectors<File>("wycheproof/ecdsa_secp256r1_sha256_p1363_test");
  const vectors = file.testGroups.flatMap(({ publicKey, tests }) => {
    const key = { x: coordinate(publicKey.wx), y: coordinate(publicKey.wy) };
    return tests.map(({ tcId, comment, flags, msg, sig, result }) => ({
      title: `${tcId} (${[comment, ...flags].filter(Boolean).join(", ")})`,
      key,
      message: `0x${msg}` as const,
      hash: toHex(createHash("sha256").update(msg, "hex").digest()),
      signature: `0x${sig}` as const,
      normalised: normalised(`0x${sig}`),
      isValid: verdict(result),
    }));
  });
  if (vectors.length !== file.numberOfTests) throw new Error(`${vectors.length} vectors of ${file.numberOfTests}`);
  return vectors;
}

/** Wycheproof also knows "acceptable", for what a standard leaves open; this file has none of it. */
function verdict(result: string): boolean {
  if (result !== "valid" && result !== "invalid") throw new Error(`a vector is ${result}`);
  return result === "valid";
}

/** Their numbers have as many digits as they need, or a zero byte more. */
function coordinate(hex: string): Hex {
  return `0x${BigInt(`0x${hex}`).toString(16).padStart(64, "0")}`;
}

function normalised(signature: Hex): Hex | undefined {
  if (fromHex(signature).length !== 64) return undefined;
  try {
    return normaliseP256(signature);
  } catch (error) {
    if (error instanceof CairnError && error.code === "SIGNATURE_INVALID") return undefined;
    throw error;
  }
}
