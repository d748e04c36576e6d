import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { contentHash, type Json } from "../../protocol/codec/canonical-json.ts";
import { CairnError } from "../../protocol/errors.ts";

/** A document whose hash stands on the chain, or that says what one that does stands for. */
export interface Document {
  readonly file: string;
  /** Under which it stands on the chain, if it does: keccak256 of its canonical form. */
  readonly hash: Hex;
  readonly value: Json;
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
    const document = parse(await readBounded(join(folder, file)));
    if (document !== undefined) documents.push({ file, ...document });
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

function parse(bytes: Uint8Array): { value: Json; hash: Hex } | undefined {
  try {
    const value: Json = JSON.parse(new TextDecoder().decode(bytes));
    return { value, hash: contentHash(value) };
  } catch {
    return undefined;
  }
}
