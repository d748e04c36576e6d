import type { Kysely, Transaction } from "kysely";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { placeOf, type StoreKind } from "../../storage/kind.ts";
import * as storage from "../../storage/open.ts";
import type { OperatorConfig } from "../config.ts";
import { initial } from "./migrations/0001-initial.ts";
import { services } from "./migrations/0002-services.ts";
import { moves } from "./migrations/0003-moves.ts";
import { oneProcess } from "./migrations/0004-one-process.ts";
import type { Schema } from "./schema.ts";

/** The operator's store, wherever it is. */
export const OPERATOR_STORE: StoreKind = {
  name: "operator",
  file: "operator.sqlite",
  schema: "cairn_operator",
  migrations: {
    "0001-initial": initial,
    "0002-services": services,
    "0003-moves": moves,
    "0004-one-process": oneProcess,
  },
};

/** A Kysely handle or a transaction of it: what every query takes. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

/** The operator's one store. */
export type Store = storage.Store<Schema>;

/** What says where an operator's store is. */
type StoreConfig = Pick<OperatorConfig, "workDir" | "databaseUrl">;

/**
 * Opens (and creates or migrates) the operator's store: in the database, or in a file of the work folder.
 * @throws As {@link storage.openStore}.
 */
export async function openStore(
  config: StoreConfig,
  deployment: Deployment,
  onMigrated?: (versions: readonly string[]) => void,
): Promise<Store> {
  const place = placeOf(OPERATOR_STORE, config);
  const told = onMigrated === undefined ? {} : { onMigrated };
  return storage.openStore<Schema>({ place, deployment, migrations: OPERATOR_STORE.migrations, ...told });
}
