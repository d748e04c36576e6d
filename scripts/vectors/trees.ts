import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { bytes32, ZERO } from "./values.ts";

const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 13, 33];

/** Some sets of leaves of a tree of `size`: none, one, every third, all. */
function choices(size: number): number[][] {
  const all = [...Array(size).keys()];
  return [[], all.slice(0, 1), all.filter((index) => index % 3 === 0), all];
}

function tree(size: number) {
  const leaves = [...Array(size).keys()].map((n) => bytes32(`leaf ${n} of ${size}`));
  if (size === 0) return { leaves, root: ZERO, proofs: [], multiProofs: [] };
  const built = SimpleMerkleTree.of(leaves);
  return {
    leaves,
    root: built.root,
    proofs: leaves.map((_, index) => built.getProof(index)),
    multiProofs: choices(size).map((indices) => ({ indices, ...built.getMultiProof(indices) })),
  };
}

/** Trees of several sizes with all proofs; the empty tree's root is 0 by the protocol. */
export function treeVectors() {
  return SIZES.map(tree);
}
