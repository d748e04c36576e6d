import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { ProgrammeEvent } from "../../src/chain/read/events.ts";
import { DROP_S } from "../../src/protocol/index.ts";
import { restrictionsOf } from "../../src/relayer/domain/restrictions.ts";
import { type ChainSnapshot, ChainView } from "../../src/relayer/jobs/chain-view.ts";
import { beginIntake } from "../../src/relayer/jobs/intake-moment.ts";
import { writeCursor } from "../../src/relayer/store/mirror.ts";
import type { Store } from "../../src/relayer/store/open.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { GENESIS } from "./support/programme.ts";
import { describeStores } from "./support/stores.ts";

const PROGRAMME = { genesis: GENESIS, operator: addressOf("operator") };
const CAR = keyOf("car");
const hasCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

/** A key that ends in a block. */
function rotation(block: number): ProgrammeEvent {
  const args = { vehicle: CAR, keyX: keyOf("x"), keyY: keyOf("y") };
  return {
    contract: "vehicleRegistry",
    name: "DeviceKeyRotated",
    args,
    block,
    time: block,
  } as unknown as ProgrammeEvent;
}

/** What a relayer has seen: the projection up to block 10, and newer blocks up to its head. */
function viewAt(head: { number: number; time: number }, newer: readonly ProgrammeEvent[] = []): ChainView {
  const place = { hash: keyOf("head"), parentHash: keyOf("parent"), baseFee: 0n, gasLimit: 0n };
  const view = new ChainView();
  const snapshot: ChainSnapshot = {
    ...{ head: { ...head, ...place }, final: { number: 10, hash: keyOf("final"), time: GENESIS } },
    ...{ mirroredBlock: 10, newer, restrictions: restrictionsOf(newer, PROGRAMME.operator), rules: [] },
  };
  view.replace(snapshot);
  return view;
}

const HEAD = { number: 15, time: GENESIS + 4 * DROP_S };

describeStores("the moment by which something is taken in", (kind) => {
  async function storeAt(context: TestContext, block: number): Promise<Store> {
    const store = await kind.open(context);
    await moveCursor(store, block);
    return store;
  }
  const moveCursor = (store: Store, block: number) =>
    store.transaction((tx) => writeCursor(tx, { number: block, hash: keyOf(`block ${block}`), time: GENESIS }));
  const begin = (store: Store, view: ChainView) => store.transaction((tx) => beginIntake(tx, view, PROGRAMME));
  const keyEnd = async (store: Store, view: ChainView) =>
    (await begin(store, view)).snapshot.restrictions.keyEnds.get(CAR);

  describe("given another relayer that moves the projection on", () => {
    test("when it has not come to an event, that still takes away", async (context) => {
      const store = await storeAt(context, 11);
      assert.equal(await keyEnd(store, viewAt(HEAD, [rotation(12)])), 12);
    });

    test("when it has the event, that is not counted a second time", async (context) => {
      const store = await storeAt(context, 12);
      assert.equal(await keyEnd(store, viewAt(HEAD, [rotation(12)])), undefined);
    });

    test("when it begins again from an earlier block, nothing is judged", async (context) => {
      const store = await storeAt(context, 9);
      await assert.rejects(begin(store, viewAt(HEAD)), hasCode("CHAIN_UNREACHABLE"));
    });
  });

  test("before the chain was looked at, nothing is judged", async (context) => {
    const store = await storeAt(context, 10);
    await assert.rejects(begin(store, new ChainView()), hasCode("CHAIN_UNREACHABLE"));
  });

  test("when a drop has taken something, an earlier one takes nothing more", async (context) => {
    const store = await storeAt(context, 10);
    assert.equal((await begin(store, viewAt(HEAD))).nextDrop, 4);
    const otherFork = { ...HEAD, time: GENESIS + 4 * DROP_S - 1 };
    assert.equal((await begin(store, viewAt(otherFork))).nextDrop, 4);
  });

  test("when a database's relayer has seen newer blocks, one that lags judges nothing", async (context) => {
    const store = await storeAt(context, 10);
    await begin(store, viewAt(HEAD));
    const lagging = begin(store, viewAt({ ...HEAD, number: 14 }));
    if ("path" in (await kind.place(context))) assert.equal((await lagging).nextDrop, 4);
    else await assert.rejects(lagging, hasCode("CHAIN_UNREACHABLE"));
  });
});
