import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ManifestEntry } from "../../protocol/codec/rows.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { FileKind } from "../hash/layout.ts";

/** An entry with what its path says. */
export interface ManifestFile extends ManifestEntry {
  readonly kind: FileKind;
  /** Of the drop or day. */
  readonly number: number;
  /** Line of the manifest, counted from 1. */
  readonly line: number;
}

export interface Manifest {
  /** The newest entry of each path. */
  readonly newest: ReadonlyMap<string, ManifestFile>;
  /** All entries, in the order of their lines. */
  readonly all: readonly ManifestFile[];
  readonly invalid: readonly { readonly line: number; readonly problem: string }[];
}

/** A manifest is refused beyond this: a century of drops is 5.3 million lines. */
const MAX_LINES = 10_000_000;
const PATHS: readonly [FileKind, RegExp][] = [
  ["drop", /^drops\/(\d{8,15})\.parquet$/],
  ["day", /^days\/(\d{6,12})\.parquet$/],
];

/** What a published file's path says it is; undefined for any other path. */
export function parseFilePath(path: string): { kind: FileKind; number: number } | undefined {
  for (const [kind, pattern] of PATHS) {
    const digits = pattern.exec(path)?.[1];
    if (digits !== undefined) return { kind, number: Number(digits) };
  }
  return undefined;
}

/**
 * Reads `manifest.jsonl`.
 * @throws AUDIT_INPUT_INVALID when there is none or it is too long to be one.
 */
export async function readManifest(filesDir: string): Promise<Manifest> {
  const newest = new Map<string, ManifestFile>();
  const all: ManifestFile[] = [];
  const invalid: { line: number; problem: string }[] = [];
  let line = 0;
  const path = join(filesDir, "manifest.jsonl");
  try {
    const input = createReadStream(path);
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (++line > MAX_LINES) throw new CairnError("AUDIT_INPUT_INVALID", "manifest.jsonl is too long");
      if (text === "") continue;
      const entry = parseLine(text, line);
      if (typeof entry === "string") {
        invalid.push({ line, problem: entry });
        continue;
      }
      all.push(entry);
      newest.set(entry.path, entry);
    }
    // A last line without its end is one that is being written.
    if (invalid.at(-1)?.line === line && !(await endsWithNewline(path))) invalid.pop();
  } catch (cause) {
    if (cause instanceof CairnError) throw cause;
    throw new CairnError("AUDIT_INPUT_INVALID", "manifest.jsonl cannot be read", { cause });
  }
  return { newest, all, invalid };
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
function parseLine(text: string, line: number): ManifestFile | string {
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
  return { path: path as string, sha256, bytes, rows, digest, signature, ...place, line };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHex(value: unknown, bytes: number): value is `0x${string}` {
  return typeof value === "string" && new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`).test(value);
}
