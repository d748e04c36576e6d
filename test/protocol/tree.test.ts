import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import fc from "fast-check";
import { keccak256, numberToHex } from "viem";
import { type Hex, ZERO_HASH } from "../../src/protocol/codec/bytes.ts";
import { MerkleTree } from "../../src/protocol/tree.ts";
import { bytes32 } from "../support/arbitraries.ts";

function leavesOf(count: number): Hex[] {
  return Array.from({ length: count }, (_, n) => keccak256(numberToHex(n, { size: 32 })));
}

/** Every size around powers of two up to 130, and a large one. */
const SIZES = [...Array.from({ length: 130 }, (_, n) => n + 1), 1_000];

describe("MerkleTree", () => {
  test("when there are no leaves, the root is 0", () => {
    assert.equal(new MerkleTree([]).root, ZERO_HASH);
  });

  test("when the size is any, root and all proofs are OpenZeppelin's", () => {
    for (const size of SIZES) {
      const leaves = leavesOf(size);
      const [ours, theirs] = [new MerkleTree(leaves), SimpleMerkleTree.of(leaves)];
      assert.equal(ours.size, size);
      assert.equal(ours.root, theirs.root);
      for (const index of leaves.keys()) assert.deepEqual(ours.proof(index), theirs.getProof(index));
    }
  });

  test("when a leaf occurs twice, the root and its proofs still verify", () => {
    const leaves = [...leavesOf(5), ...leavesOf(3)];
    const tree = new MerkleTree(leaves);
    assert.equal(tree.root, SimpleMerkleTree.of(leaves).root);
    leaves.forEach((leaf, index) => {
      assert.ok(SimpleMerkleTree.verify(tree.root, leaf, tree.proof(index)));
    });
  });

  test("given any leaves, OpenZeppelin verifies every proof against the root and none against another leaf", () => {
    fc.assert(
      fc.property(fc.uniqueArray(bytes32, { minLength: 2, maxLength: 40 }), (leaves) => {
        const tree = new MerkleTree(leaves);
        leaves.forEach((leaf, index) => {
          assert.ok(SimpleMerkleTree.verify(tree.root, leaf, tree.proof(index)));
          const other = leaves[(index + 1) % leaves.length] as Hex;
          assert.ok(!SimpleMerkleTree.verify(tree.root, other, tree.proof(index)));
        });
      }),
      { numRuns: 30 },
    );
  });

  test("given any choice of leaves, the multiproof is OpenZeppelin's and verifies", () => {
    const choice = fc
      .uniqueArray(bytes32, { minLength: 1, maxLength: 40 })
      .chain((leaves) => fc.tuple(fc.constant(leaves), fc.subarray([...leaves.keys()])));
    fc.assert(
      fc.property(choice, ([leaves, indices]) => {
        const tree = new MerkleTree(leaves);
        const { order, ...proof } = tree.multiProof(indices);
        assert.deepEqual(proof, SimpleMerkleTree.of(leaves).getMultiProof(indices));
        assert.deepEqual(
          proof.leaves,
          order.map((index) => leaves[index]),
        );
        const theirs = { leaves: [...proof.leaves], proof: [...proof.proof], proofFlags: [...proof.proofFlags] };
        assert.ok(SimpleMerkleTree.verifyMultiProof(tree.root, theirs));
      }),
      { numRuns: 200 },
    );
  });

  test("when the whole tree is proved, the leaves stand in ascending order and no hash is sent along", () => {
    const leaves = leavesOf(200);
    const tree = new MerkleTree(leaves);
    const { proof, order, leaves: inOrder } = tree.multiProof([...leaves.keys()]);
    assert.deepEqual(proof, []);
    assert.deepEqual(order, tree.order);
    assert.deepEqual(inOrder, [...leaves].sort());
  });

  test("when the leaves come in another order, the root is the same", () => {
    const leaves = leavesOf(77);
    assert.equal(new MerkleTree([...leaves].reverse()).root, new MerkleTree(leaves).root);
  });
});
