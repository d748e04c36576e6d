import type { Transaction } from "kysely";
import { CairnError } from "../protocol/errors.ts";
import type { MetaTable, Store } from "./open.ts";

/** Why a store cannot be written, as a code; undefined when it can. Writes what stands there already. */
export async function problemOfWriting<Schema extends { meta: MetaTable }>(
  store: Store<Schema>,
): Promise<string | undefined> {
  try {
    await store.transaction((tx) => touch(tx as unknown as Transaction<{ meta: MetaTable }>));
    return undefined;
  } catch (error) {
    return error instanceof CairnError ? error.code : "UNEXPECTED";
  }
}

async function touch(tx: Transaction<{ meta: MetaTable }>): Promise<void> {
  await tx.updateTable("meta").set({ key: "programme" }).where("key", "=", "programme").execute();
}
