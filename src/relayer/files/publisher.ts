import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { type Domain, typedDigest } from "../../protocol/codec/eip712.ts";
import { type DropRow, dayFilePath, dropFilePath, hashDropRow, type ManifestEntry } from "../../protocol/codec/rows.ts";
import type { Signer } from "../../service/signer.ts";
import { FILE_KINDS } from "../../storage/file-kinds.ts";
import { appendManifest, repairManifest, syncFolder } from "../../storage/manifest.ts";
import type { ParquetFiles, PublishedRow, WrittenFile } from "../../storage/parquet.ts";
import type { ClosedDay } from "../domain/close-day.ts";
import { rowSaltOfDrop, splitSignature } from "../domain/close-drop.ts";
import { chunksOf } from "../../storage/chunks.ts";
import { loadAccountKeys } from "../store/closing.ts";
import type { Db, Store, Tx } from "../store/open.ts";
import { acceptedReading, readLeaves } from "../store/readings.ts";

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
    await mkdir(join(parts.filesDir, "drops"), { recursive: true });
    await mkdir(join(parts.filesDir, "days"), { recursive: true });
    await repairManifest(
      parts.filesDir,
      await parts.store.db.selectFrom("files").selectAll().orderBy("path").execute(),
    );
    return new Publisher(parts);
  }

  /**
   * Publishes the closed drops up to `last` that are not published.
   * @returns Writes it down; belongs in the transaction that makes use of it.
   */
  async publishDrops(last: number): Promise<(tx: Tx) => Promise<void>> {
    const { store, filesDir, parquet } = this.#parts;
    const drops = await store.db
      .selectFrom("drops")
      .select(["drop_no", "digest"])
      .where("published", "=", 0)
      .where("drop_no", "<=", last)
      .orderBy("drop_no")
      .execute();
    if (drops.length === 0) return async () => undefined;
    const entries: ManifestEntry[] = [];
    for (const { drop_no, digest } of drops) {
      const path = dropFilePath(drop_no);
      const rows = await dropRows(store.db, drop_no);
      entries.push(
        this.#entry(path, await parquet.write(FILE_KINDS.drop, join(filesDir, path), rows), rows.length, digest),
      );
    }
    await syncFolder(join(filesDir, "drops"));
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
    const { store, filesDir, parquet } = this.#parts;
    const path = dayFilePath(closed.day);
    const written = await parquet.write(FILE_KINDS.day, join(filesDir, path), closed.rows);
    await syncFolder(join(filesDir, "days"));
    const entry = this.#entry(path, written, closed.rows.length, closed.digest);
    await appendManifest(filesDir, [entry]);
    await store.transaction(async (tx) => {
      await insertEntries(tx, [entry]);
      await tx.updateTable("days").set({ published: 1 }).where("day", "=", closed.day).execute();
    });
  }

  #entry(path: string, written: WrittenFile, rows: number, digest: Hex): ManifestEntry {
    const content = { path, sha256: written.sha256, bytes: written.bytes, rows, digest };
    const { signer, domain } = this.#parts;
    return { ...content, signature: signer.sign(typedDigest(domain, "PublishedFile", content)) };
  }
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

async function dropRows(db: Db, drop: number): Promise<PublishedRow<DropRow>[]> {
  const leaves = await readLeaves(db, drop);
  const accounts = [...new Set(leaves.map(({ account }) => account))];
  const keyOf = await loadAccountKeys(db, accounts);
  return leaves.map((leaf) => {
    const { digest: _, signature, ...reading } = acceptedReading(leaf);
    const row: DropRow = {
      ...reading,
      ...splitSignature(signature),
      drop,
      index: leaf.leaf_index,
      countedM: leaf.counted_m,
      vehicleDayAfterM: leaf.vehicle_day_after_m,
      accountAfterM: leaf.account_after_m,
      prevVehicleLeaf: leaf.prev_vehicle_leaf,
      prevAccountLeaf: leaf.prev_account_leaf,
      salt: leaf.salt,
    };
    const rowSalt = rowSaltOfDrop(keyOf.get(leaf.account) as Hex, row);
    return { row, rowSalt, rowHash: hashDropRow(row, rowSalt) };
  });
}
