import assert from "node:assert/strict";
import { test } from "node:test";
import type { Store } from "../../src/relayer/store/open.ts";
import { insertMany, updateMany } from "../../src/storage/bulk.ts";
import { describeStores } from "../relayer/support/stores.ts";

describeStores("rows in bulk", (kind) => {
  const vehicle = (name: string, account: string | null, since: number) => ({
    ...{ vehicle: name, rank: 1, account, since, until: 0, release: "none" },
  });
  const stored = async ({ db }: Store) =>
    (await db.selectFrom("chain_vehicles").select(["vehicle", "account", "since"]).orderBy("vehicle").execute()).map(
      ({ vehicle, account, since }) => [vehicle, account, since],
    );

  test("when thousands are inserted, all are there with what they hold", async (context) => {
    const store = await kind.open(context);
    const words = ['{"a",b}', "back\\slash", "it's", "", "NULL"];
    const rows = Array.from({ length: 1_700 }, (_, at) =>
      vehicle(String(at).padStart(5, "0"), at % 3 === 0 ? null : (words[at % 5] as string), 2 ** 53 - 1 - at),
    );
    await store.transaction((tx) => insertMany(tx, "chain_vehicles", rows));
    assert.deepEqual(
      await stored(store),
      rows.map((row) => [row.vehicle, row.account, row.since]),
    );
  });

  test("when a column has no value in any row, it is null", async (context) => {
    const store = await kind.open(context);
    await store.transaction((tx) => insertMany(tx, "chain_vehicles", [vehicle("a", null, 1), vehicle("b", null, 2)]));
    assert.deepEqual(await stored(store), [
      ["a", null, 1],
      ["b", null, 2],
    ]);
  });

  test("when rows are changed, each has its own values and others stay", async (context) => {
    const store = await kind.open(context);
    const changes = [
      { vehicle: "a", account: "alice", since: 7 },
      { vehicle: "c", account: "carol", since: 9 },
    ];
    await store.transaction(async (tx) => {
      await insertMany(
        tx,
        "chain_vehicles",
        ["a", "b", "c"].map((name) => vehicle(name, "nobody", 1)),
      );
      await updateMany(tx, { table: "chain_vehicles", key: "vehicle" }, changes);
    });
    assert.deepEqual(await stored(store), [
      ["a", "alice", 7],
      ["b", "nobody", 1],
      ["c", "carol", 9],
    ]);
  });

  test("when a column is to hold nothing in any row, it does", async (context) => {
    const store = await kind.open(context);
    await store.transaction(async (tx) => {
      await insertMany(tx, "chain_vehicles", [vehicle("a", "alice", 1)]);
      await updateMany(tx, { table: "chain_vehicles", key: "vehicle" }, [{ vehicle: "a", account: null }]);
    });
    assert.deepEqual(await stored(store), [["a", null, 1]]);
  });

  test("when there are none, nothing happens", async (context) => {
    const store = await kind.open(context);
    await store.transaction(async (tx) => {
      await insertMany(tx, "chain_vehicles", []);
      await updateMany(tx, { table: "chain_vehicles", key: "vehicle" }, []);
    });
    assert.deepEqual(await stored(store), []);
  });
});
