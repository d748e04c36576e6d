import { access, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { type Domain, typedDigest } from "../../protocol/codec/eip712.ts";
import { awardFilePath, dayFilePath, dropFilePath, type ManifestEntry } from "../../protocol/codec/rows.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { Signer } from "../../service/signer.ts";
import { chunksOf } from "../../storage/chunks.ts";
import { FILE_KINDS, type FileKind } from "../../storage/file-kinds.ts";
import { appendManifest, repairManifest, syncFolder } from "../../storage/manifest.ts";
import type { ParquetFiles, PublishedRow } from "../../storage/parquet.ts";
import type { ClosedDay } from "../domain/close-day.ts";
import type { Store, Tx } from "../store/open.ts";
import type { DropsTable } from "../store/schema.ts";
import { awardRows, dropRows } from "./rows.ts";

const FOLDERS = ["drops", "awards", "days"] as const;

/** What the publisher works with. */
export interface PublisherParts {
  readonly store: Store;
  /** The published folder. */
  readonly filesDir: string;
  readonly parquet: ParquetFiles;
  readonly signer: Signer;
  /** DropAnchor's domain. */
  readonly domain: Domain;
}

/**
 * Publishes closed drops and days: file, then the manifest's line, then the store's row, each durable before the next. All
 * three are made from the store alone, so that after a stop at any point the same is done again; a line that then stands
 * twice in the manifest says the same twice.
 */
export class Publisher {
  readonly #parts: PublisherParts;

  private constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  static async open(parts: PublisherParts): Promise<Publisher> {
    for (const folder of FOLDERS) await mkdir(join(parts.filesDir, folder), { recursive: true });
    return new Publisher(parts);
  }

  /**
   * Clears away half written files and brings the manifest to what the store knows, after whoever published before was stopped at
   * any point.
   * @throws FILE_UNREADABLE when the last file is not in this folder: then it is not the one in which the others publish.
   */
  async mend(): Promise<void> {
    const { store, filesDir } = this.#parts;
    const known = await store.db.selectFrom("files").selectAll().orderBy("path").execute();
    const last = known.at(-1);
    if (last !== undefined) await requireFile(filesDir, last.path);
    for (const folder of FOLDERS) await removeHalfWritten(join(filesDir, folder));
    await repairManifest(filesDir, known);
  }

  /**
   * Publishes the closed drops up to `last` that are not published.
   * @returns Writes it down; belongs in the transaction that makes use of it.
   */
  async publishDrops(last: number): Promise<(tx: Tx) => Promise<void>> {
    const { store, filesDir } = this.#parts;
    const drops = await store.db
      .selectFrom("drops")
      .selectAll()
      .where("published", "=", 0)
      .where("drop_no", "<=", last)
      .orderBy("drop_no")
      .execute();
    if (drops.length === 0) return async () => undefined;
    const entries: ManifestEntry[] = [];
    for (const drop of drops) entries.push(...(await this.#writeDrop(drop)));
    for (const folder of ["drops", "awards"]) await syncFolder(join(filesDir, folder));
    await appendManifest(filesDir, entries);
    return async (tx) => {
      await insertEntries(tx, entries);
      const numbers = drops.map(({ drop_no }) => drop_no);
      for (const chunk of chunksOf(numbers)) {
        await tx.updateTable("drops").set({ published: 1 }).where("drop_no", "in", chunk).execute();
      }
    };
  }

  /** Publishes a closed day. */
  async publishDay(closed: ClosedDay): Promise<void> {
    if (closed.rows.length === 0) return;
    const { store, filesDir } = this.#parts;
    const path = dayFilePath(closed.day);
    const entry = await this.#write(FILE_KINDS.day, path, closed.rows, closed.digest);
    await syncFolder(join(filesDir, "days"));
    await appendManifest(filesDir, [entry]);
    await store.transaction(async (tx) => {
      await insertEntries(tx, [entry]);
      await tx.updateTable("days").set({ published: 1 }).where("day", "=", closed.day).execute();
    });
  }

  /** The files of a drop: of its readings, and of its awards. */
  async #writeDrop({ drop_no, readings, awards, digest, awards_digest }: DropsTable): Promise<ManifestEntry[]> {
    const { db } = this.#parts.store;
    const entries: ManifestEntry[] = [];
    if (readings > 0) {
      entries.push(await this.#write(FILE_KINDS.drop, dropFilePath(drop_no), await dropRows(db, drop_no), digest));
    }
    if (awards > 0) {
      const rows = await awardRows(db, drop_no);
      entries.push(await this.#write(FILE_KINDS.award, awardFilePath(drop_no), rows, awards_digest));
    }
    return entries;
  }

  async #write<R>(
    kind: FileKind<R>,
    path: string,
    rows: readonly PublishedRow<R>[],
    digest: Hex,
  ): Promise<ManifestEntry> {
    const { parquet, filesDir, signer, domain } = this.#parts;
    const { sha256, bytes } = await parquet.write(kind, join(filesDir, path), rows);
    const content = { path, sha256, bytes, rows: rows.length, digest };
    return { ...content, signature: signer.sign(typedDigest(domain, "PublishedFile", content)) };
  }
}

async function requireFile(filesDir: string, path: string): Promise<void> {
  await access(join(filesDir, path)).catch((cause: unknown) => {
    throw new CairnError("FILE_UNREADABLE", `filesDir lacks ${path}`, { details: { field: "filesDir", path }, cause });
  });
}

async function removeHalfWritten(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.endsWith(".tmp"));
  for (const name of left) await rm(join(folder, name), { force: true });
}

// After a stop before the row was written, it is written again with the same content.
async function insertEntries(tx: Tx, entries: readonly ManifestEntry[]): Promise<void> {
  for (const chunk of chunksOf(entries)) {
    await tx
      .insertInto("files")
      .values(chunk)
      .onConflict((conflict) => conflict.column("path").doNothing())
      .execute();
  }
}
