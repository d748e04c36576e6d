import { createHash } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type Hex, toHex } from "../../protocol/codec/bytes.ts";
import { DAY_COLUMNS, type DayRow, DROP_COLUMNS, type DropRow } from "../../protocol/codec/rows.ts";

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

type Columns = readonly { readonly field: string; readonly column: string; readonly type: string }[];

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
    await connection.run(`create table drop_rows (${columnList(DROP_COLUMNS)})`);
    await connection.run(`create table day_rows (${columnList(DAY_COLUMNS)})`);
    return new ParquetFiles(connection);
  }

  close(): void {
    this.#connection.closeSync();
  }

  /** Writes a drop's file so that it stands whole and durable under its name, or not at all. */
  writeDrop(path: string, rows: readonly PublishedRow<DropRow>[]): Promise<WrittenFile> {
    return this.#inTurn(() => this.#write(path, "drop_rows", DROP_COLUMNS, rows));
  }

  /** Writes a day's file so that it stands whole and durable under its name, or not at all. */
  writeDay(path: string, rows: readonly PublishedRow<DayRow>[]): Promise<WrittenFile> {
    return this.#inTurn(() => this.#write(path, "day_rows", DAY_COLUMNS, rows));
  }

  /** Reads the rows of a day's file, in order of index. */
  readDay(path: string): Promise<DayRow[]> {
    return this.#inTurn(async () => {
      const columns = DAY_COLUMNS.map(({ column }) => `"${column}"`).join(", ");
      const reader = await this.#connection.runAndReadAll(
        `select ${columns} from read_parquet('${quote(path)}') order by "index"`,
      );
      return reader.getRows().map(dayRow);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #write(
    path: string,
    table: string,
    columns: Columns,
    rows: readonly PublishedRow<DropRow | DayRow>[],
  ): Promise<WrittenFile> {
    await this.#connection.run(`truncate ${table}`);
    const appender = await this.#connection.createAppender(table);
    for (const row of rows) appendRow(appender, columns, row);
    appender.closeSync();
    const temporary = `${path}.tmp`;
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

function appendRow(
  appender: DuckDBAppender,
  columns: Columns,
  { row, rowSalt, rowHash }: PublishedRow<DropRow | DayRow>,
): void {
  const values = row as unknown as Readonly<Record<string, Hex | number | bigint>>;
  for (const { field, type } of columns) {
    const value = values[field] as Hex | number | bigint;
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

function columnList(columns: Columns): string {
  const own = columns.map(({ column, type }) => `"${column}" ${type === "uint" ? "ubigint" : "blob"}`);
  return [...own, "row_salt blob", "row_hash blob"].join(", ");
}

function quote(path: string): string {
  return path.replaceAll("'", "''");
}

const BIGINT_FIELDS: ReadonlySet<string> = new Set(["stones", "crystals", "prefixStones", "prefixCrystals"]);

function dayRow(values: readonly unknown[]): DayRow {
  const entries = DAY_COLUMNS.map(({ field, type }, at) => {
    const value = values[at];
    if (type !== "uint") return [field, toHex((value as { bytes: Uint8Array }).bytes)];
    return [field, BIGINT_FIELDS.has(field) ? value : Number(value)];
  });
  return Object.fromEntries(entries) as DayRow;
}
