import type { Kysely, Transaction } from "kysely";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import * as storage from "../../storage/open.ts";
import { initial } from "./migrations/0001-initial.ts";
import type { Schema } from "./schema.ts";

/** A Kysely handle or a transaction of it: what every query takes. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

/** The relayer's one store. */
export type Store = storage.Store<Schema>;

/**
 * Opens (and creates or migrates) the relayer's store of a programme.
 * @param path The database file.
 * @throws STORE_DAMAGED when the file fails SQLite's check or belongs to another programme; STORE_FULL when it cannot be written.
 */
export function openStore(path: string, deployment: Deployment): Promise<Store> {
  return storage.openStore<Schema>({
    path,
    deployment,
    migrations: { "0001-initial": initial },
    async prepare(tx) {
      await tx.insertInto("progress").values({ id: 1, next_drop: 0, next_day: 0, next_nonce: 0 }).execute();
    },
  });
}
