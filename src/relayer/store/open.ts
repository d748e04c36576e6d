import type { Kysely, Transaction } from "kysely";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import type { StoreKind } from "../../storage/kind.ts";
import * as storage from "../../storage/open.ts";
import { tables } from "./migrations/0001-tables.ts";
import type { Schema } from "./schema.ts";

/** The relayer's store, wherever it is. */
export const RELAYER_STORE: StoreKind = {
  name: "relayer",
  file: "relayer.sqlite",
  schema: "cairn_relayer",
  migrations: { "0001-tables": tables },
};

/** A Kysely handle or a transaction of it: what every query takes. */
export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

/** The relayer's one store. */
export type Store = storage.Store<Schema>;

/**
 * Opens (and creates or migrates) the relayer's store of a programme.
 * @throws As {@link storage.openStore}.
 */
export function openStore(
  place: storage.StorePlace,
  deployment: Deployment,
  onMigrated?: (versions: readonly string[]) => void,
): Promise<Store> {
  return storage.openStore<Schema>({
    ...{ place, deployment, migrations: RELAYER_STORE.migrations },
    async prepare(tx) {
      await tx.insertInto("progress").values({ id: 1, next_drop: 0, next_day: 0 }).execute();
    },
    ...(onMigrated === undefined ? {} : { onMigrated }),
  });
}
