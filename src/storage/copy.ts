import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { sql, type Transaction } from "kysely";
import { CairnError } from "../protocol/errors.ts";
import { insertMany, type Row } from "./bulk.ts";
import type { StoreKind } from "./kind.ts";
import { lockWorkDir } from "./lock.ts";
import { type MetaTable, openTables } from "./open.ts";
import type { PostgresPlace } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";

/** Rows that go over together. */
const ROWS_AT_ONCE = 2_000;

/** A table as it was copied. */
export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 over its rows in the order of its key, as hex. */
  readonly digest: string;
}

/** What is copied, and where. */
export interface CopyOptions {
  readonly kind: StoreKind;
  /** The SQLite file; it is brought to the newest version first. */
  readonly path: string;
  /** The address of the PostgreSQL database. */
  readonly databaseUrl: string;
  /** Told how many rows of all have gone over. */
  readonly onProgress: (done: number, total: number, table: string) => void;
}

type Tables = Record<string, Row> & { meta: MetaTable };

/**
 * Copies an SQLite store to PostgreSQL, in one transaction: everything or nothing. Before it is committed, every table is read
 * from the copy and compared with the original.
 * @throws WORK_DIR_IN_USE when a process uses the original; STORE_IN_USE when there is a store in the database already;
 * STORE_DAMAGED when the original is damaged, or the copy is not the same; FILE_UNREADABLE, STORE_FULL, STORE_UNAVAILABLE.
 */
export async function copyStore({ kind, path, databaseUrl, onProgress }: CopyOptions): Promise<CopiedTable[]> {
  if (!existsSync(path)) throw new CairnError("FILE_UNREADABLE", `${path}: it does not exist`, { details: { path } });
  const lock = lockWorkDir(dirname(path), `${kind.name}.lock`);
  try {
    // Checked, and brought to the version that the copy will have.
    await (await openTables({ path }, kind.migrations)).close();
    const file = openSqlite(path);
    try {
      return await copyInto(file, { databaseUrl, schema: kind.schema }, { kind, onProgress });
    } finally {
      file.close();
    }
  } finally {
    lock.release();
  }
}

async function copyInto(
  file: DatabaseSync,
  place: PostgresPlace,
  { kind, onProgress }: Pick<CopyOptions, "kind" | "onProgress">,
): Promise<CopiedTable[]> {
  const target = await openTables<Tables>(place, kind.migrations);
  try {
    return await target.transaction((tx) => copyTables(file, tx, onProgress));
  } finally {
    await target.close();
  }
}

async function copyTables(
  file: DatabaseSync,
  tx: Transaction<Tables>,
  onProgress: CopyOptions["onProgress"],
): Promise<CopiedTable[]> {
  const [first] = await tx.selectFrom("meta").selectAll().limit(1).execute();
  if (first !== undefined) throw new CairnError("STORE_IN_USE", "there is a store in the database already");
  const tables = tablesOf(file);
  const total = tables.reduce((sum, { rows }) => sum + rows, 0);
  const copied: CopiedTable[] = [];
  let done = 0;
  for (const table of tables) {
    const digest = await copyTable(file, tx, table, (rows) => {
      done += rows;
      onProgress(done, total, table.name);
    });
    await restoreCounter(file, tx, table);
    copied.push({ table: table.name, rows: table.rows, digest });
  }
  for (const [at, table] of tables.entries()) {
    const { rows, digest } = await digestOfCopy(tx, table);
    if (rows === table.rows && digest === copied[at]?.digest) continue;
    throw new CairnError("STORE_DAMAGED", `the copy of ${table.name} is not the same`, { details: { rows } });
  }
  return copied;
}

/** A table with its columns, and those of its key. */
interface Table {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly string[];
  readonly key: readonly string[];
}

/** A store's own tables, in the order in which they were made: what is referred to comes first. Who leads is not copied. */
function tablesOf(file: DatabaseSync): Table[] {
  const names = file
    .prepare(
      "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like 'kysely%' " +
        "and name <> 'leases' order by rowid",
    )
    .all() as { name: string }[];
  return names.map(({ name }) => {
    const columns = file.prepare(`pragma table_info("${name}")`).all() as { name: string; pk: number }[];
    const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    const { rows } = file.prepare(`select count(*) as rows from "${name}"`).get() as { rows: number };
    return { name, rows, columns: columns.map((column) => column.name), key: key.map((column) => column.name) };
  });
}

async function copyTable(
  file: DatabaseSync,
  tx: Transaction<Tables>,
  table: Table,
  onRows: (rows: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  const statement = file.prepare(
    `select * from "${table.name}" order by ${table.key.map((name) => `"${name}"`).join()}`,
  );
  let waiting: Row[] = [];
  const flush = async (): Promise<void> => {
    await insertMany(tx, table.name, waiting);
    onRows(waiting.length);
    waiting = [];
  };
  for (const row of statement.iterate() as Iterable<Row>) {
    hash.update(lineOf(table, row));
    waiting.push(row);
    if (waiting.length === ROWS_AT_ONCE) await flush();
  }
  await flush();
  return hash.digest("hex");
}

/** Numbers that a table has given out, those of rows that are gone included, are not given out again. */
async function restoreCounter(file: DatabaseSync, tx: Transaction<Tables>, { name, key }: Table): Promise<void> {
  const row = file.prepare("select seq from sqlite_sequence where name = ?").get(name) as { seq: number } | undefined;
  const [column] = key;
  if (row === undefined || row.seq === 0 || column === undefined) return;
  await sql`select setval(pg_get_serial_sequence(${name}, ${column}), ${row.seq})`.execute(tx);
}

async function digestOfCopy(tx: Transaction<Tables>, table: Table): Promise<{ rows: number; digest: string }> {
  const hash = createHash("sha256");
  let rows = 0;
  const key = sql.join(table.key.map((name) => sql.ref(name)));
  await sql`declare copied cursor for select * from ${sql.table(table.name)} order by ${key}`.execute(tx);
  for (;;) {
    const page = await sql<Row>`fetch ${sql.lit(ROWS_AT_ONCE)} from copied`.execute(tx);
    for (const row of page.rows) hash.update(lineOf(table, row));
    rows += page.rows.length;
    if (page.rows.length < ROWS_AT_ONCE) break;
  }
  await sql`close copied`.execute(tx);
  return { rows, digest: hash.digest("hex") };
}

function lineOf({ columns }: Table, row: Row): string {
  return `${JSON.stringify(columns.map((column) => row[column]))}\n`;
}
