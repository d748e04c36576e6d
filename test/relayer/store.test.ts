import assert from "node:assert/strict";
import { open, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { sql } from "kysely";
import { addToCounters } from "../../src/relayer/store/counters.ts";
import { openStore } from "../../src/relayer/store/open.ts";
import { storeError } from "../../src/storage/failure.ts";
import { lockWorkDir } from "../../src/storage/lock.ts";
import { DEPLOYMENT, temporaryFolder, temporaryStore } from "./support/stores.ts";

const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

describe("opening the store", () => {
  test("when it is no database, it is refused", async (context) => {
    const path = join(await temporaryFolder(context), "relayer.sqlite");
    const file = await open(path, "w");
    await file.writeFile("this is no database, and it is longer than a header has to be".repeat(40));
    await file.close();
    await assert.rejects(openStore({ path }, DEPLOYMENT), hasCode("STORE_DAMAGED"));
  });

  test("when its end is cut off, it is refused", async (context) => {
    const path = join(await temporaryFolder(context), "relayer.sqlite");
    await (await openStore({ path }, DEPLOYMENT)).close();
    await truncate(path, 40_000);
    await assert.rejects(openStore({ path }, DEPLOYMENT), hasCode("STORE_DAMAGED"));
  });

  test("when a newer version has written it, it is refused", async (context) => {
    const path = join(await temporaryFolder(context), "relayer.sqlite");
    await (await openStore({ path }, DEPLOYMENT)).close();
    const database = new DatabaseSync(path);
    database.exec("insert into kysely_migration (name, timestamp) values ('9999-later', '2099')");
    database.close();
    await assert.rejects(openStore({ path }, DEPLOYMENT), hasCode("STORE_DAMAGED"));
  });

  test("nobody else of the machine can read it, nor what SQLite keeps beside it", async (context) => {
    const { store, path } = await temporaryStore(context);
    await store.transaction((tx) => addToCounters(tx, new Map([["accepted", 1]])));
    for (const file of [path, `${path}-wal`]) assert.equal((await stat(file)).mode & 0o777, 0o600, file);
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
  test("when SQLite has rolled back by itself, the failure that comes out is the first one", async (context) => {
    const { store } = await temporaryStore(context);
    const work = store.transaction(async (tx) => {
      await sql`rollback`.execute(tx);
      throw new Error("the disk is full");
    });
    await assert.rejects(work, /the disk is full/);
    await store.transaction((tx) => addToCounters(tx, new Map([["accepted", 1]])));
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

  test("when the folder cannot be written or the file is something else, that is said", async (context) => {
    const folder = await temporaryFolder(context);
    assert.throws(() => lockWorkDir(join(folder, "missing"), "relayer.lock"), hasCode("STORE_FULL"));
    const file = await open(join(folder, "other.lock"), "w");
    await file.writeFile("no lock at all, and longer than the header of a database is ".repeat(40));
    await file.close();
    assert.throws(() => lockWorkDir(folder, "other.lock"), hasCode("STORE_DAMAGED"));
  });
});
