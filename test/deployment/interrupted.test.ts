import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { describe, type TestContext, test } from "node:test";
import { checkDeployment } from "../../scripts/deployment/check/check.ts";
import { parseDeployConfig } from "../../scripts/deployment/config.ts";
import { openHardhat } from "../../scripts/deployment/network.ts";
import { createChainClient } from "../../src/chain/client.ts";
import { programmeAddresses } from "../../src/chain/write/deploy.ts";
import { createRpc } from "../../src/cli/rpc.ts";
import { CONTRACTS } from "../../src/protocol/index.ts";
import { type FaultyProxy, startProxy } from "../relayer/support/proxy.ts";
import { startAnvil } from "../support/anvil.ts";
import type { RunningCommand } from "../support/run-cli.ts";
import { DEPLOYER, exampleConfig, START, type Stage, send, sentBy, stage } from "./support.ts";

const TRANSACTIONS = CONTRACTS.length + 1;
const SEND = "eth_sendTransaction";
const hre = openHardhat();

/** A chain behind a proxy, both gone after the test. */
async function openChain(context: TestContext): Promise<{ rpcUrl: string; proxy: FaultyProxy }> {
  const anvil = await startAnvil({ timestamp: START });
  const proxy = await startProxy(anvil.rpcUrl);
  context.after(async () => {
    await proxy.stop();
    await anvil.stop();
  });
  return { rpcUrl: anvil.rpcUrl, proxy };
}

async function kill({ child, finished }: RunningCommand): Promise<void> {
  child.kill("SIGKILL");
  await finished;
}

/** Runs the same command again, to its end. */
async function assertCompletes(place: Stage, rpcUrl: string): Promise<void> {
  const { code, stderr } = await place.start(rpcUrl).finished;
  assert.equal(code, 0, stderr);
  await assertWhole(place, rpcUrl);
}

/** Holds what stands to the sources and the configuration: one programme, with not one transaction too many. */
async function assertWhole(place: Stage, rpcUrl: string): Promise<void> {
  const deployment = place.deployment();
  assert.deepEqual(deployment.contracts, programmeAddresses(DEPLOYER, 0));
  assert.equal(await sentBy(rpcUrl, DEPLOYER), TRANSACTIONS);
  const config = parseDeployConfig(exampleConfig());
  const report = await checkDeployment({ hre: await hre, client: createChainClient(rpcUrl), deployment, config });
  assert.equal(report.same, true);
}

describe("a deployment that was killed", () => {
  test("when a transaction was never heard of, the same command sends it", async (context) => {
    const { rpcUrl, proxy } = await openChain(context);
    const place = stage("unheard");
    const held = proxy.spoil(SEND, "hold-request", 1, 4);
    const first = place.start(proxy.url);
    await held;
    await kill(first);
    assert.ok(!existsSync(place.out));
    assert.equal(await sentBy(rpcUrl, DEPLOYER), 4);
    await assertCompletes(place, rpcUrl);
  });

  test("when a transaction was mined and its hash never learnt, the same command finds it", async (context) => {
    const { rpcUrl, proxy } = await openChain(context);
    const place = stage("unanswered");
    const held = proxy.spoil(SEND, "hold-answer", 1, TRANSACTIONS - 1);
    const first = place.start(proxy.url);
    await held;
    await kill(first);
    assert.ok(!existsSync(place.out));
    await assertCompletes(place, rpcUrl);
  });

  test("when a transaction was sent and not mined, the same command waits for it", async (context) => {
    const { rpcUrl, proxy } = await openChain(context);
    const place = stage("unmined");
    const rpc = createRpc(rpcUrl);
    await rpc.call("evm_setAutomine", false);
    // The next question after the first transaction's hash has come.
    const held = proxy.spoil("eth_getTransactionByHash", "hold-request", 1);
    const first = place.start(proxy.url);
    await held;
    await kill(first);
    await rpc.call("evm_setAutomine", true);
    const second = place.start(rpcUrl);
    await second.until(/A deployment that was begun and goes on/);
    await rpc.call("evm_mine");
    assert.equal((await second.finished).code, 0, second.output());
    await assertWhole(place, rpcUrl);
  });
});

describe("a deployment that cannot go on", () => {
  test("when the deployer's key was used for something else, nothing more is sent", async (context) => {
    const { rpcUrl, proxy } = await openChain(context);
    const place = stage("disturbed");
    const held = proxy.spoil(SEND, "hold-request", 1, 2);
    const first = place.start(proxy.url);
    await held;
    await kill(first);
    await send(rpcUrl, { from: DEPLOYER, to: DEPLOYER });
    const { code, stderr } = await place.start(rpcUrl).finished;
    assert.equal(code, 2);
    assert.match(stderr, /^DEPLOYMENT_INCOMPLETE: .*2 contracts stand.* nonce is 3 instead of 2/);
    assert.equal(await sentBy(rpcUrl, DEPLOYER), 3);
  });

  test("when the node fails in the middle, it says so and the same command goes on", async (context) => {
    const { rpcUrl, proxy } = await openChain(context);
    const place = stage("failing");
    const held = proxy.spoil(SEND, "status-502", 1, 6);
    const first = place.start(proxy.url);
    await held;
    const { code, stderr } = await first.finished;
    assert.equal(code, 2);
    assert.match(stderr, /^DEPLOYMENT_INCOMPLETE: /);
    assert.ok(!stderr.includes(proxy.url), stderr);
    await assertCompletes(place, rpcUrl);
  });
});
