import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { ManifestEntry } from "../../../src/protocol/codec/rows.ts";
import type { Publisher } from "../dishonest-files.ts";
import { flipByte, removeFile } from "../tampering.ts";
import type { Demand, Means } from "./corruption.ts";

/** Published files of a programme that ran, to be tampered with: a copy of its relayer's folder. */
export interface RecordedFiles {
  readonly filesDir: string;
  /** Signs with the relayer's own key. */
  readonly publisher: Publisher;
  readonly entries: readonly ManifestEntry[];
}

/** Something done to the files of a programme that ran. It does not ask what they hold. */
export interface Tampering {
  readonly when: string;
  readonly means: Means;
  readonly by: string;
  /** @returns What must be found. */
  tamper(files: RecordedFiles): Promise<readonly Demand[]>;
}

const KEEPER = { means: "files", by: "whoever keeps the files" } as const;
const RELAYER = { means: "files", by: "relayer" } as const;

/** The entry in the middle of those of a folder: neither the first nor the last that happened. */
function entryOf({ entries }: RecordedFiles, folder: string): ManifestEntry {
  const own = entries.filter(({ path }) => path.startsWith(`${folder}/`));
  return own[own.length >> 1] as ManifestEntry;
}

const flipped = (folder: string, what: string): Tampering => ({
  ...KEEPER,
  when: `one byte of ${what} is flipped`,
  async tamper(files) {
    const { path } = entryOf(files, folder);
    await flipByte(files.filesDir, path);
    return [["FILE_BYTES_WRONG", path]];
  },
});

const removed = (folder: string, what: string, unname: boolean): Tampering => ({
  ...KEEPER,
  when: `${what} is ${unname ? "left out, and nobody names it" : "left out but named"}`,
  async tamper(files) {
    const { path } = entryOf(files, folder);
    await removeFile(files.filesDir, path, { unname });
    return [["FILE_MISSING", path]];
  },
});

/** Changes the text of the manifest. */
async function editManifest({ filesDir }: RecordedFiles, edit: (text: string) => string): Promise<void> {
  const path = join(filesDir, "manifest.jsonl");
  await writeFile(path, edit(await readFile(path, "utf8")));
}

/** Writes other rows in a file's place, and names it with the digest that it had. */
async function rewrite(files: RecordedFiles, entry: ManifestEntry, select: string, rows: number): Promise<void> {
  const full = join(files.filesDir, entry.path);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const source = `read_parquet('${full}', file_row_number = true)`;
  await connection.run(`COPY (${select.replace("$rows", source)}) TO '${full}.new' (FORMAT parquet)`);
  connection.closeSync();
  await rename(`${full}.new`, full);
  await files.publisher.name(entry.path, { rows, digest: entry.digest });
}

/** What is done to the files of a recorded programme, each on a fresh copy. */
export const TAMPERINGS: readonly Tampering[] = [
  flipped("drops", "a drop's file"),
  flipped("awards", "a drop's file of awards"),
  flipped("days", "a day's file"),
  removed("drops", "a drop's file", true),
  removed("drops", "a drop's file", false),
  removed("awards", "a drop's file of awards", false),
  removed("days", "a day's file", true),
  {
    ...KEEPER,
    when: "a drop's file is cut in half",
    async tamper(files) {
      const { path } = entryOf(files, "drops");
      const bytes = await readFile(join(files.filesDir, path));
      await writeFile(join(files.filesDir, path), bytes.subarray(0, bytes.length >> 1));
      return [["FILE_BYTES_WRONG", path]];
    },
  },
  {
    ...KEEPER,
    when: "two days' files change places",
    async tamper(files) {
      const [a, b] = files.entries.filter(({ path }) => path.startsWith("days/")).map(({ path }) => path);
      const [one, other] = [join(files.filesDir, a as string), join(files.filesDir, b as string)];
      const [first, second] = await Promise.all([readFile(one), readFile(other)]);
      await Promise.all([writeFile(one, second), writeFile(other, first)]);
      return [a, b].map((path) => ["FILE_BYTES_WRONG", path as string] as const);
    },
  },
  {
    ...KEEPER,
    when: "there is a file that nothing calls for",
    async tamper(files) {
      const { path } = entryOf(files, "drops");
      await writeFile(join(files.filesDir, "drops/spare.parquet"), await readFile(join(files.filesDir, path)));
      return [["FILE_SUPERFLUOUS", "drops/spare.parquet"]];
    },
  },
  {
    ...KEEPER,
    when: "a line of the manifest is no entry",
    async tamper(files) {
      await editManifest(files, (text) => `${text}{"path":"drops/../keys.json"}\n`);
      return [["MANIFEST_LINE_INVALID", /manifest\.jsonl line \d+$/]];
    },
  },
  {
    ...KEEPER,
    when: "an entry of the manifest bears another one's signature",
    async tamper(files) {
      const { path, signature } = entryOf(files, "drops");
      const other = entryOf(files, "days").signature;
      await editManifest(files, (text) => text.replace(signature, other));
      return [["MANIFEST_SIGNATURE_INVALID", path]];
    },
  },
  {
    ...KEEPER,
    when: "an entry of the manifest is given another digest",
    async tamper(files) {
      const { path, digest } = entryOf(files, "drops");
      await editManifest(files, (text) => text.replace(digest, `0x${"12".repeat(32)}`));
      return [
        ["MANIFEST_SIGNATURE_INVALID", path],
        ["FILE_DIGEST_WRONG", path],
      ];
    },
  },
  {
    ...RELAYER,
    when: "a reading's distance is another than was committed to",
    async tamper(files) {
      const entry = entryOf(files, "drops");
      const select = `SELECT * EXCLUDE (file_row_number)
        REPLACE (CASE file_row_number WHEN 0 THEN odometer_end_m + 1 ELSE odometer_end_m END AS odometer_end_m)
        FROM $rows ORDER BY file_row_number`;
      await rewrite(files, entry, select, entry.rows);
      return [["FILE_ROW_HASH_WRONG", `${entry.path} row 0`]];
    },
  },
  {
    ...RELAYER,
    when: "a reading is left out of a published file",
    async tamper(files) {
      const entry = files.entries.find(({ path, rows }) => path.startsWith("drops/") && rows > 100) as ManifestEntry;
      const last = entry.rows - 1;
      const select = `SELECT * EXCLUDE (file_row_number) FROM $rows WHERE file_row_number < ${last} ORDER BY file_row_number`;
      await rewrite(files, entry, select, last);
      const drop = Number(/\d+/.exec(entry.path));
      return [
        ["FILE_DIGEST_WRONG", entry.path],
        ["ANCHOR_DIGEST_WRONG", /^drops \d+ to \d+$/],
        ["DROP_ROOT_WRONG", `drop ${drop}`],
      ];
    },
  },
  {
    ...KEEPER,
    when: "no awards are published at all",
    async tamper(files) {
      const own = files.entries.map(({ path }) => path).filter((path) => path.startsWith("awards/"));
      for (const path of own) await rm(join(files.filesDir, path));
      return own.map((path) => ["FILE_MISSING", path] as const);
    },
  },
];
