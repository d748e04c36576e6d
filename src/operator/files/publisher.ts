import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { type Domain, typedDigest } from "../../protocol/codec/eip712.ts";
import type { ManifestEntry } from "../../protocol/codec/rows.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { Signer } from "../../service/signer.ts";
import type { FileKind } from "../../storage/file-kinds.ts";
import { appendManifest, repairManifest, syncFolder } from "../../storage/manifest.ts";
import type { ParquetFiles, PublishedRow } from "../../storage/parquet.ts";
import type { Store } from "../store/open.ts";

/** What the publisher works with. */
export interface PublisherParts {
  readonly store: Store;
  /** The operator's own published folder. */
  readonly filesDir: string;
  readonly parquet: ParquetFiles;
  /** Signs manifest entries with a receipt key; undefined when the configuration has none. */
  readonly signer: Signer | undefined;
  /** DropAnchor's domain. */
  readonly domain: Domain;
}

/** A file that is to be published. */
export interface Publication<R> {
  readonly kind: FileKind<R>;
  /** Below the published folder. */
  readonly path: string;
  readonly rows: readonly PublishedRow<R>[];
  /** Root over the row hashes. */
  readonly digest: Hex;
}

/**
 * Publishes polls and rounds: file, then the manifest's line, then the store's row, each durable before the next. The same file
 * again gives the same bytes, so that after a stop at any point it is simply done again.
 */
export class Publisher {
  readonly #parts: PublisherParts;

  private constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  static async open(parts: PublisherParts): Promise<Publisher> {
    await mkdir(parts.filesDir, { recursive: true });
    const publisher = new Publisher(parts);
    await publisher.mend();
    return publisher;
  }

  /** Brings the manifest to what the store knows, after whoever published before was stopped at any point. */
  async mend(): Promise<void> {
    const { store, filesDir } = this.#parts;
    await repairManifest(filesDir, await store.db.selectFrom("files").selectAll().orderBy("path").execute());
  }

  get filesDir(): string {
    return this.#parts.filesDir;
  }

  /** Publishes a file that has rows; one under the same path is replaced. */
  async publish<R>({ kind, path, rows, digest }: Publication<R>): Promise<void> {
    if (rows.length === 0) return;
    const { store, filesDir, parquet } = this.#parts;
    const target = join(filesDir, path);
    await mkdir(dirname(target), { recursive: true });
    const { sha256, bytes } = await parquet.write(kind, target, rows);
    await syncFolder(dirname(target));
    const entry = this.#sign({ path, sha256, bytes, rows: rows.length, digest });
    await appendManifest(filesDir, [entry]);
    await store.transaction(async (tx) => {
      await tx
        .insertInto("files")
        .values(entry)
        .onConflict((conflict) => conflict.column("path").doUpdateSet(entry))
        .execute();
    });
  }

  /** The rows of a file that was published, in order of index. */
  read<R>(kind: FileKind<R>, path: string): Promise<R[]> {
    return this.#parts.parquet.read(kind, join(this.#parts.filesDir, path));
  }

  #sign(content: Omit<ManifestEntry, "signature">): ManifestEntry {
    const { signer, domain } = this.#parts;
    if (signer === undefined) throw new CairnError("CONFIG_INVALID", "receiptKey is not given");
    return { ...content, signature: signer.sign(typedDigest(domain, "PublishedFile", content)) };
  }
}
