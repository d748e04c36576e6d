import { chmodSync, closeSync, openSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { type Dialect, Kysely, sql, type Transaction } from "kysely";
import type { Deployment } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";
import { guardStore, storeError } from "./failure.ts";
import { type Migrations, migrate } from "./migration.ts";
import { type PostgresPlace, postgresDialect } from "./postgres.ts";
import { openSqlite, sqliteDialect } from "./sqlite.ts";

/** A process's one store. */
export interface Store<Schema> {
  readonly db: Kysely<Schema>;
  /**
   * Runs `work` in one database transaction, durable when it returns. Transactions run one after the other, those of other
   * processes on the same store included.
   * @throws STORE_FULL when the disk is full or read-only, STORE_DAMAGED when the file is damaged, STORE_UNAVAILABLE when the
   * database does not answer: then it may have been committed all the same.
   */
  transaction<T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Where a store is: in an SQLite file, or in PostgreSQL. */
export type StorePlace = { readonly path: string } | PostgresPlace;

/** What a store is opened with. */
export interface StoreOptions<Schema> {
  readonly place: StorePlace;
  /** Whose store it is. */
  readonly deployment: Deployment;
  /** Every version of the tables, by names in their order. The first one makes the table `meta`. */
  readonly migrations: Migrations;
  /** Fills a store that was just made. */
  readonly prepare?: (tx: Transaction<Schema>) => Promise<void>;
  /** Told of the versions that were added. */
  readonly onMigrated?: (versions: readonly string[]) => void;
}

/** Every store's own table: says whose it is. */
export interface MetaTable {
  key: string;
  value: string;
}

/**
 * Opens (and creates or migrates) the store of a programme. Its programme is written down at first and compared ever after.
 * @throws STORE_DAMAGED when the file fails SQLite's check or the store belongs to another programme; STORE_FULL when it cannot
 * be written; STORE_UNAVAILABLE when the database does not answer, CONFIG_INVALID when it refuses its address.
 */
export async function openStore<Schema extends { meta: MetaTable }>(
  options: StoreOptions<Schema>,
): Promise<Store<Schema>> {
  const { place, deployment, migrations, prepare, onMigrated } = options;
  const store = await openTables<Schema>(place, migrations, onMigrated);
  try {
    await store.transaction(async (tx) => {
      if (await adopt(tx as unknown as Transaction<{ meta: MetaTable }>, deployment)) await prepare?.(tx);
    });
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** Opens a store, whoever's it is, and brings its tables to the newest version. @throws As {@link openStore}. */
export async function openTables<Schema>(
  place: StorePlace,
  migrations: Migrations,
  onMigrated?: (versions: readonly string[]) => void,
): Promise<Store<Schema>> {
  const schema = "schema" in place ? place.schema : undefined;
  const store = storeOver(new Kysely<Schema>({ dialect: dialectOf(place) }), schema);
  try {
    const added = await migrate(store.db, migrations, schema);
    onMigrated?.(added);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

function dialectOf(place: StorePlace): Dialect {
  return "path" in place ? sqliteDialect(openChecked(place.path)) : postgresDialect(place);
}

function storeOver<Schema>(db: Kysely<Schema>, schema: string | undefined): Store<Schema> {
  const close = () => db.destroy();
  if (schema === undefined)
    return { db, transaction: (work) => guardStore(() => db.transaction().execute(work)), close };
  let last: Promise<unknown> = Promise.resolve();
  return {
    db,
    transaction(work) {
      // One of this process waits at a time: the others leave the connections to those who read.
      const turn = last.then(() => guardStore(() => transactInTurn(db, schema, work)));
      last = turn.catch(() => undefined);
      return turn;
    },
    close,
  };
}

/**
 * What SQLite does by itself: writers of all processes wait for each other. Under "read committed" every statement after the
 * lock sees all that was committed before it was given, which a snapshot taken earlier would not.
 */
function transactInTurn<Schema, T>(
  db: Kysely<Schema>,
  schema: string,
  work: (tx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel("read committed")
    .execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${schema}, 0))`.execute(tx);
      return work(tx);
    });
}

function openChecked(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    keepToOwner(path);
    database = openSqlite(path);
    const [row] = database.prepare("pragma quick_check(1)").all();
    if (row?.quick_check !== "ok") throw new CairnError("STORE_DAMAGED", String(row?.quick_check));
    return database;
  } catch (error) {
    database?.close();
    throw storeError(error);
  }
}

/** Lets nobody else of the machine read a file: a store holds secrets. SQLite gives the files beside it the same permissions. */
function keepToOwner(path: string): void {
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
}

/** Writes down whose store this is, or refuses one that is another programme's. @returns Whether it was nobody's before. */
async function adopt(tx: Transaction<{ meta: MetaTable }>, deployment: Deployment): Promise<boolean> {
  const programme = `${deployment.chainId}:${deployment.blockHash}:${deployment.contracts.dropAnchor}`;
  const row = await tx.selectFrom("meta").select("value").where("key", "=", "programme").executeTakeFirst();
  if (row !== undefined && row.value !== programme) {
    throw new CairnError("STORE_DAMAGED", "the database is of another programme", {
      details: { expected: programme, actual: row.value },
    });
  }
  if (row === undefined) await tx.insertInto("meta").values({ key: "programme", value: programme }).execute();
  return row === undefined;
}
