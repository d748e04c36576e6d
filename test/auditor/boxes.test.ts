import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Box, BoxCourse, boxSeed, linkHash } from "../../src/auditor/hash/boxes.ts";
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
      assert.deepEqual(openAll(course, { ...opening, seed: fromHex(seed), salt: BigInt(salt) }), opening.tiers);
      assert.equal(course.misses, opening.missesAfter);
    }
  });

  test("when requests follow each other, misses go on from one to the next", () => {
    const season = { weights: [1, 1_000_000], guarantee: 3, guaranteedTier: 0 };
    const course = new BoxCourse(season);
    const account: Hex = `0x${"a1".repeat(20)}`;
    const request = { seed: new Uint8Array(32), account, salt: 0n };
    const boxes = [0, 1, 2].flatMap((firstBox) => openAll(course, { ...request, firstBox, count: 1 }));
    assert.deepEqual([boxes, course.misses], [[1, 1, 1], 3]);
    assert.equal(course.draw({ ...request, number: 3 }).by, "guarantee");
    assert.deepEqual(openAll(course, { ...request, firstBox: 3, count: 2 }), [0, 1]);
  });

  test("when a box has won something else than drawn, misses go on from that", () => {
    const course = new BoxCourse({ weights: [1, 1], guarantee: 2, guaranteedTier: 0 }, 1);
    course.follow(1);
    assert.equal(course.misses, 2);
    course.follow(0);
    assert.equal(course.misses, 0);
  });
});

function openAll(
  course: BoxCourse,
  { firstBox, count, ...box }: Omit<Box, "number"> & { firstBox: number; count: number },
) {
  return Array.from({ length: count }, (_, k) => {
    const { tier } = course.draw({ ...box, number: firstBox + k });
    course.follow(tier);
    return tier;
  });
}
