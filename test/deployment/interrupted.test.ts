import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, test } from "node:test";
import { checkDeployment } from "../../scripts/deployment/check/check.ts";
import { parseDeployConfig } from "../../scripts/deployment/config.ts";
import { openHardhat } from "../../scripts/deployment/network.ts";
import { createChainClient } from "../../src/chain/client.ts";
import { programmeAddresses } from "../../src/chain/write/deploy.ts";
import { createRpc } from "../../src/cli/rpc.ts";
import { CONTRACTS } from "../../src/protocol/index.ts";
import { type Anvil, startAnvil } from "../support/anvil.ts";
import { type FaultyProxy, startProxy } from "../support/rpc-proxy.ts";
import type { RunningCommand } from "../support/run-cli.ts";
import { DEPLOYER, exampleConfig, START, type Stage, send, sentBy, stage } from "./support.ts";

const TRANSACTIONS = CONTRACTS.length + 1;
const SEND = "eth_sendTransaction";

let anvil: Anvil;
let proxy: FaultyProxy;
beforeEach(async () => {
  anvil = await startAnvil({ timestamp: START });
  proxy = await startProxy(anvil.rpcUrl);
});
afterEach(async () => {
  await proxy.stop();
  await anvil.stop();
});

/** Kills a command as soon as the proxy has spoilt a call of it. */
async function killWhen(spoilt: Promise<void>, { child, finished, output }: RunningCommand): Promise<void> {
  const ended = finished.then(() => assert.fail(`it ended before: ${output()}`));
  await Promise.race([spoilt, ended]);
  child.kill("SIGKILL");
  await finished;
}

/** Holds what stands to the sources and the configuration: one programme, with not one transaction too many. */
async function assertWhole(place: Stage): Promise<void> {
  const deployment = place.deployment();
  assert.deepEqual(deployment.contracts, programmeAddresses(DEPLOYER, 0));
  assert.equal(await sentBy(anvil.rpcUrl, DEPLOYER), TRANSACTIONS);
  const config = parseDeployConfig(exampleConfig());
  const client = createChainClient(anvil.rpcUrl);
  const report = await checkDeployment({ hre: await openHardhat(), client, deployment, config });
  assert.equal(report.same, true);
}

describe("a deployment that is interrupted", () => {
  test("when it fails and is killed at every kind of moment, the same command ends with one programme", async () => {
    const place = stage("interrupted");
    // The node fails: the transaction is not sent.
    void proxy.spoil(SEND, "status-502", 1, 2);
    const failed = await place.start(proxy.url).finished;
    assert.equal(failed.code, 2);
    assert.match(failed.stderr, /^DEPLOYMENT_INCOMPLETE: /);
    assert.ok(!failed.stderr.includes(proxy.url), failed.stderr);
    assert.equal(await sentBy(anvil.rpcUrl, DEPLOYER), 2);
    // The node has not heard of the transaction when the process dies.
    await killWhen(proxy.spoil(SEND, "hold-request", 1, 3), place.start(proxy.url));
    assert.equal(await sentBy(anvil.rpcUrl, DEPLOYER), 5);
    // The node has mined the last transaction, and the process dies before it learns of that.
    await killWhen(proxy.spoil(SEND, "hold-answer", 1, TRANSACTIONS - 6), place.start(proxy.url));
    assert.ok(!existsSync(place.out));
    const { code, stderr } = await place.start(proxy.url).finished;
    assert.equal(code, 0, stderr);
    await assertWhole(place);
  });

  test("when a transaction was sent and not mined, the same command waits for it", async () => {
    const place = stage("unmined");
    const rpc = createRpc(anvil.rpcUrl);
    await rpc.call("evm_setAutomine", false);
    // It is asked for when the hash is known.
    await killWhen(proxy.spoil("eth_getTransactionByHash", "hold-request", 1), place.start(proxy.url));
    await rpc.call("evm_setAutomine", true);
    const second = place.start(anvil.rpcUrl);
    await second.until(/A deployment that was begun and goes on/);
    await rpc.call("evm_mine");
    assert.equal((await second.finished).code, 0, second.output());
    await assertWhole(place);
  });

  test("when the deployer's key was used for something else, nothing more is sent", async () => {
    const place = stage("disturbed");
    await killWhen(proxy.spoil(SEND, "hold-request", 1, 2), place.start(proxy.url));
    await send(anvil.rpcUrl, { from: DEPLOYER, to: DEPLOYER });
    const { code, stderr } = await place.start(anvil.rpcUrl).finished;
    assert.equal(code, 2);
    assert.match(stderr, /^DEPLOYMENT_INCOMPLETE: .*2 contracts stand.* nonce is 3 instead of 2/);
    assert.equal(await sentBy(anvil.rpcUrl, DEPLOYER), 3);
    assert.ok(!existsSync(place.out));
  });
});
