import type { DatabaseSync } from "node:sqlite";
import { Kysely, type Transaction } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Deployment } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";
import { guardStore, storeError } from "./failure.ts";
import { openSqlite, sqliteDialect } from "./sqlite.ts";

/** A process's one store. */
export interface Store<Schema> {
  readonly db: Kysely<Schema>;
  /**
   * Runs `work` in one database transaction, durable when it returns. Transactions run one after the other.
   * @throws STORE_FULL when the disk is full or read-only, STORE_DAMAGED when the file is damaged.
   */
  transaction<T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** What a store is opened with. */
export interface StoreOptions<Schema> {
  /** The database file. */
  readonly path: string;
  /** Whose store it is. */
  readonly deployment: Deployment;
  /** Every version of the tables, by names in their order. The first one makes the table `meta`. */
  readonly migrations: Readonly<Record<string, Migration>>;
  /** Fills a store that was just made. */
  readonly prepare?: (tx: Transaction<Schema>) => Promise<void>;
}

/** Every store's own table: says whose it is. */
export interface MetaTable {
  key: string;
  value: string;
}

/**
 * Opens (and creates or migrates) the SQLite store of a programme. Its programme is written down at first and compared ever
 * after.
 * @throws STORE_DAMAGED when the file fails SQLite's check or belongs to another programme; STORE_FULL when it cannot be written.
 */
export async function openStore<Schema extends { meta: MetaTable }>(
  options: StoreOptions<Schema>,
): Promise<Store<Schema>> {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(openChecked(options.path)) });
  const store: Store<Schema> = {
    db,
    transaction: (work) => guardStore(() => db.transaction().execute(work)),
    close: () => db.destroy(),
  };
  try {
    await migrate(db, options.migrations);
    await store.transaction(async (tx) => {
      if (await adopt(tx as unknown as Transaction<{ meta: MetaTable }>, options.deployment))
        await options.prepare?.(tx);
    });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return store;
}

function openChecked(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = openSqlite(path);
    const [row] = database.prepare("pragma quick_check(1)").all();
    if (row?.quick_check !== "ok") throw new CairnError("STORE_DAMAGED", String(row?.quick_check));
    return database;
  } catch (error) {
    database?.close();
    throw storeError(error);
  }
}

async function migrate<Schema>(db: Kysely<Schema>, migrations: Readonly<Record<string, Migration>>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const known = storeError(error);
  if (known instanceof CairnError) throw known;
  throw new CairnError("STORE_DAMAGED", "its migrations are not this version's", { cause: error });
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
