import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ManifestEntry } from "../../protocol/codec/rows.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { FileKind } from "../hash/layout.ts";
import { parseFilePath } from "./file-kinds.ts";

/** An entry with what its path says. */
export interface ManifestFile extends ManifestEntry {
  readonly kind: FileKind;
  /** Of the drop, day, poll or round. */
  readonly number: number;
  /** The folder whose manifest names it. */
  readonly folder: string;
  /** Line of the manifest, counted from 1. */
  readonly line: number;
}

export interface Manifest {
  /** The newest entry of each path. */
  readonly newest: ReadonlyMap<string, ManifestFile>;
  /** All entries, in the order of their folders and lines. */
  readonly all: readonly ManifestFile[];
  readonly invalid: readonly { readonly place: string; readonly problem: string }[];
}

/** A manifest is refused beyond this: with readings and awards in every drop, nine years are a million lines. */
const MAX_LINES = 1_000_000;
const MAX_BYTES = 500 * MAX_LINES;
const MANIFEST = "manifest.jsonl";

/**
 * Reads the `manifest.jsonl` of each folder of published files.
 * @param folders A path that two of them name is the later folder's.
 * @throws AUDIT_INPUT_INVALID when one has none or it is too long to be one.
 */
export async function readManifest(folders: readonly string[]): Promise<Manifest> {
  const newest = new Map<string, ManifestFile>();
  const all: ManifestFile[] = [];
  const invalid: { place: string; problem: string }[] = [];
  for (const folder of folders) {
    const read = await readOne(folder);
    const where = folders.length === 1 ? MANIFEST : join(folder, MANIFEST);
    for (const { line, problem } of read.invalid) invalid.push({ place: `${where} line ${line}`, problem });
    for (const entry of read.entries) {
      all.push(entry);
      newest.set(entry.path, entry);
    }
  }
  return { newest, all, invalid };
}

async function readOne(folder: string) {
  const entries: ManifestFile[] = [];
  const invalid: { line: number; problem: string }[] = [];
  const path = join(folder, MANIFEST);
  let line = 0;
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new CairnError("AUDIT_INPUT_INVALID", "manifest.jsonl is too long");
    const input = createReadStream(path);
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (++line > MAX_LINES) throw new CairnError("AUDIT_INPUT_INVALID", "manifest.jsonl is too long");
      if (text === "") continue;
      const entry = parseLine(text, { line, folder });
      if (typeof entry === "string") invalid.push({ line, problem: entry });
      else entries.push(entry);
    }
    // A last line without its end is one that is being written.
    if (invalid.at(-1)?.line === line && !(await endsWithNewline(path))) invalid.pop();
  } catch (cause) {
    if (cause instanceof CairnError) throw cause;
    throw new CairnError("AUDIT_INPUT_INVALID", "manifest.jsonl cannot be read", { cause });
  }
  return { entries, invalid };
}

async function endsWithNewline(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    return buffer.toString() === "\n";
  } finally {
    await file.close();
  }
}

/** An entry, or what is wrong with the line. */
function parseLine(text: string, from: { line: number; folder: string }): ManifestFile | string {
  let value: Partial<Record<keyof ManifestEntry, unknown>>;
  try {
    value = JSON.parse(text);
  } catch {
    return "not JSON";
  }
  if (typeof value !== "object" || value === null) return "not an object";
  const { path, sha256, bytes, rows, digest, signature } = value;
  const place = typeof path === "string" ? parseFilePath(path) : undefined;
  if (place === undefined) return "path is not a published file's";
  if (!isHex(sha256, 32)) return "sha256 is not 32 bytes of hex";
  if (!isCount(bytes)) return "bytes is not a whole number";
  if (!isCount(rows)) return "rows is not a whole number";
  if (!isHex(digest, 32)) return "digest is not 32 bytes of hex";
  if (!isHex(signature, 65)) return "signature is not 65 bytes of hex";
  return { path: path as string, sha256, bytes, rows, digest, signature, ...place, ...from };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHex(value: unknown, bytes: number): value is `0x${string}` {
  return typeof value === "string" && new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`).test(value);
}
