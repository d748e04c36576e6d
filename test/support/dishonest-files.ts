import { createHash } from "node:crypto";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { PrivateKeyAccount } from "viem";
import type { Hex } from "../../src/protocol/codec/bytes.ts";
import {
  AWARD_COLUMNS,
  DAY_COLUMNS,
  type Deployment,
  DROP_COLUMNS,
  ROUND_COLUMNS,
  signingDomain,
  typedDigest,
  VOTE_COLUMNS,
} from "../../src/protocol/codec/index.ts";
import { digestOf, type FileRow } from "./dishonest-books.ts";

const COLUMNS = {
  drop: DROP_COLUMNS,
  award: AWARD_COLUMNS,
  day: DAY_COLUMNS,
  poll: VOTE_COLUMNS,
  round: ROUND_COLUMNS,
} as const;

/** Writes published files and their manifest, as told. */
export class Publisher {
  readonly #connection: DuckDBConnection;
  readonly #folder: string;
  readonly #deployment: Deployment;
  readonly #signer: PrivateKeyAccount;

  private constructor(
    connection: DuckDBConnection,
    to: { folder: string; deployment: Deployment; signer: PrivateKeyAccount },
  ) {
    this.#connection = connection;
    this.#folder = to.folder;
    this.#deployment = to.deployment;
    this.#signer = to.signer;
  }

  static async open(to: { folder: string; deployment: Deployment; signer: PrivateKeyAccount }): Promise<Publisher> {
    const instance = await DuckDBInstance.create(":memory:");
    return new Publisher(await instance.connect(), to);
  }

  close(): void {
    this.#connection.closeSync();
  }

  /**
   * Writes a file's rows as Parquet and adds its entry to the manifest.
   * @param erased Of whom rows are published as their hash alone.
   */
  async publish(
    kind: keyof typeof COLUMNS,
    path: string,
    rows: readonly FileRow[],
    erased: readonly unknown[] = [],
  ): Promise<void> {
    const columns = COLUMNS[kind];
    const names = [...columns.map(({ column }) => `"${column}"`), "row_salt", "row_hash"];
    const values = rows.map(({ row, rowSalt, rowHash }) => {
      const told = row as Record<string, unknown> | undefined;
      const shown = erased.includes(told?.account) ? undefined : told;
      const cells = columns.map(({ field, type }) => {
        const value = shown?.[field];
        if (type === "uint") return value === undefined ? "NULL::UBIGINT" : `${value}::UBIGINT`;
        return blob(value as Hex | undefined);
      });
      return `(${[...cells, blob(shown && rowSalt), blob(rowHash)].join(", ")})`;
    });
    const full = join(this.#folder, path);
    await mkdir(dirname(full), { recursive: true });
    await this.#connection.run(
      `COPY (SELECT * FROM (VALUES ${values.join(", ")}) t(${names.join(", ")})) TO '${full}' (FORMAT parquet)`,
    );
    await this.name(path, { rows: rows.length, digest: digestOf(rows) });
  }

  /** Writes a file of rows that are all the same, which takes little, and names it. */
  async publishMany(
    kind: keyof typeof COLUMNS,
    path: string,
    { rows, digest }: { rows: number; digest: Hex },
  ): Promise<void> {
    const cells = COLUMNS[kind].map(
      ({ column, type }) => `NULL::${type === "uint" ? "UBIGINT" : "BLOB"} AS "${column}"`,
    );
    const select = [...cells, "NULL::BLOB AS row_salt", `${blob(`0x${"12".repeat(32)}`)} AS row_hash`].join(", ");
    await this.#connection.run(
      `COPY (SELECT ${select} FROM range(${rows})) TO '${join(this.#folder, path)}' (FORMAT parquet)`,
    );
    await this.name(path, { rows, digest });
  }

  /** Writes a file that is no table. */
  async write(path: string, content: string): Promise<void> {
    await writeFile(join(this.#folder, path), content);
  }

  /** Adds an entry for a file as it stands on the disk. */
  async name(path: string, says: { rows: number; digest: Hex; signer?: PrivateKeyAccount }): Promise<void> {
    const bytes = await readFile(join(this.#folder, path));
    const sha256: Hex = `0x${createHash("sha256").update(bytes).digest("hex")}`;
    const entry = { path, sha256, bytes: bytes.length, rows: says.rows, digest: says.digest };
    const hash = typedDigest(signingDomain(this.#deployment, "PublishedFile"), "PublishedFile", entry);
    const signature = await (says.signer ?? this.#signer).sign({ hash });
    await appendFile(join(this.#folder, "manifest.jsonl"), `${JSON.stringify({ ...entry, signature })}\n`);
  }
}

function blob(hex: Hex | undefined): string {
  return hex === undefined ? "NULL::BLOB" : `unhex('${hex.slice(2)}')`;
}
