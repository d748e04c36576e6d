import assert from "node:assert/strict";
import { after, before, beforeEach, describe, type TestContext, test } from "node:test";
import { pino } from "pino";
import { createWalletClient, http } from "viem";
import { createChainClient } from "../../src/chain/client.ts";
import { ABIS } from "../../src/chain/contracts.ts";
import { DROP_S, dataDigest, type Hex, ZERO_HASH } from "../../src/protocol/index.ts";
import { NO_RESTRICTIONS } from "../../src/relayer/domain/restrictions.ts";
import type { ChainSnapshot } from "../../src/relayer/jobs/chain-view.ts";
import { openStore, type Store } from "../../src/relayer/store/open.ts";
import { attemptsOf, enqueueEffect } from "../../src/relayer/store/outbox.ts";
import { Submitter } from "../../src/relayer/submitter/submitter.ts";
import { Timers } from "../../src/relayer/submitter/timers.ts";
import { Alerts } from "../../src/service/alerts.ts";
import { type FaultyProxy, startProxy } from "../support/rpc-proxy.ts";
import { accountOf, addressOf } from "./support/keys.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { temporaryFolder } from "./support/stores.ts";

const NOTHING_TO_READ = async () => assert.fail("an anchor needs nothing beside its row");

/** One anchoring effect in a store of its own, on a chain that mines only when told to. */
interface Bench {
  readonly store: Store;
  /** A submitter as after a start of the process. */
  fresh(): Submitter;
  /** Moves the submitters' clock. */
  pass(ms: number): void;
  snapshot(): Promise<ChainSnapshot>;
  /** Hashes of the effect's signed transactions. */
  hashes(): Promise<Hex[]>;
  states(): Promise<string[]>;
}

describe("a row of the outbox", () => {
  let programme: TestProgramme;
  let proxy: FaultyProxy;
  let drop = -1;

  before(async () => {
    programme = await startProgramme();
    await programme.moveTo(GENESIS + 50 * DROP_S);
    await programme.rpc("evm_setAutomine", [false]);
    proxy = await startProxy(programme.rpcUrl);
  });

  after(async () => {
    await proxy?.stop();
    await programme?.stop();
  });

  beforeEach(() => {
    drop++;
  });

  async function openBench(context: TestContext): Promise<Bench> {
    const store = await openStore({ path: `${await temporaryFolder(context)}/relayer.sqlite` }, programme.deployment);
    context.after(() => store.close());
    const client = createChainClient(proxy.url);
    const log = pino({ level: "silent" });
    let now = 0;
    const payload = { firstDrop: drop, roots: [ZERO_HASH], dataDigest: dataDigest([ZERO_HASH]) };
    const effect = { key: `drop:${drop}:0`, kind: "anchorDrops", payload, items: 1 };
    const id = await store.transaction((tx) => enqueueEffect(tx, effect));
    const parts = {
      ...{
        client,
        deployment: programme.deployment,
        store,
        account: accountOf("relayer"),
        alerts: new Alerts(log),
        log,
      },
      ...{
        maxFeePerGas: 10n ** 11n,
        sources: { creditLeaves: NOTHING_TO_READ, leavesOf: NOTHING_TO_READ, intentsOf: NOTHING_TO_READ },
      },
      onEnd: async () => undefined,
      signs: () => true,
      carries: () => true,
    };
    return {
      store,
      fresh: () => new Submitter(parts, new Timers(() => now)),
      pass(ms) {
        now += ms;
      },
      async snapshot() {
        const { number, hash, parentHash, timestamp, baseFeePerGas, gasLimit } = await programme.client.getBlock();
        const block = { number: Number(number), hash, time: Number(timestamp) };
        const head = { ...block, parentHash, baseFee: baseFeePerGas ?? 0n, gasLimit };
        const mirrored = { mirroredBlock: block.number, newer: [] };
        return { head, final: block, ...mirrored, restrictions: NO_RESTRICTIONS, rules: [] };
      },
      hashes: async () => (await attemptsOf(store.db, id)).map(({ hash }) => hash),
      states: async () => (await store.db.selectFrom("outbox").select("state").execute()).map(({ state }) => state),
    };
  }

  const mine = () => programme.rpc("evm_mine", []);
  const nonce = (blockTag: "latest" | "pending") =>
    programme.client.getTransactionCount({ address: addressOf("relayer"), blockTag });

  test("when the process ends between signing and sending, the same hash goes out after the restart", async (context) => {
    const bench = await openBench(context);
    proxy.spoil("eth_sendRawTransaction", "lose-request", 1);
    await bench.fresh().step(await bench.snapshot());
    assert.deepEqual(await bench.states(), ["signed"]);
    const signed = await bench.hashes();
    const restarted = bench.fresh();
    await restarted.step(await bench.snapshot());
    await mine();
    await restarted.step(await bench.snapshot());
    assert.deepEqual(await bench.states(), ["final"]);
    assert.deepEqual(await bench.hashes(), signed);
  });

  test("when the process ends after sending and before it is noted, nothing is sent twice", async (context) => {
    const bench = await openBench(context);
    const before = await nonce("latest");
    proxy.spoil("eth_sendRawTransaction", "lose-answer", 1);
    await bench.fresh().step(await bench.snapshot());
    assert.deepEqual(await bench.states(), ["signed"]);
    await mine();
    await bench.fresh().step(await bench.snapshot());
    assert.deepEqual(await bench.states(), ["final"]);
    assert.equal(await nonce("pending"), before + 1);
  });

  test("when the process ends between receipt and finality, the row ends after the restart", async (context) => {
    const bench = await openBench(context);
    const first = bench.fresh();
    const early = await bench.snapshot();
    await first.step(early);
    await mine();
    await first.step({ ...(await bench.snapshot()), final: early.final });
    assert.deepEqual(await bench.states(), ["mined"]);
    await bench.fresh().step(await bench.snapshot());
    assert.deepEqual(await bench.states(), ["final"]);
  });

  test("when a sent transaction vanishes from the pool, its bytes go out again", async (context) => {
    const bench = await openBench(context);
    const submitter = bench.fresh();
    await submitter.step(await bench.snapshot());
    const sent = await bench.hashes();
    await programme.rpc("anvil_dropTransaction", [sent[0]]);
    bench.pass(5_000);
    await submitter.step(await bench.snapshot());
    await mine();
    await submitter.step(await bench.snapshot());
    assert.deepEqual(await bench.states(), ["final"]);
    assert.deepEqual(await bench.hashes(), sent);
  });

  test("when a transaction waits long, its fee is raised at the same nonce, and one of the two counts", async (context) => {
    const bench = await openBench(context);
    const submitter = bench.fresh();
    const early = await bench.snapshot();
    await submitter.step(early);
    const before = await nonce("latest");
    bench.pass(30_000);
    // As if blocks came without it.
    const later = { ...early, head: { ...early.head, number: early.head.number + 3 } };
    await submitter.step(later);
    const hashes = await bench.hashes();
    assert.equal(new Set(hashes).size, 2);
    await mine();
    await submitter.step(await bench.snapshot());
    const [row] = await bench.store.db.selectFrom("outbox").selectAll().execute();
    assert.deepEqual([row?.state, row?.tx], ["final", hashes[1]]);
    assert.equal(await nonce("latest"), before + 1);
  });

  test("when its block is replaced before it is final, it goes out again", async (context) => {
    const bench = await openBench(context);
    const submitter = bench.fresh();
    const early = await bench.snapshot();
    await submitter.step(early);
    await mine();
    await submitter.step({ ...(await bench.snapshot()), final: early.final });
    await programme.rpc("anvil_reorg", [1, []]);
    await submitter.step({ ...(await bench.snapshot()), final: early.final });
    assert.deepEqual(await bench.states(), ["sent"]);
    await mine();
    await submitter.step(await bench.snapshot());
    assert.deepEqual(await bench.states(), ["final"]);
  });

  test("when it reverts after it was sent, it is set aside with the contract's reason", async (context) => {
    const bench = await openBench(context);
    const submitter = bench.fresh();
    await submitter.step(await bench.snapshot());
    await pauseAnchors(programme);
    await mine();
    await submitter.step(await bench.snapshot());
    const [row] = await bench.store.db.selectFrom("outbox").selectAll().execute();
    assert.deepEqual([row?.state, row?.reverted, row?.reason], ["failed", 1, "PausedUntil"]);
  });
});

/** Pauses the anchoring in the block that is mined next, before anything that pays less. */
async function pauseAnchors(programme: TestProgramme): Promise<void> {
  const wallet = createWalletClient({ account: accountOf("guardian"), transport: http(programme.rpcUrl) });
  await wallet.writeContract({
    address: programme.deployment.contracts.dropAnchor,
    abi: ABIS.dropAnchor,
    functionName: "pause",
    chain: null,
    maxFeePerGas: 10n ** 11n,
    maxPriorityFeePerGas: 10n ** 11n,
  });
}
