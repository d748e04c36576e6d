import { createKeccak } from "hash-wasm";
import { encodeWords, type Hex, toHex, type Word } from "./bytes.ts";

// One hasher for the thread. No await stands between init and digest, so it is never shared half-way.
const hasher = await createKeccak(256);

/** keccak256 as bytes. */
export function keccakBytes(data: Uint8Array): Uint8Array {
  return hasher.init().update(data).digest("binary");
}

/** keccak256 as hex. */
export function keccak(data: Uint8Array): Hex {
  return toHex(keccakBytes(data));
}

/** `keccak256(abi.encode(words…))` of static values. */
export function hashWords(words: readonly Word[]): Hex {
  return keccak(encodeWords(words));
}

/** H2: the double hash of every leaf (docs/protocol.md 1.4), against second preimages of inner nodes. */
export function hashWordsTwice(words: readonly Word[]): Hex {
  return keccak(keccakBytes(encodeWords(words)));
}
