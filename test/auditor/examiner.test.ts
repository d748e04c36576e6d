import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { SigningDomains } from "../../src/auditor/hash/jobs.ts";
import { FILE_COLUMNS, type FileKind, LAYOUTS } from "../../src/auditor/hash/layout.ts";
import { createInlinePool, createThreadPool, type Pool } from "../../src/auditor/hash/pool.ts";
import type { Batch } from "../../src/auditor/hash/preimage.ts";
import { deviceKeyFromSeed } from "../../src/device/signer.ts";
import {
  type AwardRow,
  type DayRow,
  type Domain,
  type DropRow,
  domainOf,
  fromHex,
  type Hex,
  hashAwardLeaf,
  hashMetresLeaf,
  hashMileageLeaf,
  hashRoundLeaf,
  hashStonesLeaf,
  hashVoteLeaf,
  metresPrefix,
  type P256PublicKey,
  type RoundRow,
  readingDigest,
  signatureHash,
  stonesPrefix,
  toHex,
  typedDigest,
  type VoteRow,
} from "../../src/protocol/codec/index.ts";
import { readVectors } from "../support/vectors.ts";

interface RowVectors {
  readonly drop: readonly { row: DropRow; rowSalt: Hex; hash: Hex }[];
  readonly day: readonly { row: DayRow; rowSalt: Hex; hash: Hex }[];
  readonly award: readonly { row: AwardRow; rowSalt: Hex; hash: Hex }[];
  readonly vote: readonly { row: VoteRow; rowSalt: Hex; hash: Hex }[];
  readonly round: readonly { row: RoundRow; rowSalt: Hex; hash: Hex }[];
}
const vectors = readVectors<RowVectors>("rows");
const domain: Domain = domainOf("vehicleRegistry", 31337, `0x${"ab".repeat(20)}`);
const awards: Domain = domainOf("taskBook", 31337, `0x${"cd".repeat(20)}`);
const votes: Domain = domainOf("polls", 31337, `0x${"ef".repeat(20)}`);
const domains: SigningDomains = { reading: domain, award: awards, vote: votes };
const [ROW_HASH, SIGNATURE, HIGH_S, NO_KEY] = [1, 2, 4, 8];
const key = deviceKeyFromSeed(Buffer.from("the key of the examiner's test"));

/** Rows in the form in which they travel to the examiner. */
function pack(kind: FileKind, rows: readonly Readonly<Record<string, unknown>>[]): Batch {
  const layout = LAYOUTS[kind];
  const added = kind === "drop" ? (["keyX", "keyY", "keyFound", "judged"] as const) : [];
  const fields = [...FILE_COLUMNS[kind].map(({ field }) => field as string), ...added];
  const numbers = new BigInt64Array(layout.numbers.length * rows.length);
  const width = layout.strings.reduce((sum, column) => sum + (column === "account" ? 20 : 32), 0);
  const bytes = new Uint8Array(width * rows.length);
  rows.forEach((row, at) => {
    for (const field of fields) {
      const slot = layout.slot(field) as { column: number } | { offset: number; length: number };
      if ("column" in slot) numbers[slot.column * rows.length + at] = BigInt(row[field] as number);
      else bytes.set(fromHex(row[field] as Hex, slot.length), width * at + slot.offset);
    }
  });
  return { count: rows.length, numbers, bytes };
}

/** The first vector's reading as its car would sign it, in the examiner's domain. */
function signedRow(
  changes: { s?: Hex; publicKey?: P256PublicKey; keyFound?: number; judged?: number; rowHash?: Hex } = {},
) {
  const [vector] = vectors.drop;
  if (vector === undefined) throw new Error("there is no vector");
  const signature = key.signDigest(readingDigest(domain, vector.row));
  const publicKey = changes.publicKey ?? key.publicKey;
  return {
    ...vector.row,
    r: signature.slice(0, 66) as Hex,
    s: changes.s ?? (`0x${signature.slice(66)}` as Hex),
    rowSalt: vector.rowSalt,
    rowHash: changes.rowHash ?? vector.hash,
    keyX: publicKey.x,
    keyY: publicKey.y,
    keyFound: changes.keyFound ?? 1,
    judged: changes.judged ?? 1,
  };
}

describe("the examiner of published rows", () => {
  let pool: Pool;
  before(() => {
    pool = createInlinePool(domains);
  });
  after(() => pool.close());
  /** Flags of one row, but that its signature was changed after its row hash was made. */
  const flagsOf = async (changes: Parameters<typeof signedRow>[0]) => {
    const { flags } = await pool.examine("drop", pack("drop", [signedRow(changes)]));
    return (flags[0] as number) & ~ROW_HASH;
  };

  test("given the shared vectors of a drop, row hashes are right and leaves are the codec's", async () => {
    const added = { keyX: `0x${"00".repeat(32)}`, keyY: `0x${"00".repeat(32)}`, keyFound: 0, judged: 0 };
    const rows = vectors.drop.map(({ row, rowSalt, hash }) => ({ ...row, rowSalt, rowHash: hash, ...added }));
    const { hashes, flags } = await pool.examine("drop", pack("drop", rows));
    assert.deepEqual(
      [...flags],
      rows.map(() => 0),
    );
    rows.forEach((row, i) => {
      const digest = readingDigest(domain, row);
      const signature = `${row.r}${row.s.slice(2)}` as Hex;
      const leaf = hashMileageLeaf({ ...row, readingDigest: digest, signatureHash: signatureHash(signature) });
      assert.equal(toHex(hashes.subarray(64 * i, 64 * i + 32)), leaf);
      assert.equal(toHex(hashes.subarray(64 * i + 32, 64 * i + 64)), digest);
    });
  });

  test("given the shared vectors of a day, row hashes are right and leaves are the codec's", async () => {
    const rows = vectors.day.map(({ row, rowSalt, hash }) => ({ ...row, rowSalt, rowHash: hash }));
    const { hashes, flags } = await pool.examine("day", pack("day", rows));
    assert.deepEqual(
      [...flags],
      rows.map(() => 0),
    );
    vectors.day.forEach(({ row }, i) => {
      const [stones, crystals] = [BigInt(row.stones), BigInt(row.crystals)];
      const metresLeaf = { ...row, prefix: metresPrefix(row.prefixMetres, row.metresPrefixSalt), salt: row.metresSalt };
      const prefix = stonesPrefix(BigInt(row.prefixStones), BigInt(row.prefixCrystals), row.stonesPrefixSalt);
      assert.equal(toHex(hashes.subarray(64 * i, 64 * i + 32)), hashMetresLeaf(metresLeaf));
      assert.equal(
        toHex(hashes.subarray(64 * i + 32, 64 * i + 64)),
        hashStonesLeaf({ ...row, stones, crystals, prefix, salt: row.stonesSalt }),
      );
    });
  });

  test("given the shared vectors of awards, votes and parts, row hashes are right and leaves are the codec's", async () => {
    const digestOf = (type: "TaskAward" | "Vote", row: object) =>
      typedDigest(type === "Vote" ? votes : awards, type, row);
    const leaves = {
      award: (row: AwardRow) => hashAwardLeaf({ ...row, awardDigest: digestOf("TaskAward", row) }),
      vote: (row: VoteRow) => hashVoteLeaf({ ...row, voteDigest: digestOf("Vote", row) }),
      round: (row: RoundRow) => hashRoundLeaf(row),
    };
    for (const [kind, each] of [
      ["award", vectors.award],
      ["poll", vectors.vote],
      ["round", vectors.round],
    ] as const) {
      const rows = each.map(({ row, rowSalt, hash }) => ({ ...row, rowSalt, rowHash: hash }));
      const { hashes, flags } = await pool.examine(kind, pack(kind, rows));
      assert.deepEqual(
        [...flags],
        rows.map(() => 0),
      );
      const width = hashes.length / rows.length;
      const found = rows.map((_, i) => toHex(hashes.subarray(width * i, width * i + 32)));
      const wanted = each.map(({ row }) => {
        // In the vectors, numbers of 64 bits stand as text.
        const { accountCrystalsAfter, weight } = row as { accountCrystalsAfter?: unknown; weight?: unknown } as {
          accountCrystalsAfter?: string;
          weight?: string;
        };
        const wide = { accountCrystalsAfter: BigInt(accountCrystalsAfter ?? 0), weight: BigInt(weight ?? 0) };
        return leaves[kind === "poll" ? "vote" : kind]({ ...row, ...wide } as never);
      });
      assert.deepEqual(found, wanted);
    }
  });

  test("when the car signed the reading, no flag is set", async () => {
    assert.equal(await flagsOf({}), 0);
  });

  test("when another key signed, the signature is flagged", async () => {
    const { publicKey } = deviceKeyFromSeed(Buffer.from("a key that signed nothing"));
    assert.equal(await flagsOf({ publicKey }), SIGNATURE);
  });

  test("when the registered point is not on the curve, the signature is flagged", async () => {
    assert.equal(await flagsOf({ publicKey: { x: `0x${"01".repeat(32)}`, y: `0x${"02".repeat(32)}` } }), SIGNATURE);
  });

  test("when s is zero, the signature is flagged", async () => {
    assert.equal(await flagsOf({ s: `0x${"00".repeat(32)}` }), SIGNATURE);
  });

  test("when s is in the high half, that is flagged beside the signature", async () => {
    assert.equal(await flagsOf({ s: `0x${"f0".repeat(32)}` }), SIGNATURE | HIGH_S);
  });

  test("when no key held, that is flagged and nothing is verified", async () => {
    assert.equal(await flagsOf({ keyFound: 0 }), NO_KEY);
  });

  test("when the row is not judged, its signature is not verified", async () => {
    assert.equal(await flagsOf({ judged: 0, s: `0x${"f0".repeat(32)}` }), 0);
  });

  test("when a row is not what its hash says, that is flagged", async () => {
    const [vector] = vectors.day;
    const row = { ...(vector?.row as DayRow), rowSalt: vector?.rowSalt, rowHash: `0x${"00".repeat(32)}` };
    const { flags } = await pool.examine("day", pack("day", [row]));
    assert.deepEqual([...flags], [ROW_HASH]);
  });

  test("when threads share the work, they give what one thread gives", async () => {
    const threads = createThreadPool(domains, 2);
    try {
      const batches = [1, 5, 3, 2, 4].map((count) => Array.from({ length: count }, () => signedRow()));
      const apart = await Promise.all(batches.map((rows) => threads.examine("drop", pack("drop", rows))));
      const alone = await Promise.all(batches.map((rows) => pool.examine("drop", pack("drop", rows))));
      assert.deepEqual(apart, alone);
    } finally {
      await threads.close();
    }
  });
});
