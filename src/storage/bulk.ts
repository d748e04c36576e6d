import { type Kysely, sql, type Transaction } from "kysely";
import { chunksOf } from "./chunks.ts";
import { isPostgres } from "./migration.ts";

/** A row of any table: numbers, text and nulls. */
export type Row = Readonly<Record<string, string | number | null>>;

/**
 * Inserts rows of one shape, in their order: on PostgreSQL each column goes as one array, so that the statement is the same for
 * one row and for thousands; on SQLite they go in pieces.
 */
export async function insertMany<Schema>(
  tx: Transaction<Schema>,
  table: keyof Schema & string,
  rows: readonly object[],
): Promise<void> {
  if (rows.length === 0) return;
  const db = tx as unknown as Kysely<Record<string, Row>>;
  if (!isPostgres(db)) {
    for (const chunk of chunksOf(rows as readonly Row[])) await db.insertInto(table).values(chunk).execute();
    return;
  }
  const { columns, arrays } = columnsOf(rows as readonly Row[]);
  await sql`insert into ${sql.table(table)} (${sql.join(columns)}) select * from unnest(${sql.join(arrays)})`.execute(
    db,
  );
}

/**
 * Changes rows that are named by one column; all have the same shape.
 * @param key The column that names a row.
 */
export async function updateMany<Schema>(
  tx: Transaction<Schema>,
  { table, key }: { table: keyof Schema & string; key: string },
  rows: readonly object[],
): Promise<void> {
  if (rows.length === 0) return;
  const db = tx as unknown as Kysely<Record<string, Row>>;
  if (!isPostgres(db)) {
    const name: string = table;
    for (const { [key]: wanted, ...values } of rows as readonly Row[]) {
      await db
        .updateTable(name)
        .set(values)
        .where(key, "=", wanted as string)
        .execute();
    }
    return;
  }
  const { names, columns, arrays } = columnsOf(rows as readonly Row[]);
  const changed = Object.keys(rows[0] ?? {})
    .filter((name) => name !== key)
    .map((name) => sql`${sql.ref(name)} = ${names.includes(name) ? sql.ref(`fresh.${name}`) : sql.lit(null)}`);
  await sql`update ${sql.table(table)} set ${sql.join(changed)}
    from unnest(${sql.join(arrays)}) as fresh (${sql.join(columns)})
    where ${sql.ref(`${table}.${key}`)} = ${sql.ref(`fresh.${key}`)}`.execute(db);
}

/** The columns of rows as arrays with their type. A column without any value needs none: it is null by itself. */
function columnsOf(rows: readonly Row[]) {
  const names = Object.keys(rows[0] ?? {}).filter((name) => rows.some((row) => row[name] !== null));
  return {
    names,
    columns: names.map((name) => sql.ref(name)),
    arrays: names.map((name) => {
      const values = rows.map((row) => row[name]);
      const isNumber = typeof values.find((value) => value !== null) === "number";
      return sql`${values}::${sql.raw(isNumber ? "bigint" : "text")}[]`;
    }),
  };
}
