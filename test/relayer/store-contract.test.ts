import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Hex, type RefusalCode, ZERO_ADDRESS } from "../../src/protocol/index.ts";
import { addToCounters, readCounters } from "../../src/relayer/store/counters.ts";
import { openStore } from "../../src/relayer/store/open.ts";
import {
  enqueueEffect,
  openEffects,
  readNextNonce,
  readSenders,
  saveSigned,
  updateEffect,
} from "../../src/relayer/store/outbox.ts";
import { insertRefusals, readRefusals } from "../../src/relayer/store/refusals.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { DEPLOYMENT, describeStores } from "./support/stores.ts";

const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

describeStores("a store", (kind) => {
  describe("opening it", () => {
    test("when it is opened again, what was written is there", async (context) => {
      const place = await kind.place(context);
      const first = await openStore(place, DEPLOYMENT);
      await first.transaction((tx) => addToCounters(tx, new Map([["accepted", 3]])));
      await first.close();
      const second = await openStore(place, DEPLOYMENT);
      const counters = await readCounters(second.db);
      await second.close();
      assert.equal(counters.get("accepted"), 3);
    });

    test("when it is another programme's, it is refused", async (context) => {
      const place = await kind.place(context);
      await (await openStore(place, DEPLOYMENT)).close();
      await assert.rejects(openStore(place, { ...DEPLOYMENT, blockHash: keyOf("other") }), hasCode("STORE_DAMAGED"));
    });
  });

  describe("transactions", () => {
    test("when one throws, nothing of it stays", async (context) => {
      const store = await kind.open(context);
      const failing = store.transaction(async (tx) => {
        await addToCounters(tx, new Map([["accepted", 1]]));
        throw new Error("stop");
      });
      await assert.rejects(failing, /stop/);
      assert.equal((await readCounters(store.db)).size, 0);
    });

    test("when many are asked for at once, none sees half of another", async (context) => {
      const store = await kind.open(context);
      const add = () =>
        store.transaction(async (tx) => {
          const before = (await readCounters(tx)).get("accepted") ?? 0;
          await addToCounters(tx, new Map([["accepted", 1]]));
          assert.equal((await readCounters(tx)).get("accepted"), before + 1);
        });
      await Promise.all(Array.from({ length: 40 }, add));
      assert.equal((await readCounters(store.db)).get("accepted"), 40);
    });
  });

  describe("the outbox's rows", () => {
    const effect = { key: "drop:0:0", kind: "anchorDrops", payload: {}, items: 1 };

    test("when the same effect is written twice, the second is refused", async (context) => {
      const store = await kind.open(context);
      await store.transaction((tx) => enqueueEffect(tx, effect));
      await assert.rejects(store.transaction((tx) => enqueueEffect(tx, effect)));
      assert.equal((await openEffects(store.db)).length, 1);
    });

    test("when two rows take one nonce of one sender, the second is refused", async (context) => {
      const store = await kind.open(context);
      const sign = (key: string, sender: Hex) =>
        store.transaction(async (tx) => {
          const id = await enqueueEffect(tx, { ...effect, key });
          const attempt = { hash: keyOf(key), outbox_id: id, raw: "0x00", max_fee: "1", priority_fee: "1" } as const;
          await saveSigned(tx, { id, sender, nonce: 7 }, attempt);
        });
      const [one, other] = [addressOf("relayer"), addressOf("alice")];
      await sign("drop:0:0", one);
      await assert.rejects(sign("drop:1:0", one));
      await sign("drop:2:0", other);
      assert.deepEqual(
        (await openEffects(store.db)).map(({ key, sender, nonce }) => [key, sender, nonce]),
        [
          ["drop:0:0", one, 7],
          ["drop:2:0", other, 7],
        ],
      );
      assert.deepEqual(await readSenders(store.db), [one, other].sort());
      assert.deepEqual([await readNextNonce(store.db, one), await readNextNonce(store.db, ZERO_ADDRESS)], [8, 0]);
    });

    test("when a row is final, it is no longer open", async (context) => {
      const store = await kind.open(context);
      const id = await store.transaction((tx) => enqueueEffect(tx, effect));
      await store.transaction((tx) => updateEffect(tx, id, { state: "final" }));
      assert.deepEqual(await openEffects(store.db), []);
    });
  });

  describe("refusals", () => {
    const account = addressOf("alice");
    const refusal = (at: number, code: RefusalCode = "READING_TOO_OLD") => ({
      ...{ account, digest: keyOf(`digest ${at}`), vehicle: keyOf("vehicle"), code, at },
    });

    test("when there are more than a thousand of one account, the newest thousand stay", async (context) => {
      const store = await kind.open(context);
      const all = Array.from({ length: 1_234 }, (_, at) => refusal(at));
      await store.transaction((tx) => insertRefusals(tx, all));
      const kept = await readRefusals(store.db, account, { limit: 2_000 });
      assert.equal(kept.length, 1_000);
      assert.equal(kept[0]?.at, 1_233);
      assert.equal(kept.at(-1)?.at, 234);
    });

    test("when a refused reading comes again, it is not stored again", async (context) => {
      const store = await kind.open(context);
      const first = await store.transaction((tx) => insertRefusals(tx, [refusal(1)]));
      const second = await store.transaction((tx) => insertRefusals(tx, [refusal(1), refusal(1, "READING_OVERLAPS")]));
      assert.deepEqual([first.length, second.map(({ code }) => code)], [1, ["READING_OVERLAPS"]]);
    });

    test("when a page is asked for, it goes on where the last one ended", async (context) => {
      const store = await kind.open(context);
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
});
