import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import fc from "fast-check";
import { DayTrees } from "../../src/protocol/day-trees.ts";
import { dataDigest, hashDayRow, hashMetresLeaf, hashStonesLeaf, ZERO_HASH } from "../../src/protocol/index.ts";
import { layOutDay } from "../../src/relayer/domain/close-day.ts";
import { addressOf, keyOf } from "./support/keys.ts";

const accounts = fc
  .array(fc.record({ metres: fc.integer({ min: 1, max: 10 ** 9 }), stones: fc.bigInt({ min: 0n, max: 10n ** 17n }) }), {
    minLength: 1,
    maxLength: 20,
  })
  .map((list) =>
    list.map(({ metres, stones }, at) => ({
      ...{ address: addressOf(`${at}`), key: keyOf(`${at}`), metres, headLeaf: keyOf(`leaf ${at}`) },
      ...{ stones, crystals: BigInt(at), headAward: keyOf(`award ${at}`) },
    })),
  );

describe("laying out a day", () => {
  test("when there are no accounts, roots and digest are zero", () => {
    const closed = layOutDay(3, keyOf("day"), []);
    assert.deepEqual([closed.stonesRoot, closed.metresRoot, closed.digest], [ZERO_HASH, ZERO_HASH, ZERO_HASH]);
    assert.equal(closed.dataDigest, dataDigest([ZERO_HASH]));
  });

  test("given any accounts, prefixes are the sums over smaller indices and bind the totals", () => {
    fc.assert(
      fc.property(accounts, (list) => {
        const { rows, totalStones, totalMetres } = layOutDay(3, keyOf("day"), list);
        let metres = 0;
        let stones = 0n;
        for (const [index, { row }] of rows.entries()) {
          assert.deepEqual([row.index, row.prefixMetres, row.prefixStones], [index, metres, stones]);
          metres += row.metres;
          stones += row.stones;
        }
        assert.deepEqual([totalMetres, totalStones], [metres, stones]);
      }),
    );
  });

  test("given any accounts, OpenZeppelin's trees over leaves and row hashes give roots and digest", () => {
    fc.assert(
      fc.property(accounts, (list) => {
        const closed = layOutDay(3, keyOf("day"), list);
        const trees = new DayTrees(closed.rows.map(({ row }) => row));
        assert.equal(SimpleMerkleTree.of(trees.stonesLeaves.map(hashStonesLeaf)).root, closed.stonesRoot);
        assert.equal(SimpleMerkleTree.of(trees.metresLeaves.map(hashMetresLeaf)).root, closed.metresRoot);
        const hashes = closed.rows.map(({ row, rowSalt }) => hashDayRow(row, rowSalt));
        assert.equal(SimpleMerkleTree.of(hashes).root, closed.digest);
      }),
      { numRuns: 30 },
    );
  });

  test("when it is laid out again from the same state, nothing differs", () => {
    fc.assert(
      fc.property(accounts, (list) => {
        assert.deepEqual(layOutDay(3, keyOf("day"), list), layOutDay(3, keyOf("day"), list));
      }),
      { numRuns: 20 },
    );
  });
});
