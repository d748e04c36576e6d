import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BoxCourse, boxSeed, linkHash } from "../../src/auditor/hash/boxes.ts";
import { fromHex, type Hex, toHex } from "../../src/protocol/codec/bytes.ts";
import type { DrawVectors } from "../support/draws.ts";
import { readVectors } from "../support/vectors.ts";

const { chains, seeds, tiers, openings } = readVectors<DrawVectors>("draws");

describe("the auditor's draws", () => {
  test("given the shared vectors, each link has the hash of the one before it", () => {
    for (const { links, tip } of chains) {
      const hashes = links.map((link) => toHex(linkHash(link)));
      assert.deepEqual(hashes, [tip, ...links.slice(0, -1)]);
    }
  });

  test("given the shared vectors, seeds are theirs", () => {
    for (const { link, blockHash, seed } of seeds) assert.equal(toHex(boxSeed(link, blockHash)), seed);
  });

  test("given the shared vectors, hashes stand for their tiers", () => {
    for (const { weights, outcome, tier } of tiers) {
      const course = new BoxCourse({ weights, guarantee: 0, guaranteedTier: 0 });
      assert.equal(course.tierOf(fromHex(outcome)), tier);
    }
  });

  test("given the shared vectors, requests win their tiers and leave their misses", () => {
    for (const { seed, salt, misses, ...opening } of openings) {
      const course = new BoxCourse(opening, misses);
      assert.deepEqual(course.open({ ...opening, seed: fromHex(seed), salt: BigInt(salt) }), opening.tiers);
      assert.equal(course.misses, opening.missesAfter);
    }
  });

  test("when requests follow each other, misses go on from one to the next", () => {
    const season = { weights: [1, 1_000_000], guarantee: 3, guaranteedTier: 0 };
    const course = new BoxCourse(season);
    const account: Hex = `0x${"a1".repeat(20)}`;
    const boxes = [0, 1, 2].flatMap((firstBox) =>
      course.open({ seed: new Uint8Array(32), account, salt: 0n, firstBox, count: 1 }),
    );
    assert.deepEqual([boxes, course.misses], [[1, 1, 1], 3]);
    assert.deepEqual(course.open({ seed: new Uint8Array(32), account, salt: 0n, firstBox: 3, count: 2 }), [0, 1]);
  });
});
