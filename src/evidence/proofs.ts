import { compareBytes, fromHex, type Hex, keccakBytes, toHex } from "../protocol/index.ts";

/**
 * The root that a leaf and its proof lead to: parents are keccak256 of their two children in ascending order, as in
 * OpenZeppelin's MerkleProof (docs/protocol.md 1.4).
 * @param leaf Leaf hash.
 * @param proof Siblings from the leaf upwards.
 */
export function rootOfProof(leaf: Hex, proof: readonly Hex[]): Hex {
  let node = fromHex(leaf, 32);
  const pair = new Uint8Array(64);
  for (const hex of proof) {
    const sibling = fromHex(hex, 32);
    const [first, second] = compareBytes(node, sibling) <= 0 ? [node, sibling] : [sibling, node];
    pair.set(first, 0);
    pair.set(second, 32);
    node = keccakBytes(pair) as Uint8Array<ArrayBuffer>;
  }
  return toHex(node);
}
