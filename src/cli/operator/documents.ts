import { readFileSync } from "node:fs";
import type { DocumentOf, DocumentType } from "../../operator/documents/schemas.ts";
import { CairnError, contentHash, type Hex, type Json, keccak, lowerHex } from "../../protocol/index.ts";
import { readJsonFile } from "../files.ts";

/**
 * The hash under which a file's text stands on the chain: of a JSON document, keccak256 of its canonical form; of any other
 * text, keccak256 of its bytes.
 * @throws FILE_UNREADABLE; ARGUMENT_INVALID for a .json that is not JSON.
 */
export function documentHash(path: string): Hex {
  if (path.endsWith(".json")) return contentHash(readJsonFile(path, "ARGUMENT_INVALID") as Json);
  try {
    return keccak(readFileSync(path));
  } catch (cause) {
    throw new CairnError("FILE_UNREADABLE", `${path}: it cannot be read`, { cause });
  }
}

/** The hash that was given, or that of a file: what is on the chain is the hash, whoever made it. */
export function hashOrFile(given: string): Hex {
  return /^0x[0-9a-fA-F]{64}$/.test(given) ? lowerHex(given) : documentHash(given);
}

/**
 * A document of the programme in a JSON file, with its hash.
 * @throws FILE_UNREADABLE, ARGUMENT_INVALID when it is not JSON; DOCUMENT_INVALID with the member that is wrong.
 */
export async function readDocument<Type extends DocumentType>(
  path: string,
  type: Type,
): Promise<{ document: DocumentOf<Type>; contentHash: Hex }> {
  // Loaded when it is needed: every other command starts faster without it.
  const { parseDocument } = await import("../../operator/documents/parse.ts");
  const document = parseDocument(readJsonFile(path, "ARGUMENT_INVALID"), type);
  return { document, contentHash: contentHash(document as Json) };
}
