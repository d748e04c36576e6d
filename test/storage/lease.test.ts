import assert from "node:assert/strict";
import { mkdir, rm } from "node:fs/promises";
import { after, before, beforeEach, describe, type TestContext, test } from "node:test";
import { openStore, type Store } from "../../src/relayer/store/open.ts";
import { readNextNonce, writeNextNonce } from "../../src/relayer/store/outbox.ts";
import { holderOf } from "../../src/storage/holder.ts";
import { type Leadership, leadershipOf } from "../../src/storage/lease.ts";
import { eventually } from "../faults/support/eventually.ts";
import { addressOf } from "../relayer/support/keys.ts";
import { DEPLOYMENT, temporaryFolder } from "../relayer/support/stores.ts";
import { type Postgres, startPostgres, withoutPostgres } from "../support/postgres.ts";

const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;
const LENGTH_MS = 60_000;

const SENDER = addressOf("relayer");

describe("the lease of several processes on one database", { skip: withoutPostgres() }, () => {
  let postgres: Postgres;
  let databaseUrl: string;
  let schema = 0;
  before(async () => {
    postgres = await startPostgres();
    databaseUrl = await postgres.createDatabase();
  });
  after(() => postgres?.stop());
  beforeEach(() => {
    schema++;
  });

  /** A process: a store with connections of its own, and its leadership. */
  async function join(
    context: TestContext,
    holder: string,
    { lengthMs = LENGTH_MS, agreed = {} }: { lengthMs?: number; agreed?: Record<string, string> } = {},
  ): Promise<[Store, Leadership]> {
    const store = await openStore({ databaseUrl, schema: `lease_${schema}` }, DEPLOYMENT);
    const leadership = leadershipOf(store, { holder, lengthMs, agreed });
    context.after(async () => {
      await leadership.release();
      await store.close();
    });
    return [store, leadership];
  }

  /** As when the database's clock has passed the lease's end. */
  const expire = (store: Store) => store.db.updateTable("leases").set({ expires_ms: 1 }).execute();
  const write = (store: Store, nonce: number) => store.transaction((tx) => writeNextNonce(tx, SENDER, nonce));

  test("when one has it, another does not get it until it is given back", async (context) => {
    const [, first] = await join(context, "first");
    const [, second] = await join(context, "second");
    assert.equal(await first.acquire(), true);
    assert.equal(await second.acquire(), false);
    await first.release();
    assert.equal(await second.acquire(), true);
    assert.deepEqual([first.isHeld, second.isHeld], [false, true]);
  });

  test("when many want it at once, one gets it", async (context) => {
    const all = await Promise.all(["a", "b", "c", "d"].map((holder) => join(context, holder)));
    const got = await Promise.all(all.map(([, leadership]) => leadership.acquire()));
    assert.equal(got.filter(Boolean).length, 1);
  });

  test("given a lease that has ended, when another has taken it, the first one's transactions leave nothing", async (context) => {
    const [store, first] = await join(context, "first");
    const [, second] = await join(context, "second");
    await first.acquire();
    const fenced = first.fence(store);
    await write(fenced, 7);
    await expire(store);
    assert.equal(await second.acquire(), true);
    assert.equal(first.isHeld, true);
    await assert.rejects(write(fenced, 8), hasCode("LEASE_LOST"));
    assert.equal(await readNextNonce(store.db, SENDER), 7);
    assert.equal(first.isHeld, false);
  });

  test("when it has ended and nobody has taken it, its holder goes on", async (context) => {
    const [store, first] = await join(context, "first");
    await first.acquire();
    await expire(store);
    await write(first.fence(store), 9);
    assert.equal(await readNextNonce(store.db, SENDER), 9);
  });

  test("given an ended lease, when its holder is in the middle of a transaction, nobody takes it", async (context) => {
    const [store, first] = await join(context, "first");
    const [, second] = await join(context, "second");
    await first.acquire();
    await expire(store);
    await first.fence(store).transaction(async (tx) => {
      assert.equal(await second.acquire(), false);
      await writeNextNonce(tx, SENDER, 3);
    });
    assert.equal(await second.acquire(), true);
  });

  test("when it is renewed in time, it does not end", async (context) => {
    const [store, first] = await join(context, "first", { lengthMs: 600 });
    const ends = async () =>
      (await store.db.selectFrom("leases").select("expires_ms").executeTakeFirstOrThrow()).expires_ms;
    await first.acquire();
    const before = await ends();
    await eventually("it is renewed", async () => (await ends()) > before + 600);
    assert.equal(first.isHeld, true);
  });

  test("when a renewal finds another holder, this one knows that it has lost it", async (context) => {
    const [store, first] = await join(context, "first", { lengthMs: 600 });
    const [, second] = await join(context, "second");
    await first.acquire();
    await eventually("another takes it", async () => {
      await expire(store);
      return second.acquire();
    });
    await eventually("it is lost", () => !first.isHeld);
  });

  test("when a process comes back at the same place, it need not wait for what it held before", async (context) => {
    const [, killed] = await join(context, "place");
    const [, restarted] = await join(context, "place");
    await killed.acquire();
    assert.equal(await restarted.acquire(), true);
  });

  test("while it is held, whoever differs in what all must agree on is told the field; afterwards it may take it", async (context) => {
    const [, first] = await join(context, "first", { agreed: { relayerKey: "a", finalityDepth: "6" } });
    const [, second] = await join(context, "second", { agreed: { relayerKey: "a", finalityDepth: "0" } });
    const [, third] = await join(context, "third", { agreed: { relayerKey: "a", finalityDepth: "6", intentKey: "b" } });
    const differsIn = (field: string) => ({ code: "CONFIG_INVALID", details: { field } });
    await first.acquire();
    await assert.rejects(second.acquire(), differsIn("finalityDepth"));
    await assert.rejects(third.acquire(), differsIn("intentKey"));
    await first.release();
    assert.equal(await second.acquire(), true);
  });
});

describe("the name of a process by its work folder", () => {
  test("when it is asked for again, it is the same; another folder's or kind's is another", async (context) => {
    const [one, other] = [await temporaryFolder(context), await temporaryFolder(context)];
    const names = [holderOf(one, "relayer"), holderOf(other, "relayer"), holderOf(one, "operator")];
    assert.equal(new Set(names).size, 3);
    assert.equal(holderOf(one, "relayer"), names[0]);
  });

  test("when the machine and the path have the same names, as in containers, the names differ all the same", async (context) => {
    const folder = await temporaryFolder(context);
    const here = holderOf(folder, "relayer");
    // Another volume at the same place.
    await rm(folder, { recursive: true });
    await mkdir(folder);
    assert.notEqual(holderOf(folder, "relayer"), here);
  });
});
