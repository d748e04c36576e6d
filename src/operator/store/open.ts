import { chmodSync, closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Kysely, Transaction } from "kysely";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { storeError } from "../../storage/failure.ts";
import * as storage from "../../storage/open.ts";
import { initial } from "./migrations/0001-initial.ts";
import { services } from "./migrations/0002-services.ts";
import type { Schema } from "./schema.ts";

const MIGRATIONS = { "0001-initial": initial, "0002-services": services };

/** A Kysely handle or a transaction of it: what every query takes. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

/** The operator's one store. */
export type Store = storage.Store<Schema>;

/**
 * Opens (and creates or migrates) the operator's store in a work folder. It holds secrets, so only its owner can read it.
 * @throws STORE_DAMAGED when the file fails SQLite's check or belongs to another programme; STORE_FULL when it cannot be written.
 */
export async function openStore(workDir: string, deployment: Deployment): Promise<Store> {
  const path = join(workDir, "operator.sqlite");
  try {
    // SQLite gives the files beside it the same permissions.
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
  } catch (error) {
    throw storeError(error);
  }
  return storage.openStore<Schema>({ place: { path }, deployment, migrations: MIGRATIONS });
}
