import assert from "node:assert/strict";
import { after, before, beforeEach, describe, type TestContext, test } from "node:test";
import { createWalletClient, http } from "viem";
import { ABIS } from "../../src/chain/contracts.ts";
import type { RuleSet } from "../../src/chain/write/rule-set.ts";
import { DAY_S, DROP_S, type Hex } from "../../src/protocol/index.ts";
import { type FaultyProxy, startProxy } from "../support/rpc-proxy.ts";
import { accountOf, addressOf, keyOf } from "./support/keys.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

/** Roots that stand on the chain, as events, in order. */
async function anchoredDrops(programme: TestProgramme): Promise<number> {
  const next = await programme.client.readContract({
    address: programme.deployment.contracts.dropAnchor,
    abi: ABIS.dropAnchor,
    functionName: "nextDrop",
  });
  return Number(next);
}

describe("carrying the outbox to the chain", () => {
  let programme: TestProgramme;
  let proxy: FaultyProxy;
  let relayer: RunningRelayer;
  let drop = 0;

  before(async () => {
    programme = await startProgramme();
    proxy = await startProxy(programme.rpcUrl);
    relayer = await runRelayer(programme, { rpcUrl: proxy.url });
    await relayer.moveTo(GENESIS);
  });

  beforeEach(() => {
    drop++;
  });

  after(async () => {
    await relayer?.close();
    await proxy?.stop();
    await programme?.stop();
  });

  const endDrop = () => relayer.moveTo(GENESIS + drop * DROP_S);
  const transactions = async () =>
    programme.client.getTransactionCount({ address: addressOf("relayer"), blockTag: "latest" });

  test("when nothing goes wrong, a drop is one transaction", async () => {
    const before = await transactions();
    await endDrop();
    assert.equal(await anchoredDrops(programme), drop);
    assert.equal((await transactions()) - before, 1);
  });

  test("when the answer to a send is lost, the same transaction counts and no second is made", async () => {
    const before = await transactions();
    proxy.spoil("eth_sendRawTransaction", "lose-answer", 1);
    await endDrop();
    assert.equal(await anchoredDrops(programme), drop);
    assert.equal((await transactions()) - before, 1);
  });

  test("when the node takes a send and says an error, nothing is judged by its words", async () => {
    const before = await transactions();
    proxy.spoil("eth_sendRawTransaction", "say-error", 1);
    await endDrop();
    assert.equal(await anchoredDrops(programme), drop);
    assert.equal((await transactions()) - before, 1);
  });

  test("when a send never reaches the node, the same bytes go out again", async () => {
    const before = await transactions();
    proxy.spoil("eth_sendRawTransaction", "lose-request", 1);
    await endDrop();
    assert.equal(await anchoredDrops(programme), drop);
    assert.equal((await transactions()) - before, 1);
  });

  test("when the node fails for a while, work goes on afterwards", async () => {
    await endDrop();
    proxy.spoil("*", "status-502", 15);
    drop++;
    const status = await endDrop();
    assert.equal(await anchoredDrops(programme), drop);
    assert.deepEqual(status.alerts, []);
  });

  test("when another program has used the key's next nonce, the effect takes a new one", async () => {
    const wallet = createWalletClient({ account: accountOf("relayer"), transport: http(programme.rpcUrl) });
    await wallet.sendTransaction({ to: addressOf("alice"), value: 1n, chain: null });
    const status = await endDrop();
    assert.equal(await anchoredDrops(programme), drop);
    assert.equal(status.alerts[0]?.subject, "nonce");
  });

  test("when a day has passed since then, its alert is over", async () => {
    drop += DAY_S / DROP_S;
    assert.deepEqual((await endDrop()).alerts, []);
  });

  test("when the base fee is above the cap, nothing is sent until it falls", async () => {
    await programme.rpc("anvil_setNextBlockBaseFeePerGas", [`0x${(1_000n * 10n ** 9n).toString(16)}`]);
    await programme.moveTo(GENESIS + drop * DROP_S);
    const alerts = await until(relayer, (status) => status.alerts.some(({ subject }) => subject === "fees"));
    assert.equal(await anchoredDrops(programme), drop - 1);
    assert.equal(alerts.outbox.signed + alerts.outbox.sent, 0);
    await programme.rpc("anvil_setNextBlockBaseFeePerGas", ["0x3b9aca00"]);
    await programme.rpc("evm_mine", []);
    await relayer.untilIdle();
    assert.equal(await anchoredDrops(programme), drop);
  });
});

async function until(
  relayer: RunningRelayer,
  holds: (status: Awaited<ReturnType<RunningRelayer["status"]>>) => boolean,
) {
  for (let look = 0; look < 1_000; look++) {
    const status = await relayer.status();
    if (holds(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("it did not come to that");
}

async function startBoth(
  context: TestContext,
  rules: Partial<RuleSet> = {},
  config: Record<string, unknown> = {},
): Promise<{ programme: TestProgramme; relayer: RunningRelayer }> {
  const programme = await startProgramme({ rules });
  const relayer = await runRelayer(programme, config);
  context.after(async () => {
    await relayer.close();
    await programme.stop();
  });
  return { programme, relayer };
}

describe("a transaction that reverts", () => {
  test("when anchoring is not allowed, it stops, says why, and holds up nothing else", async (context) => {
    const { programme, relayer } = await startBoth(context, {}, { relayerKey: keyOf("bob") });
    await programme.moveTo(GENESIS + DROP_S);
    const status = await until(relayer, ({ alerts }) => alerts.some(({ subject }) => subject === "anchoring"));
    assert.match(status.alerts[0]?.message ?? "", /AccessManagedUnauthorized/);
    assert.equal(status.outbox.queued + status.outbox.signed + status.outbox.sent, 0);
    assert.equal(status.idle, false);
    const { body } = await relayer.get("/v1/drops/0");
    assert.equal((body as { state: string }).state, "closed");
  });
});

describe("a chain that loses its newest blocks", () => {
  test("when an anchor's block is gone, the same transaction goes out again", async (context) => {
    const { programme, relayer } = await startBoth(context);
    await relayer.moveTo(GENESIS + DAY_S / 2);
    const { body } = await relayer.get("/v1/drops/3");
    const before = (body as { transaction: Hex }).transaction;
    const nonce = await programme.client.getTransactionCount({ address: addressOf("relayer") });
    await programme.rpc("anvil_reorg", [1, []]);
    assert.equal(await anchoredDrops(programme), 0);
    await relayer.moveTo(GENESIS + DAY_S / 2 + 1);
    assert.equal(await anchoredDrops(programme), 72);
    const again = await relayer.get("/v1/drops/3");
    assert.equal((again.body as { transaction: Hex }).transaction, before);
    assert.equal(await programme.client.getTransactionCount({ address: addressOf("relayer") }), nonce);
  });
});

describe("a vetoed day", () => {
  test("when its time has come, it is settled again with the same numbers", async (context) => {
    const { programme, relayer } = await startBoth(context, { challengeWindowS: 7_200 }, { anchorEveryDrops: 6 });
    await relayer.moveTo(GENESIS + DAY_S);
    const first = (await relayer.get("/v1/days/0")).body as { stonesRoot: Hex; transaction: Hex };
    await programme.writer("guardian").call("stoneLedger", "vetoDay", [0n]);
    const vetoed = await relayer.moveTo(GENESIS + DAY_S + 7_199);
    assert.equal(vetoed.settledDays, 0);
    const settled = await relayer.moveTo(GENESIS + DAY_S + 7_200);
    assert.equal(settled.settledDays, 1);
    const second = (await relayer.get("/v1/days/0")).body as { stonesRoot: Hex; transaction: Hex };
    assert.equal(second.stonesRoot, first.stonesRoot);
    assert.notEqual(second.transaction, first.transaction);
  });
});
