import { keccakBytes } from "../../protocol/codec/keccak.ts";

const WORD = 32;

/**
 * The root of OpenZeppelin's SimpleMerkleTree over leaves that come in ascending order: a queue from whose front two nodes are
 * taken and at whose end their hash is put, until one is left. That is the same pairing as its flat array, without the array.
 * @param leaves Leaf hashes one after another, ascending, 32 bytes each. Is used up: inner nodes overwrite it.
 * @returns The root, 32 bytes; 0 for no leaves.
 */
export function rootOfSorted(leaves: Uint8Array): Uint8Array {
  const places = leaves.length / WORD;
  if (places === 0) return new Uint8Array(WORD);
  // The queue is a ring in the leaves' own place: each step frees two places before it fills one.
  const at = (turn: number) => leaves.subarray((turn % places) * WORD, (turn % places) * WORD + WORD);
  const pair = new Uint8Array(2 * WORD);
  let front = 0;
  for (let joined = 0; joined < places - 1; joined++, front += 2) {
    const a = at(front);
    const b = at(front + 1);
    const ascending = Buffer.compare(a, b) <= 0;
    pair.set(ascending ? a : b, 0);
    pair.set(ascending ? b : a, WORD);
    at(joined).set(keccakBytes(pair));
  }
  return at(front).slice();
}
