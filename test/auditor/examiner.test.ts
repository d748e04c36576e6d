import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { SigningDomains } from "../../src/auditor/hash/jobs.ts";
import { FILE_COLUMNS, type FileKind, LAYOUTS } from "../../src/auditor/hash/layout.ts";
import { createInlinePool, createThreadPool, type Pool } from "../../src/auditor/hash/pool.ts";
import type { Batch } from "../../src/auditor/hash/preimage.ts";
import { TypedRows } from "../../src/auditor/hash/typed-rows.ts";
import { deviceKeyFromSeed } from "../../src/device/signer.ts";
import { fromHex, type Hex, type P256PublicKey, toHex } from "../../src/protocol/codec/index.ts";
import { readVectors } from "../support/vectors.ts";
import { p256Vectors } from "../support/wycheproof.ts";

interface RowVector {
  readonly row: Readonly<Record<string, unknown>>;
  readonly rowSalt: Hex;
  readonly hash: Hex;
}
/** A row with one leaf, and the digest of what was signed in it, if anything was. */
interface LeafVector extends RowVector {
  readonly leaf: Hex;
  readonly digest?: Hex;
}
interface RowVectors {
  readonly domains: SigningDomains;
  readonly drop: readonly LeafVector[];
  readonly day: readonly (RowVector & { metresLeaf: Hex; stonesLeaf: Hex })[];
  readonly award: readonly LeafVector[];
  readonly vote: readonly LeafVector[];
  readonly round: readonly LeafVector[];
}
const vectors = readVectors<RowVectors>("rows");
const { domains } = vectors;
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
  const signature = key.signDigest(vector.digest as Hex);
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

  /** Examines rows of the vectors as they are published: none is flagged. @returns What each opens into. */
  const hashesOf = async (kind: FileKind, each: readonly RowVector[], added: object = {}) => {
    const rows = each.map(({ row, rowSalt, hash }) => ({ ...row, rowSalt, rowHash: hash, ...added }));
    const { hashes, flags } = await pool.examine(kind, pack(kind, rows));
    assert.deepEqual(
      [...flags],
      rows.map(() => 0),
    );
    const words = hashes.length / 32 / rows.length;
    const wordAt = (at: number) => toHex(hashes.subarray(32 * at, 32 * at + 32));
    return rows.map((_, row) => Array.from({ length: words }, (_, word) => wordAt(words * row + word)));
  };

  test("given the shared vectors of a drop, row hashes, leaves and digests are reproduced", async () => {
    const unsigned = { keyX: `0x${"00".repeat(32)}`, keyY: `0x${"00".repeat(32)}`, keyFound: 0, judged: 0 };
    assert.deepEqual(
      await hashesOf("drop", vectors.drop, unsigned),
      vectors.drop.map(({ leaf, digest }) => [leaf, digest]),
    );
  });

  test("given the shared vectors of a day, row hashes and both leaves are reproduced", async () => {
    assert.deepEqual(
      await hashesOf("day", vectors.day),
      vectors.day.map(({ metresLeaf, stonesLeaf }) => [metresLeaf, stonesLeaf]),
    );
  });

  for (const [title, kind, each] of [
    ["awards", "award", vectors.award],
    ["votes", "poll", vectors.vote],
  ] as const) {
    test(`given the shared vectors of ${title}, row hashes, leaves and digests are reproduced`, async () => {
      assert.deepEqual(
        await hashesOf(kind, each),
        each.map(({ leaf, digest }) => [leaf, digest]),
      );
    });
  }

  test("given the shared vectors of parts of rounds, row hashes and leaves are reproduced", async () => {
    assert.deepEqual(
      await hashesOf("round", vectors.round),
      vectors.round.map(({ leaf }) => [leaf]),
    );
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
    const row = { ...vector?.row, rowSalt: vector?.rowSalt, rowHash: `0x${"00".repeat(32)}` };
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

describe("Wycheproof: P-256 in the auditor", () => {
  /** Those that fit into the columns of a row. */
  const fitting = p256Vectors().filter(({ signature }) => fromHex(signature).length === 64);
  const titlesOf = (some: typeof fitting) => some.map(({ title }) => title);

  test("given the vectors' signatures, exactly the valid ones are not flagged, and those with a high s are marked", async (t) => {
    // The examiner verifies over digests that it makes itself: the vectors' messages stand in for these.
    const messages = fitting.map(({ message }) => fromHex(message));
    t.mock.method(TypedRows.prototype, "digest", (_: Batch, row: number) => messages[row] as Uint8Array);
    const pool = createInlinePool(domains);
    const rows = fitting.map(({ key: publicKey, signature }) => ({
      ...signedRow({ publicKey, s: `0x${signature.slice(66)}` }),
      r: signature.slice(0, 66),
    }));
    const { flags } = await pool.examine("drop", pack("drop", rows));
    await pool.close();
    const taken = fitting.filter((_, i) => ((flags[i] as number) & SIGNATURE) === 0);
    assert.deepEqual(titlesOf(taken), titlesOf(fitting.filter(({ isValid }) => isValid)));
    const high = taken.filter((vector) => ((flags[fitting.indexOf(vector)] as number) & HIGH_S) !== 0);
    const notLow = taken.filter(({ signature, normalised }) => signature !== normalised);
    assert.deepEqual(titlesOf(high), titlesOf(notLow));
    assert.notEqual(high.length, 0);
  });
});
