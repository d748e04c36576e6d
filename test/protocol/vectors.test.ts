import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Hex } from "../../src/protocol/codec/bytes.ts";
import { type Domain, type SignedType, TYPES, typedDigest } from "../../src/protocol/codec/eip712.ts";
import {
  type AwardLeaf,
  hashAwardLeaf,
  hashMetresLeaf,
  hashMileageLeaf,
  hashRoundLeaf,
  hashStonesLeaf,
  hashVoteLeaf,
  type MetresLeaf,
  type MileageLeaf,
  metresPrefix,
  type RoundLeaf,
  type StonesLeaf,
  stonesPrefix,
  type VoteLeaf,
} from "../../src/protocol/codec/leaves.ts";
import { normaliseP256 } from "../../src/protocol/codec/p256.ts";
import { type Reading, readingDigest, signatureHash } from "../../src/protocol/codec/reading.ts";
import {
  type AwardRow,
  type DayRow,
  type DropRow,
  dataDigest,
  dropDigest,
  hashAwardRow,
  hashDayRow,
  hashDropRow,
  hashRoundRow,
  hashVoteRow,
  type RoundRow,
  type VoteRow,
} from "../../src/protocol/codec/rows.ts";
import { deriveSalt } from "../../src/protocol/salts.ts";
import { dayOf, dropOf, emittedBefore, emittedOn, reward } from "../../src/protocol/schedule.ts";
import { dayPot, dayShare } from "../../src/protocol/shares.ts";
import { MerkleTree, type MultiProof } from "../../src/protocol/tree.ts";
import { readVectors } from "../support/vectors.ts";

/** A record of the vectors with some members, written as decimal text, as bigint. */
function withBigints<T>(record: object, members: readonly string[]): T {
  const entries = Object.entries(record).map(([name, value]) => [name, members.includes(name) ? BigInt(value) : value]);
  return Object.fromEntries(entries);
}

describe("leaves", () => {
  const vectors = readVectors<{
    mileage: { leaf: MileageLeaf; hash: Hex }[];
    metres: { leaf: MetresLeaf; prefixMetres: number; prefixSalt: Hex; hash: Hex }[];
    stones: { leaf: object; prefixStones: string; prefixCrystals: string; prefixSalt: Hex; hash: Hex }[];
    award: { leaf: object; hash: Hex }[];
    vote: { leaf: object; hash: Hex }[];
    round: { leaf: object; hash: Hex }[];
  }>("leaves");

  test("when leaves of kind 1 are hashed, the vectors are reproduced", () => {
    for (const { leaf, hash } of vectors.mileage) assert.equal(hashMileageLeaf(leaf), hash);
  });

  test("when leaves of kind 4 are hashed, the vectors are reproduced, prefix and all", () => {
    for (const { leaf, prefixMetres, prefixSalt, hash } of vectors.metres) {
      assert.equal(metresPrefix(prefixMetres, prefixSalt), leaf.prefix);
      assert.equal(hashMetresLeaf(leaf), hash);
    }
  });

  test("when leaves of kind 5 are hashed, the vectors are reproduced, prefix and all", () => {
    for (const { leaf, prefixStones, prefixCrystals, prefixSalt, hash } of vectors.stones) {
      const typed = withBigints<StonesLeaf>(leaf, ["stones", "crystals"]);
      assert.equal(stonesPrefix(BigInt(prefixStones), BigInt(prefixCrystals), prefixSalt), typed.prefix);
      assert.equal(hashStonesLeaf(typed), hash);
    }
  });

  test("when leaves of kinds 3, 6 and 7 are hashed, the vectors are reproduced", () => {
    const { award, vote, round } = vectors;
    for (const { leaf, hash } of award) {
      assert.equal(hashAwardLeaf(withBigints<AwardLeaf>(leaf, ["accountCrystalsAfter"])), hash);
    }
    for (const { leaf, hash } of vote) assert.equal(hashVoteLeaf(withBigints<VoteLeaf>(leaf, ["weight"])), hash);
    for (const { leaf, hash } of round) assert.equal(hashRoundLeaf(withBigints<RoundLeaf>(leaf, ["weight"])), hash);
    assert.deepEqual([award.length, vote.length, round.length], [4, 4, 4]);
  });
});

describe("rows", () => {
  const vectors = readVectors<{
    drop: { row: DropRow; rowSalt: Hex; hash: Hex }[];
    day: { row: object; rowSalt: Hex; hash: Hex }[];
    dropFileDigest: Hex;
    dayFileDigest: Hex;
    dataDigests: { fileDigests: Hex[]; dataDigest: Hex }[];
    award: { row: object; rowSalt: Hex; hash: Hex }[];
    vote: { row: object; rowSalt: Hex; hash: Hex }[];
    round: { row: object; rowSalt: Hex; hash: Hex }[];
    awardFileDigest: Hex;
    dropDigests: { readings: Hex; awards: Hex; digest: Hex }[];
  }>("rows");

  test("when a drop's rows are hashed, the rows and the file's digest are reproduced", () => {
    const hashes = vectors.drop.map(({ row, rowSalt }) => hashDropRow(row, rowSalt));
    assert.deepEqual(
      hashes,
      vectors.drop.map(({ hash }) => hash),
    );
    assert.equal(new MerkleTree(hashes).root, vectors.dropFileDigest);
  });

  test("when a day's rows are hashed, the rows and the file's digest are reproduced", () => {
    const wide = ["stones", "crystals", "prefixStones", "prefixCrystals"];
    const hashes = vectors.day.map(({ row, rowSalt }) => hashDayRow(withBigints<DayRow>(row, wide), rowSalt));
    assert.deepEqual(
      hashes,
      vectors.day.map(({ hash }) => hash),
    );
    assert.equal(new MerkleTree(hashes).root, vectors.dayFileDigest);
  });

  test("when a drop's awards are hashed, the rows and the file's digest are reproduced", () => {
    const wide = ["accountCrystalsAfter"];
    const hashes = vectors.award.map(({ row, rowSalt }) => hashAwardRow(withBigints<AwardRow>(row, wide), rowSalt));
    assert.deepEqual(
      hashes,
      vectors.award.map(({ hash }) => hash),
    );
    assert.equal(new MerkleTree(hashes).root, vectors.awardFileDigest);
  });

  test("when votes and parts of benefit rounds are hashed, the rows are reproduced", () => {
    const { vote, round } = vectors;
    const hashes = [
      ...vote.map(({ row, rowSalt }) => hashVoteRow(withBigints<VoteRow>(row, ["weight"]), rowSalt)),
      ...round.map(({ row, rowSalt }) => hashRoundRow(withBigints<RoundRow>(row, ["weight"]), rowSalt)),
    ];
    assert.deepEqual(
      hashes,
      [...vote, ...round].map(({ hash }) => hash),
    );
    assert.equal(hashes.length, 8);
  });

  test("when a drop has readings, awards, both or none, its digest is reproduced", () => {
    for (const { readings, awards, digest } of vectors.dropDigests) {
      assert.equal(dropDigest(readings, awards), digest);
    }
    assert.equal(vectors.dropDigests.length, 4);
  });

  test("when files go together in a call, its dataDigest is reproduced", () => {
    for (const { fileDigests, dataDigest: expected } of vectors.dataDigests) {
      assert.equal(dataDigest(fileDigests), expected);
    }
  });
});

test("when trees are built, roots, proofs and multiproofs are reproduced", () => {
  const vectors =
    readVectors<{ leaves: Hex[]; root: Hex; proofs: Hex[][]; multiProofs: (MultiProof & { indices: number[] })[] }[]>(
      "trees",
    );
  for (const { leaves, root, proofs, multiProofs } of vectors) {
    const tree = new MerkleTree(leaves);
    assert.equal(tree.root, root);
    assert.deepEqual(
      leaves.map((_, index) => tree.proof(index)),
      proofs,
    );
    for (const { indices, ...expected } of multiProofs) {
      const { order: _, ...proof } = tree.multiProof(indices);
      assert.deepEqual(proof, expected);
    }
  }
});

describe("digests", () => {
  const { vectors } = readVectors<{
    vectors: {
      primaryType: SignedType;
      type: string;
      domain: Domain;
      message: Record<string, string | number>;
      digest: Hex;
      device?: { signature: Hex; signatureHash: Hex };
    }[];
  }>("digests");

  test("when the vectors are listed, every signed type is among them, member for member", () => {
    const texts = Object.entries(TYPES).map(
      ([name, members]) => `${name}(${members.map(({ type, name }) => `${type} ${name}`).join(",")})`,
    );
    assert.deepEqual(vectors.map(({ type }) => type).toSorted(), texts.toSorted());
  });

  test("when messages are hashed, their digests are reproduced", () => {
    for (const { primaryType, domain, message, digest } of vectors) {
      const wide = TYPES[primaryType].filter(({ type }) => type === "uint64" || type === "uint96");
      assert.equal(
        typedDigest(
          domain,
          primaryType,
          withBigints<object>(
            message,
            wide.map(({ name }) => name),
          ),
        ),
        digest,
      );
    }
  });

  test("when a car has signed a reading, its digest and the hash of its signature are reproduced", () => {
    const vector = vectors.find(({ primaryType }) => primaryType === "Reading");
    assert.ok(vector?.device);
    const reading = Object.fromEntries(
      Object.entries(vector.message).map(([name, value]) => [
        name,
        String(value).startsWith("0x") ? value : Number(value),
      ]),
    ) as unknown as Reading;
    assert.equal(readingDigest(vector.domain, reading), vector.digest);
    assert.equal(normaliseP256(vector.device.signature), vector.device.signature);
    assert.equal(signatureHash(vector.device.signature), vector.device.signatureHash);
  });
});

test("when signatures are normalised, the vectors are reproduced", () => {
  const { signatures } = readVectors<{ signatures: { given: Hex; normalised: Hex; signatureHash: Hex }[] }>("p256");
  for (const { given, normalised, signatureHash: expected } of signatures) {
    assert.equal(normaliseP256(given), normalised);
    assert.equal(signatureHash(normalised), expected);
  }
});

test("when salts are derived, the vectors are reproduced", () => {
  const vectors = readVectors<{ key: Hex; kind: number; n: number; index: number; salt: Hex }[]>("salts");
  for (const { key, kind, n, index, salt } of vectors) assert.equal(deriveSalt(key, kind, n, index), salt);
});

describe("schedule", () => {
  const vectors = readVectors<{
    drops: { drop: number; reward: string; emittedBefore: string }[];
    days: { day: number; emitted: string }[];
    times: { genesis: number; time: number; drop: number; day: number }[];
  }>("schedule");

  test("when drops emit, rewards and sums are reproduced", () => {
    for (const { drop, ...expected } of vectors.drops) {
      assert.deepEqual({ reward: `${reward(drop)}`, emittedBefore: `${emittedBefore(drop)}` }, expected);
    }
  });

  test("when days emit, their sums are reproduced", () => {
    for (const { day, emitted } of vectors.days) assert.equal(`${emittedOn(day)}`, emitted);
  });

  test("when moments are placed, their drops and days are reproduced", () => {
    for (const { genesis, time, drop, day } of vectors.times) {
      assert.deepEqual({ drop: dropOf(genesis, time), day: dayOf(genesis, time) }, { drop, day });
    }
  });
});

test("when days are divided, pots and shares are reproduced", () => {
  const vectors =
    readVectors<
      {
        emitted: string;
        maxUnitsPerMetre: string;
        metres: number[];
        windowMetres: number;
        pot: string;
        stones: string[];
      }[]
    >("shares");
  for (const { emitted, maxUnitsPerMetre, metres, windowMetres, pot, stones } of vectors) {
    assert.equal(`${dayPot(BigInt(emitted), windowMetres, BigInt(maxUnitsPerMetre))}`, pot);
    assert.deepEqual(
      metres.map((m) => `${dayShare(BigInt(pot), m, windowMetres)}`),
      stones,
    );
  }
});
