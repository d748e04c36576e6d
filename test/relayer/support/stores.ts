import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, type TestContext } from "node:test";
import { CONTRACTS, type ContractName, type Deployment, type Hex } from "../../../src/protocol/index.ts";
import { openStore, type Store } from "../../../src/relayer/store/open.ts";
import type { StorePlace } from "../../../src/storage/open.ts";
import { type Postgres, startPostgres, withoutPostgres } from "../../support/postgres.ts";
import { addressOf, keyOf } from "./keys.ts";
import { GENESIS } from "./programme.ts";

/** A deployment that stands nowhere, for tests without a chain. */
export const DEPLOYMENT: Deployment = {
  chainId: 31_337,
  deployer: addressOf("deployer"),
  firstBlock: 1,
  block: 9,
  blockHash: keyOf("block"),
  genesis: GENESIS,
  operator: addressOf("operator"),
  contracts: Object.fromEntries(CONTRACTS.map((name) => [name, addressOf(name)])) as Record<ContractName, Hex>,
  codeHashes: Object.fromEntries(CONTRACTS.map((name) => [name, keyOf(name)])) as Record<ContractName, Hex>,
};

/** A folder that is gone after the test. */
export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cairn-store-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An open store of {@link DEPLOYMENT} in a folder of its own, closed after the test. */
export async function temporaryStore(context: TestContext): Promise<{ store: Store; path: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "cairn-store-"));
  const path = join(folder, "relayer.sqlite");
  const store = await openStore({ path }, DEPLOYMENT);
  context.after(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { store, path, folder };
}

/** A kind of store, as a suite that holds for every kind uses it. */
export interface StoreKind {
  /** Where an empty store can be made. */
  place(context: TestContext): Promise<StorePlace>;
  /** An open store of {@link DEPLOYMENT}, closed after the test. */
  open(context: TestContext): Promise<Store>;
}

function kindOf(place: StoreKind["place"]): StoreKind {
  return {
    place,
    async open(context) {
      const store = await openStore(await place(context), DEPLOYMENT);
      context.after(() => store.close());
      return store;
    },
  };
}

/** Runs a suite against each kind of store. */
export function describeStores(title: string, suite: (kind: StoreKind) => void): void {
  let stores = 0;
  describeDatabases(title, (databaseUrl) =>
    suite(
      kindOf(async (context) => {
        const url = databaseUrl();
        if (url !== undefined) return { databaseUrl: url, schema: `store_${++stores}` };
        return { path: join(await temporaryFolder(context), "relayer.sqlite") };
      }),
    ),
  );
}

/** Runs a suite without a database server and with one, whose address it is given. */
export function describeDatabases(title: string, suite: (databaseUrl: () => string | undefined) => void): void {
  describe(`${title}, in SQLite`, () => suite(() => undefined));
  describe(`${title}, in PostgreSQL`, { skip: withoutPostgres() }, () => {
    let postgres: Postgres;
    let databaseUrl: string;
    before(async () => {
      postgres = await startPostgres();
      databaseUrl = await postgres.createDatabase();
    });
    after(() => postgres?.stop());
    suite(() => databaseUrl);
  });
}
