import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import fc from "fast-check";
import { type AcceptedVote, countPoll } from "../../src/operator/duties/polls/count-poll.ts";
import { dataDigest, hashVoteLeaf, hashVoteRow, ZERO_HASH } from "../../src/protocol/index.ts";
import { address, bytes32, uint } from "../support/arbitraries.ts";

const OPTIONS = 4;
const vote: fc.Arbitrary<AcceptedVote> = fc.record({
  account: address,
  option: fc.integer({ min: 0, max: OPTIONS - 1 }),
  castAt: fc.integer({ min: 0, max: 2 ** 40 - 1 }),
  digest: bytes32,
  signatureHash: bytes32,
  weight: uint(50),
  key: bytes32,
});
const votes = fc.uniqueArray(vote, { maxLength: 20, selector: ({ account }) => account });

describe("counting a poll", () => {
  test("when nobody voted, root and digest are zero and so is every tally", () => {
    const counted = countPoll(1, 2, []);
    assert.deepEqual([counted.tree.root, counted.digest, counted.tallies], [ZERO_HASH, ZERO_HASH, [0n, 0n]]);
    assert.equal(counted.dataDigest, dataDigest([ZERO_HASH]));
  });

  test("given any votes, tallies are the sums of weights, and leaves stand in order of account", () => {
    fc.assert(
      fc.property(votes, (list) => {
        const { tallies, leaves } = countPoll(7, OPTIONS, list);
        for (const [option, tally] of tallies.entries()) {
          const of = list.filter((cast) => cast.option === option);
          assert.equal(
            tally,
            of.reduce((sum, { weight }) => sum + weight, 0n),
          );
        }
        assert.deepEqual(
          leaves.map(({ account }) => account),
          list.map(({ account }) => account).sort(),
        );
        assert.deepEqual(
          leaves.map(({ index }) => index),
          list.map((_, at) => at),
        );
      }),
    );
  });

  test("given any votes in any order, OpenZeppelin's trees give the same root and digest", () => {
    fc.assert(
      fc.property(votes, (list) => {
        fc.pre(list.length > 0);
        const counted = countPoll(7, OPTIONS, [...list].reverse());
        assert.equal(SimpleMerkleTree.of(counted.leaves.map(hashVoteLeaf)).root, countPoll(7, OPTIONS, list).tree.root);
        const hashes = counted.rows.map(({ row, rowSalt }) => hashVoteRow(row, rowSalt));
        assert.equal(SimpleMerkleTree.of(hashes).root, counted.digest);
      }),
      { numRuns: 30 },
    );
  });
});
