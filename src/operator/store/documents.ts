import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { canonicalJson, contentHash } from "../../protocol/codec/canonical-json.ts";
import { writeFileSafely } from "../../storage/write-file.ts";
import type { DocumentOf, DocumentType, ProgrammeDocument } from "../documents/schemas.ts";
import type { Db, Tx } from "./open.ts";

/** Where a document is published, below the published folder: its name proves it. */
function documentPath(filesDir: string, hash: Hex): string {
  return join(filesDir, "documents", `${hash}.json`);
}

/**
 * Keeps a document and publishes it as its canonical JSON, for auditors.
 * @returns The hash under which it stands on the chain.
 */
export async function putDocument(tx: Tx, filesDir: string, document: ProgrammeDocument): Promise<Hex> {
  const json = canonicalJson(document);
  const hash = contentHash(document);
  mkdirSync(join(filesDir, "documents"), { recursive: true });
  writeFileSafely(documentPath(filesDir, hash), json);
  await tx
    .insertInto("documents")
    .values({ hash, type: document.type, json })
    .onConflict((conflict) => conflict.column("hash").doNothing())
    .execute();
  return hash;
}

/** The documents of a type by their hashes, in the order in which they came. */
export async function readDocuments<T extends DocumentType>(db: Db, type: T): Promise<Map<Hex, DocumentOf<T>>> {
  const rows = await db
    .selectFrom("documents")
    .select(["hash", "json"])
    .where("type", "=", type)
    .orderBy("id")
    .execute();
  return new Map(rows.map(({ hash, json }) => [hash, JSON.parse(json) as DocumentOf<T>]));
}

/** The document with a hash; undefined when it is not known or of another type. */
export async function readDocument<T extends DocumentType>(
  db: Db,
  hash: Hex,
  type: T,
): Promise<DocumentOf<T> | undefined> {
  const row = await db
    .selectFrom("documents")
    .select("json")
    .where("hash", "=", hash)
    .where("type", "=", type)
    .executeTakeFirst();
  return row && (JSON.parse(row.json) as DocumentOf<T>);
}
