import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import fc from "fast-check";
import { rootOfSorted } from "../../src/auditor/hash/tree.ts";
import { fromHex, type Hex, toHex } from "../../src/protocol/codec/bytes.ts";
import { bytes32 } from "../support/arbitraries.ts";
import { readVectors } from "../support/vectors.ts";

function rootOf(leaves: readonly Hex[]): Hex {
  return toHex(rootOfSorted(Buffer.concat(leaves.toSorted().map((leaf) => fromHex(leaf)))));
}

describe("the auditor's Merkle root", () => {
  test("given the shared vectors, it is theirs", () => {
    for (const { leaves, root } of readVectors<{ leaves: Hex[]; root: Hex }[]>("trees")) {
      assert.equal(rootOf(leaves), root);
    }
  });

  test("given any leaves, also equal ones, it is that of OpenZeppelin's SimpleMerkleTree", () => {
    const leaves = fc.array(bytes32, { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(leaves, fc.nat(), (list, repeat) => {
        const all = [...list, list[repeat % list.length] as Hex];
        assert.equal(rootOf(all), SimpleMerkleTree.of(all).root);
      }),
    );
  });

  test("when there are no leaves, it is 0", () => {
    assert.equal(rootOf([]), `0x${"00".repeat(32)}`);
  });
});
