import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Hex, toHex } from "../../protocol/codec/bytes.ts";
import { keccakBytes } from "../../protocol/codec/keccak.ts";
import { CairnError } from "../../protocol/errors.ts";

/** A document whose hash stands on the chain, or that says what one that does stands for. */
export interface Document {
  readonly file: string;
  /** keccak256 of the file's bytes, and of the same JSON in canonical form: members by name, no white space. */
  readonly hashes: readonly Hex[];
  readonly value: unknown;
}

/** The documents that an auditor was given; undefined when none were asked for. */
export type Documents = readonly Document[] | undefined;

/** Documents and receipts in one file are refused beyond this. */
export const MAX_FILE_BYTES = 256 * 1024 * 1024;

/**
 * Reads all files of a folder that end in `.json`. What is no JSON is passed over: it can be no document.
 * @throws AUDIT_INPUT_INVALID when the folder cannot be listed or a file not be read.
 */
export async function readDocuments(folder: string): Promise<readonly Document[]> {
  const documents: Document[] = [];
  for (const file of await listJson(folder, "documents")) {
    const bytes = await readBounded(join(folder, file));
    const value = parse(bytes);
    if (value === undefined) continue;
    const canonical = new TextEncoder().encode(canonicalJson(value));
    documents.push({ file, hashes: [toHex(keccakBytes(bytes)), toHex(keccakBytes(canonical))], value });
  }
  return documents;
}

/** The names in a folder that end in `.json`, in order. @throws AUDIT_INPUT_INVALID. */
export async function listJson(folder: string, what: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  } catch (cause) {
    throw new CairnError("AUDIT_INPUT_INVALID", `the ${what} folder cannot be listed`, { cause });
  }
}

async function readBounded(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    if (bytes.length <= MAX_FILE_BYTES) return bytes;
  } catch (cause) {
    throw new CairnError("AUDIT_INPUT_INVALID", "a document cannot be read", { cause });
  }
  throw new CairnError("AUDIT_INPUT_INVALID", "a document is too large to be one");
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** JSON in one form: members in order of their names, nothing between them. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(",")}}`;
}
