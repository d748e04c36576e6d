import type { DatabaseSync } from "node:sqlite";
import { Kysely, type Transaction } from "kysely";
import { Migrator } from "kysely/migration";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { CairnError } from "../../protocol/errors.ts";
import { guardStore, storeError } from "./failure.ts";
import { initial } from "./migrations/0001-initial.ts";
import type { Schema } from "./schema.ts";
import { openSqlite, sqliteDialect } from "./sqlite.ts";

const MIGRATIONS = { "0001-initial": initial };

/** A Kysely handle or a transaction of it: what every query takes. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

/** The relayer's one store. */
export interface Store {
  readonly db: Db;
  /**
   * Runs `work` in one database transaction, durable when it returns. Transactions run one after the other.
   * @throws STORE_FULL when the disk is full or read-only, STORE_DAMAGED when the file is damaged.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens (and creates or migrates) the SQLite store of a programme.
 * @param path The database file.
 * @param deployment The programme; its chain id and block hash are stored at first and compared ever after.
 * @throws STORE_DAMAGED when the file fails SQLite's check or belongs to another programme; STORE_FULL when it cannot be written.
 */
export async function openStore(path: string, deployment: Deployment): Promise<Store> {
  const database = openChecked(path);
  const db = new Kysely<Schema>({ dialect: sqliteDialect(database) });
  const store: Store = {
    db,
    transaction: (work) => guardStore(() => db.transaction().execute(work)),
    close: () => db.destroy(),
  };
  try {
    await migrate(db);
    await store.transaction((tx) => adopt(tx, deployment));
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

async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const known = storeError(error);
  if (known instanceof CairnError) throw known;
  throw new CairnError("STORE_DAMAGED", "its migrations are not this version's", { cause: error });
}

/** Writes down whose store this is, or refuses one that is another programme's. */
async function adopt(tx: Tx, deployment: Deployment): Promise<void> {
  const programme = `${deployment.chainId}:${deployment.blockHash}:${deployment.contracts.dropAnchor}`;
  const row = await tx.selectFrom("meta").select("value").where("key", "=", "programme").executeTakeFirst();
  if (row === undefined) {
    await tx.insertInto("meta").values({ key: "programme", value: programme }).execute();
    await tx.insertInto("progress").values({ id: 1, next_drop: 0, next_day: 0, next_nonce: 0 }).execute();
  } else if (row.value !== programme) {
    throw new CairnError("STORE_DAMAGED", "the database is of another programme", {
      details: { expected: programme, actual: row.value },
    });
  }
}
