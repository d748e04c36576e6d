import { createHash, randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type Hex, toHex } from "../protocol/codec/bytes.ts";
import { type Column, FILE_KINDS, type FileKind } from "./file-kinds.ts";

/** A row as it is published: its columns, and the salt and hash that stand after them. */
export interface PublishedRow<T> {
  readonly row: T;
  readonly rowSalt: Hex;
  readonly rowHash: Hex;
}

/** The bytes of a written file. */
export interface WrittenFile {
  readonly sha256: Hex;
  readonly bytes: number;
}

/** Writes and reads the published files. One DuckDB in memory, one connection, calls one after the other. */
export class ParquetFiles {
  readonly #connection: DuckDBConnection;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  static async open(): Promise<ParquetFiles> {
    // One thread: rows keep their order and equal rows give equal bytes.
    const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    const connection = await instance.connect();
    for (const { table, columns } of Object.values(FILE_KINDS)) {
      await connection.run(`create table ${table} (${columnList(columns)})`);
    }
    return new ParquetFiles(connection);
  }

  close(): void {
    this.#connection.closeSync();
  }

  /** Writes a file so that it stands whole and durable under its name, or not at all. */
  write<R>(kind: FileKind<R>, path: string, rows: readonly PublishedRow<R>[]): Promise<WrittenFile> {
    return this.#inTurn(() => this.#write(kind, path, rows));
  }

  /** Reads the rows of a file, in order of index, without their salts and hashes. */
  read<R>(kind: FileKind<R>, path: string): Promise<R[]> {
    return this.#inTurn(async () => {
      const columns = kind.columns.map(({ column }) => `"${column}"`).join(", ");
      const reader = await this.#connection.runAndReadAll(
        `select ${columns} from read_parquet('${quote(path)}') order by "index"`,
      );
      return reader.getRows().map((values) => rowOf(kind, values));
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #write<R>(kind: FileKind<R>, path: string, rows: readonly PublishedRow<R>[]): Promise<WrittenFile> {
    const { table } = kind;
    await this.#connection.run(`truncate ${table}`);
    const appender = await this.#connection.createAppender(table);
    for (const row of rows) appendRow(appender, kind, row);
    appender.closeSync();
    // Another process may be at the same file, if it was halted and does not know yet that it leads no longer.
    const temporary = `${path}.${randomBytes(4).toString("hex")}.tmp`;
    await this.#connection.run(`copy ${table} to '${quote(temporary)}' (format parquet)`);
    const content = await readFile(temporary);
    const file = await open(temporary, "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return { sha256: toHex(createHash("sha256").update(content).digest()), bytes: content.length };
  }
}

function appendRow<R>(appender: DuckDBAppender, kind: FileKind<R>, { row, rowSalt, rowHash }: PublishedRow<R>): void {
  const values = row as Readonly<Record<keyof R, Hex | number | bigint>>;
  for (const { field, type } of kind.columns) {
    const value = values[field];
    if (type === "uint") appender.appendUBigInt(BigInt(value));
    else appender.appendBlob(blob(value as Hex));
  }
  appender.appendBlob(blob(rowSalt));
  appender.appendBlob(blob(rowHash));
  appender.endRow();
}

// Hex that was made here; Buffer reads it several times faster than a loop.
function blob(hex: Hex): Uint8Array {
  return Buffer.from(hex.slice(2), "hex");
}

function columnList(columns: readonly Column<unknown>[]): string {
  const own = columns.map(({ column, type }) => `"${column}" ${type === "uint" ? "ubigint" : "blob"}`);
  return [...own, "row_salt blob", "row_hash blob"].join(", ");
}

function quote(path: string): string {
  return path.replaceAll("'", "''");
}

function rowOf<R>({ columns, wide }: FileKind<R>, values: readonly unknown[]): R {
  const entries = columns.map(({ field, type }, at) => {
    const value = values[at];
    if (type !== "uint") return [field, toHex((value as { bytes: Uint8Array }).bytes)];
    return [field, wide.has(field) ? value : Number(value)];
  });
  return Object.fromEntries(entries) as R;
}
