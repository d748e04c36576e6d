import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Hex, type RefusalCode, ZERO_ADDRESS } from "../../src/protocol/index.ts";
import { addToCounters, readCounters } from "../../src/relayer/store/counters.ts";
import { openStore, type Store } from "../../src/relayer/store/open.ts";
import {
  enqueueEffect,
  openEffects,
  readNextNonce,
  readSenders,
  saveSigned,
  updateEffect,
} from "../../src/relayer/store/outbox.ts";
import { insertRefusals, readRefusals } from "../../src/relayer/store/refusals.ts";
import {
  deleteOver,
  deleteWithdrawn,
  endErasure,
  insertSealedSamples,
  orderErasures,
  readErasures,
  readSealedSamples,
} from "../../src/relayer/store/sealed-samples.ts";
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

  describe("sealed samples", () => {
    const [alice, bob] = [addressOf("alice"), addressOf("bob")];
    const sealed = (sequence: number, more: { account?: Hex; consent_version?: number; keep_until?: number } = {}) => ({
      ...{
        drop_no: sequence >> 1,
        vehicle: keyOf("car"),
        sequence,
        account: alice,
        consent_version: 1,
        keep_until: 100,
      },
      ...{ sealed: `text ${sequence}`, ...more },
    });
    const NOBODY = new Map<Hex, number>();
    const keyOfReading = (sequence: number) => ({ ...sealed(sequence), digest: keyOf(`digest ${sequence}`) });
    const sequencesIn = async (store: Store): Promise<number[]> =>
      (await store.db.selectFrom("sealed_samples").select("sequence").orderBy("sequence").execute()).map(
        ({ sequence }) => sequence,
      );

    test("when some are asked for, only theirs are given, and none whose time is over", async (context) => {
      const store = await kind.open(context);
      const other = { ...sealed(2), drop_no: 5, vehicle: keyOf("other car"), sealed: "another car's" };
      await store.transaction((tx) => insertSealedSamples(tx, [sealed(1), sealed(2), other, sealed(10)]));
      const asked = [1, 10, 11].map(keyOfReading);
      const found = await readSealedSamples(store.db, asked, { chainTime: 99, withdrawals: NOBODY });
      assert.deepEqual(
        [...found],
        [
          [keyOf("digest 1"), "text 1"],
          [keyOf("digest 10"), "text 10"],
        ],
      );
      assert.equal((await readSealedSamples(store.db, asked, { chainTime: 100, withdrawals: NOBODY })).size, 0);
    });

    test("when their owner has withdrawn, they are given no longer, be they deleted yet or not", async (context) => {
      const store = await kind.open(context);
      const rows = [sealed(1), sealed(2, { consent_version: 5 }), sealed(3, { account: bob })];
      await store.transaction((tx) => insertSealedSamples(tx, rows));
      const given = async (withdrawals: ReadonlyMap<Hex, number>) => {
        const found = await readSealedSamples(store.db, [1, 2, 3].map(keyOfReading), { chainTime: 99, withdrawals });
        return [...found.values()];
      };
      await store.transaction((tx) => orderErasures(tx, new Map([[alice, 2]])));
      assert.deepEqual(await given(NOBODY), ["text 2", "text 3"]);
      assert.deepEqual(await given(new Map([[bob, 2]])), ["text 2"]);
      assert.deepEqual(await given(new Map([[alice, 6]])), ["text 3"]);
    });

    test("when a reading has some, others of it are refused", async (context) => {
      const store = await kind.open(context);
      await store.transaction((tx) => insertSealedSamples(tx, [sealed(1)]));
      await assert.rejects(store.transaction((tx) => insertSealedSamples(tx, [{ ...sealed(1), sealed: "another" }])));
    });

    test("when time has passed, the oldest go first, as many as are asked for", async (context) => {
      const store = await kind.open(context);
      const rows = [30, 10, 20, 40].map((keep_until, at) => sealed(at + 1, { keep_until }));
      await store.transaction((tx) => insertSealedSamples(tx, rows));
      assert.equal(await store.transaction((tx) => deleteOver(tx, 30, 2)), 2);
      assert.deepEqual(await sequencesIn(store), [1, 4]);
      assert.equal(await store.transaction((tx) => deleteOver(tx, 30, 2)), 1);
      assert.equal(await store.transaction((tx) => deleteOver(tx, 30, 2)), 0);
      assert.deepEqual(await sequencesIn(store), [4]);
    });

    test("when an owner has withdrawn, what was kept under earlier grants goes, in pieces", async (context) => {
      const store = await kind.open(context);
      const rows = [sealed(1), sealed(2), sealed(3, { account: bob }), sealed(4, { consent_version: 5 })];
      await store.transaction((tx) => insertSealedSamples(tx, rows));
      const erase = () => store.transaction((tx) => deleteWithdrawn(tx, { account: alice, version: 2 }, 1));
      assert.deepEqual([await erase(), await erase(), await erase()], [1, 1, 0]);
      assert.deepEqual(await sequencesIn(store), [3, 4]);
    });

    test("when erasures of one account follow each other, the newest withdrawal stands until it is done", async (context) => {
      const store = await kind.open(context);
      const order = (version: number) => store.transaction((tx) => orderErasures(tx, new Map([[alice, version]])));
      await order(4);
      await order(2);
      assert.deepEqual([...(await readErasures(store.db))], [[alice, 4]]);
      await store.transaction((tx) => endErasure(tx, alice, 2));
      assert.equal((await readErasures(store.db)).size, 1);
      await store.transaction((tx) => endErasure(tx, alice, 4));
      assert.equal((await readErasures(store.db)).size, 0);
    });
  });
});
