import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { encodeWords, type Hex, toHex, ZERO_HASH } from "../../src/protocol/codec/bytes.ts";
import { FILE_KINDS, type FileKind } from "../../src/storage/file-kinds.ts";
import { ParquetFiles } from "../../src/storage/parquet.ts";

const word = (value: number): Hex => toHex(encodeWords([value]));
/** More than a double holds exactly. */
const WIDE = 2n ** 64n - 1n;

/** A row with another value in each field: the greatest where numbers are wide. */
function rowOf<R>({ columns, wide }: FileKind<R>, index: number): R {
  const values = columns.map(({ field, type }, at) => {
    if (field === "index") return [field, index];
    if (type === "uint") return [field, wide.has(field) ? WIDE : 1000 * at + index];
    return [field, type === "bytes20" ? (`0x${"ab".repeat(20)}` as Hex) : word(100 * at + index)];
  });
  return Object.fromEntries(values) as R;
}

describe("published files", () => {
  let folder: string;
  let parquet: ParquetFiles;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cairn-files-"));
    parquet = await ParquetFiles.open();
  });
  after(async () => {
    parquet.close();
    await rm(folder, { recursive: true });
  });

  async function writtenAndRead<R>(kind: FileKind<R>): Promise<void> {
    const path = join(folder, `${kind.table}.parquet`);
    const rows = [rowOf(kind, 1), rowOf(kind, 0)];
    await parquet.write(
      kind,
      path,
      rows.map((row) => ({ row, rowSalt: word(7), rowHash: ZERO_HASH })),
    );
    assert.deepEqual(await parquet.read(kind, path), rows.reverse());
  }

  it("give back rows of every kind in order of their index, wide numbers exactly", async () => {
    await writtenAndRead(FILE_KINDS.drop);
    await writtenAndRead(FILE_KINDS.award);
    await writtenAndRead(FILE_KINDS.day);
    await writtenAndRead(FILE_KINDS.vote);
    await writtenAndRead(FILE_KINDS.round);
  });
});
