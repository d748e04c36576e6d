import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance, type JS } from "@duckdb/node-api";
import { fromHex, type Hex } from "../../protocol/codec/bytes.ts";
import { createSchema, TABLES, type TableName } from "./schema.ts";

/** A value for a column: hex or bytes for BLOB, numbers for integers, text for VARCHAR. */
export type Cell = number | bigint | string | Uint8Array | null;
/** A value of a result: BIGINT and HUGEINT as bigint, BLOB as bytes. */
export type Value = JS;

/** DuckDB's share of memory; what does not fit goes to the audit's own temporary folder. */
const MEMORY_LIMIT = "512MB";
/** What that folder may take; beyond it a query fails. */
const DISK_LIMIT = "32GB";

/**
 * The audit's working store: a DuckDB database in a temporary folder, gone with {@link AuditDatabase.close}. All that is read
 * from the chain and the published files becomes tables here, and most checks are queries over them.
 */
export class AuditDatabase {
  readonly #folder: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  /** Reads on a connection of its own, so that results can be written while they stream. */
  readonly #reader: DuckDBConnection;

  private constructor(folder: string, instance: DuckDBInstance, connections: [DuckDBConnection, DuckDBConnection]) {
    this.#folder = folder;
    this.#instance = instance;
    [this.#connection, this.#reader] = connections;
  }

  /** Opens an empty database with all tables and macros. */
  static async open(): Promise<AuditDatabase> {
    const folder = await mkdtemp(join(tmpdir(), "cairn-audit-"));
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: MEMORY_LIMIT,
      temp_directory: join(folder, "spill"),
      max_temp_directory_size: DISK_LIMIT,
      preserve_insertion_order: "false",
    });
    const connection = await instance.connect();
    const database = new AuditDatabase(folder, instance, [connection, await instance.connect()]);
    for (const statement of createSchema()) await database.run(statement);
    return database;
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  /** All rows of a query, by column name. Only for results that are known to be small. */
  async rows(sql: string): Promise<Record<string, Value>[]> {
    return (await this.#connection.runAndReadAll(sql)).getRowObjectsJS();
  }

  /** A query's columns and rows. Only for results that are known to be small. */
  async table(sql: string): Promise<{ columns: string[]; rows: Value[][] }> {
    const result = await this.#connection.runAndReadAll(sql);
    return { columns: result.deduplicatedColumnNames(), rows: result.getRowsJS() };
  }

  /** The one row of a query. */
  async row(sql: string): Promise<Record<string, Value>> {
    const [first] = await this.rows(sql);
    return first ?? {};
  }

  /** The chunks of a query's result, as they come. */
  async *stream(sql: string): AsyncGenerator<DuckDBDataChunk> {
    const result = await this.#reader.stream(sql);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk;
    }
  }

  /** Adds rows to a table, cells in the order of its columns. */
  async append(table: TableName, rows: Iterable<readonly Cell[]>): Promise<void> {
    const types = Object.values(TABLES[table]);
    const appender = await this.#connection.createAppender(table);
    for (const row of rows) {
      types.forEach((type, at) => {
        const cell = row[at];
        if (cell === null || cell === undefined) appender.appendNull();
        else if (type === "BLOB") appender.appendBlob(typeof cell === "string" ? fromHex(cell) : (cell as Uint8Array));
        else if (type === "VARCHAR") appender.appendVarchar(cell as string);
        else if (type === "BOOLEAN") appender.appendBoolean(cell === 1);
        else if (type === "HUGEINT") appender.appendHugeInt(BigInt(cell as bigint));
        else appender.appendBigInt(BigInt(cell as number));
      });
      appender.endRow();
    }
    appender.closeSync();
  }

  /** Closes the database and removes its folder. */
  async close(): Promise<void> {
    this.#reader.closeSync();
    this.#connection.closeSync();
    this.#instance.closeSync();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A BLOB of a result as hex. */
export function blobHex(value: Value | undefined): Hex {
  return `0x${Buffer.from(value as Uint8Array).toString("hex")}`;
}

/** Text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
