import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after, before, describe, type TestContext, test } from "node:test";
import { addToCounters, readCounters } from "../../src/relayer/store/counters.ts";
import { openStore } from "../../src/relayer/store/open.ts";
import { DEPLOYMENT } from "../relayer/support/stores.ts";
import { type Postgres, startPostgres, withoutPostgres } from "../support/postgres.ts";

const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;
/** In place of the minute that a statement may take. */
const ANSWER_TIMEOUT_MS = 300;

/** A way to a server, whose host can vanish without a word: no packet comes through any more on the connections there are. */
async function vanishingWay(context: TestContext, databaseUrl: string): Promise<{ url: string; vanish(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(databaseUrl).port), "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  url.searchParams.set("query_timeout", String(ANSWER_TIMEOUT_MS));
  return {
    url: url.href,
    vanish() {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}

describe("a database whose host vanishes without a word", { skip: withoutPostgres() }, () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres?.stop());

  test("when a transaction is not answered, it says so, leaves nothing, and the next one takes another connection", async (context) => {
    const databaseUrl = await postgres.createDatabase();
    const way = await vanishingWay(context, databaseUrl);
    const store = await openStore({ databaseUrl: way.url, schema: "cairn_relayer" }, DEPLOYMENT);
    context.after(() => store.close());
    const count = () => store.transaction((tx) => addToCounters(tx, new Map([["accepted", 1]])));
    await count();
    const cut = store.transaction(async (tx) => {
      await addToCounters(tx, new Map([["accepted", 10]]));
      way.vanish();
      await addToCounters(tx, new Map([["accepted", 100]]));
    });
    await assert.rejects(cut, hasCode("STORE_UNAVAILABLE"));
    // The server learns of it when it misses the client; here at once.
    await postgres.query(
      databaseUrl,
      "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction'",
    );
    await count();
    assert.equal((await readCounters(store.db)).get("accepted"), 2);
  });
});
