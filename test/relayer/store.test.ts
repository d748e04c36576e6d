import assert from "node:assert/strict";
import { open, truncate } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { sql } from "kysely";
import type { RefusalCode } from "../../src/protocol/index.ts";
import { addToCounters, readCounters } from "../../src/relayer/store/counters.ts";
import { openStore } from "../../src/relayer/store/open.ts";
import { enqueueEffect, openEffects, saveSigned, updateEffect } from "../../src/relayer/store/outbox.ts";
import { insertRefusals, readRefusals } from "../../src/relayer/store/refusals.ts";
import { storeError } from "../../src/storage/failure.ts";
import { lockWorkDir } from "../../src/storage/lock.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { DEPLOYMENT, temporaryFolder, temporaryStore } from "./support/stores.ts";

const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

describe("opening the store", () => {
  test("when it is opened again, what was written is there", async (context) => {
    const path = join(await temporaryFolder(context), "relayer.sqlite");
    const first = await openStore(path, DEPLOYMENT);
    await first.transaction((tx) => addToCounters(tx, new Map([["accepted", 3]])));
    await first.close();
    const second = await openStore(path, DEPLOYMENT);
    const counters = await readCounters(second.db);
    await second.close();
    assert.equal(counters.get("accepted"), 3);
  });

  test("when it is another programme's, it is refused", async (context) => {
    const { path } = await temporaryStore(context);
    await assert.rejects(openStore(path, { ...DEPLOYMENT, blockHash: keyOf("other") }), hasCode("STORE_DAMAGED"));
  });

  test("when it is no database, it is refused", async (context) => {
    const path = join(await temporaryFolder(context), "relayer.sqlite");
    const file = await open(path, "w");
    await file.writeFile("this is no database, and it is longer than a header has to be".repeat(40));
    await file.close();
    await assert.rejects(openStore(path, DEPLOYMENT), hasCode("STORE_DAMAGED"));
  });

  test("when its end is cut off, it is refused", async (context) => {
    const path = join(await temporaryFolder(context), "relayer.sqlite");
    await (await openStore(path, DEPLOYMENT)).close();
    await truncate(path, 40_000);
    await assert.rejects(openStore(path, DEPLOYMENT), hasCode("STORE_DAMAGED"));
  });

  test("when a newer version has written it, it is refused", async (context) => {
    const path = join(await temporaryFolder(context), "relayer.sqlite");
    await (await openStore(path, DEPLOYMENT)).close();
    const database = new DatabaseSync(path);
    database.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2099')");
    database.close();
    await assert.rejects(openStore(path, DEPLOYMENT), hasCode("STORE_DAMAGED"));
  });

  test("given an open store, its writes are synchronous and its tables strict", async (context) => {
    const { path, store } = await temporaryStore(context);
    const insert = store.db.insertInto("counters").values({ name: "x", value: "no number" as unknown as number });
    await assert.rejects(insert.execute());
    const database = new DatabaseSync(path);
    assert.deepEqual({ ...database.prepare("pragma journal_mode").get() }, { journal_mode: "wal" });
    database.close();
  });
});

describe("transactions", () => {
  test("when one throws, nothing of it stays", async (context) => {
    const { store } = await temporaryStore(context);
    const failing = store.transaction(async (tx) => {
      await addToCounters(tx, new Map([["accepted", 1]]));
      throw new Error("stop");
    });
    await assert.rejects(failing, /stop/);
    assert.equal((await readCounters(store.db)).size, 0);
  });

  test("when SQLite has rolled back by itself, the failure that comes out is the first one", async (context) => {
    const { store } = await temporaryStore(context);
    const work = store.transaction(async (tx) => {
      await sql`rollback`.execute(tx);
      throw new Error("the disk is full");
    });
    await assert.rejects(work, /the disk is full/);
    await store.transaction((tx) => addToCounters(tx, new Map([["accepted", 1]])));
  });

  test("when many are asked for at once, none sees half of another", async (context) => {
    const { store } = await temporaryStore(context);
    const add = () =>
      store.transaction(async (tx) => {
        const before = (await readCounters(tx)).get("accepted") ?? 0;
        await addToCounters(tx, new Map([["accepted", 1]]));
        assert.equal((await readCounters(tx)).get("accepted"), before + 1);
      });
    await Promise.all(Array.from({ length: 40 }, add));
    assert.equal((await readCounters(store.db)).get("accepted"), 40);
  });

  test("when the database can only be read, the code says that it cannot be written", async (context) => {
    const { store, path } = await temporaryStore(context);
    await store.db.selectFrom("meta").selectAll().execute();
    const database = new DatabaseSync(path, { readOnly: true });
    let thrown: unknown;
    try {
      database.exec("delete from counters");
    } catch (error) {
      thrown = storeError(error);
    }
    database.close();
    assert.ok(hasCode("STORE_FULL")(thrown));
  });

  test("when the disk is full, the code says so", () => {
    const full = Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 });
    assert.ok(hasCode("STORE_FULL")(storeError(full)));
    assert.ok(hasCode("STORE_FULL")(storeError(Object.assign(new Error(), { code: "ENOSPC" }))));
  });
});

describe("the lock of a work folder", () => {
  test("when a second one is asked for, it is refused until the first is released", async (context) => {
    const folder = await temporaryFolder(context);
    const first = lockWorkDir(folder, "relayer.lock");
    assert.throws(() => lockWorkDir(folder, "relayer.lock"), hasCode("WORK_DIR_IN_USE"));
    first.release();
    lockWorkDir(folder, "relayer.lock").release();
  });
});

describe("the outbox's rows", () => {
  const effect = { key: "drop:0:0", kind: "anchorDrops", payload: {}, items: 1 };

  test("when the same effect is written twice, the second is refused", async (context) => {
    const { store } = await temporaryStore(context);
    await store.transaction((tx) => enqueueEffect(tx, effect));
    await assert.rejects(store.transaction((tx) => enqueueEffect(tx, effect)));
    assert.equal((await openEffects(store.db)).length, 1);
  });

  test("when two rows take one nonce, the second is refused", async (context) => {
    const { store } = await temporaryStore(context);
    const sign = (key: string) =>
      store.transaction(async (tx) => {
        const id = await enqueueEffect(tx, { ...effect, key });
        const attempt = { hash: keyOf(key), outbox_id: id, raw: "0x00", max_fee: "1", priority_fee: "1" } as const;
        await saveSigned(tx, { id, nonce: 7 }, attempt);
      });
    await sign("drop:0:0");
    await assert.rejects(sign("drop:1:0"));
    assert.deepEqual(
      (await openEffects(store.db)).map(({ key, nonce }) => [key, nonce]),
      [["drop:0:0", 7]],
    );
  });

  test("when a row is final, it is no longer open", async (context) => {
    const { store } = await temporaryStore(context);
    const id = await store.transaction((tx) => enqueueEffect(tx, effect));
    await updateEffect(store.db, id, { state: "final" });
    assert.deepEqual(await openEffects(store.db), []);
  });
});

describe("refusals", () => {
  const account = addressOf("alice");
  const refusal = (at: number, code: RefusalCode = "READING_TOO_OLD") => ({
    ...{ account, digest: keyOf(`digest ${at}`), vehicle: keyOf("vehicle"), code, at },
  });

  test("when there are more than a thousand of one account, the newest thousand stay", async (context) => {
    const { store } = await temporaryStore(context);
    const all = Array.from({ length: 1_234 }, (_, at) => refusal(at));
    await store.transaction((tx) => insertRefusals(tx, all));
    const kept = await readRefusals(store.db, account, { limit: 2_000 });
    assert.equal(kept.length, 1_000);
    assert.equal(kept[0]?.at, 1_233);
    assert.equal(kept.at(-1)?.at, 234);
  });

  test("when a refused reading comes again, it is not stored again", async (context) => {
    const { store } = await temporaryStore(context);
    const first = await store.transaction((tx) => insertRefusals(tx, [refusal(1)]));
    const second = await store.transaction((tx) => insertRefusals(tx, [refusal(1), refusal(1, "READING_OVERLAPS")]));
    assert.deepEqual([first.length, second.map(({ code }) => code)], [1, ["READING_OVERLAPS"]]);
  });

  test("when a page is asked for, it goes on where the last one ended", async (context) => {
    const { store } = await temporaryStore(context);
    await store.transaction((tx) =>
      insertRefusals(
        tx,
        [1, 2, 3, 4, 5].map((at) => refusal(at)),
      ),
    );
    const first = await readRefusals(store.db, account, { limit: 2 });
    const second = await readRefusals(store.db, account, { limit: 2, before: first.at(-1)?.seq });
    assert.deepEqual(
      [...first, ...second].map(({ at }) => at),
      [5, 4, 3, 2],
    );
  });
});
