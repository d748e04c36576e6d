import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { privateKeyToAccount } from "viem/accounts";
import { createChainClient } from "../../src/chain/client.ts";
import { readHead } from "../../src/chain/read/head.ts";
import type { ProgrammeKeys } from "../../src/cli/keys.ts";
import { dutyWriters } from "../../src/cli/programme.ts";
import { createPatientRelayer, type PatientRelayer } from "../../src/cli/relayer-api.ts";
import { createRpc, type Rpc } from "../../src/cli/rpc.ts";
import { freePort } from "../../src/cli/service-process.ts";
import { readDeployment } from "../../src/cli/workspace.ts";
import { deviceKeyFromSeed, signReading } from "../../src/device/index.ts";
import {
  type Deployment,
  dayOf,
  dayStart,
  type Hex,
  type Reading,
  signingDomain,
  UNITS_PER_STONE,
  vehicleId,
} from "../../src/protocol/index.ts";
import { type CairnClient, createCairnClient } from "../../src/sdk/index.ts";
import { filled } from "../sdk/support.ts";
import { type RunningCommand, runCli, startCli, temporaryFolder } from "../support/run-cli.ts";
import { eventually, statusOf } from "./support.ts";

const WORK = join(temporaryFolder(), "work");
const METRES = 42_000;
const DEVICE = deviceKeyFromSeed(new Uint8Array(32).fill(3));
const VEHICLE = vehicleId(filled(0x5a), "CRN00000000000001");
/** A key that no node knows: it is given some coin for the owner's own transactions. */
const OWNER = privateKeyToAccount(filled(0x77));

let node: ChildProcess;
let rpc: Rpc;
let up: RunningCommand;
let deployment: Deployment;
let relayer: PatientRelayer;
let cairn: CairnClient;
let digest: Hex;

before(async () => {
  const port = await freePort();
  const hardhat = join(dirname(createRequire(import.meta.url).resolve("hardhat/package.json")), "dist/src/cli.js");
  node = spawn(process.execPath, [hardhat, "node", "--hostname", "127.0.0.1", "--port", String(port)], {
    stdio: "ignore",
  });
  rpc = createRpc(`http://127.0.0.1:${port}`);
  await eventually("hardhat node", () => rpc.call("eth_chainId").catch(() => undefined));
  up = startCli(["up", "--rpc", rpc.url, "--work", WORK]);
  await up.until(/Cairn is running/);
  deployment = readDeployment(join(WORK, "deployment.json"));
  const { apiUrl } = JSON.parse(readFileSync(join(WORK, "endpoints.json"), "utf8")) as { apiUrl: string };
  relayer = createPatientRelayer(apiUrl, 30_000);
  cairn = createCairnClient({ rpcUrl: rpc.url, deployment, relayerUrl: apiUrl, account: OWNER, pollMs: 50 });
  const [rich] = (await rpc.call("eth_accounts")) as Hex[];
  const value = `0x${(10n ** 18n).toString(16)}`;
  await rpc.call("eth_sendTransaction", { from: rich, to: OWNER.address, value });
});
after(async () => {
  up.child.kill("SIGKILL");
  node.kill("SIGKILL");
  await up.finished;
});

const now = async () => (await readHead(createChainClient(rpc.url))).time;

/** Moves the node's time, and waits until the relayer has done what is due then. */
async function moveTo(time: number): Promise<void> {
  await rpc.call("evm_increaseTime", time - (await now()));
  await rpc.call("evm_mine");
  await eventually("rest", async () => {
    const status = await relayer.status();
    return status.idle && status.chainTime >= time ? true : undefined;
  });
}

describe("a programme on `npx hardhat node`", () => {
  test("when it is up, the relayer is ready", async () => {
    await eventually("readiness", async () => ((await statusOf(`${relayer.url}/readyz`)) === 200 ? true : undefined));
  });

  test("given a registered car, when its owner signs, the relayer pairs it", async () => {
    const keys = JSON.parse(readFileSync(join(WORK, "keys.json"), "utf8")) as ProgrammeKeys;
    const { manufacturer } = dutyWriters({ rpcUrl: rpc.url, deployment }, keys, 50);
    const { x, y } = DEVICE.publicKey;
    const registration = [{ vehicle: VEHICLE, keyX: x, keyY: y }];
    const { block } = await manufacturer.call("vehicleRegistry", "registerVehicles", [registration]);
    await eventually("the registration", async () => ((await relayer.status()).finalBlock >= block ? true : undefined));
    const signByDevice = ({ digest: pairing }: { digest: Hex }) => DEVICE.signDigest(pairing);
    const paired = await cairn.pairVehicle({ vehicle: VEHICLE, signByDevice });
    assert.equal(paired.state, "done");
  });

  test("when the owner sends the transaction, the consent is given without the relayer", async () => {
    const granted = await cairn.grantConsent({ categories: ["mileage"], via: "transaction" });
    assert.equal(granted.state, "done");
    const consent = await cairn.getConsent();
    assert.deepEqual([consent.stands, consent.version, consent.categories], [true, 1, ["mileage"]]);
  });

  test("when the same consent is granted with an old version, the contract's error comes with its values", async () => {
    const again = cairn.grantConsent({ categories: ["mileage"], version: 1, via: "transaction" });
    await assert.rejects(again, (error: { code: string; details: { error: string; args: object } }) => {
      assert.equal(error.code, "INTENT_REJECTED");
      assert.equal(error.details.error, "ConsentRegistry_WrongVersion");
      assert.deepEqual(Object.keys(error.details.args), ["have", "want"]);
      return true;
    });
  });

  test("when the car has driven, its reading gets a receipt", async () => {
    // The next day: the whole reading then surely lies in one drop and one day, after pairing and consent.
    const day = dayOf(deployment.genesis, await now()) + 1;
    const startedAt = dayStart(deployment.genesis, day) + 7_200;
    const reading: Reading = {
      ...{ vehicle: VEHICLE, sequence: 1, startedAt, endedAt: startedAt + 1_800, takeovers: 0, categories: 1 },
      ...{ odometerStart: 1_000, odometerEnd: 1_000 + METRES, payload: filled(9) },
    };
    await moveTo(reading.endedAt);
    const signature = signReading(DEVICE, signingDomain(deployment, "Reading"), reading);
    const [result] = await relayer.deliver([{ reading, signature }]);
    assert.equal(result?.refusal, undefined);
    assert.equal(result?.receipt?.account, OWNER.address.toLowerCase());
    digest = result?.digest as Hex;
  });

  test("when the day is over, it is settled, and what was earned is pending to the unit", async () => {
    const day = dayOf(deployment.genesis, await now());
    await moveTo(dayStart(deployment.genesis, day + 1) + 1);
    const stones = await cairn.getStones();
    // One car alone: all that its metres allow, 0.0001 stone a metre, far below what a day emits.
    const earned = (BigInt(METRES) * UNITS_PER_STONE) / 10_000n;
    assert.deepEqual([stones.credited, stones.available, stones.pending], [0n, 0n, earned]);
  });

  test("when its drop is anchored, the contribution is genuine", async () => {
    const { valid, checks } = await cairn.verifyContribution(await cairn.getContribution({ digest }));
    assert.equal(valid, true, JSON.stringify(checks.filter(({ ok }) => !ok)));
  });

  test("when the challenge window is open, nothing can be credited", async () => {
    const { pendingCreditableAt } = await cairn.getStones();
    const day = dayOf(deployment.genesis, pendingCreditableAt as number) - 2;
    await assert.rejects(cairn.creditStones({ day }), { code: "INTENT_REJECTED" });
  });

  test("when the challenge window is over, all that was pending can be credited", async () => {
    const before = await cairn.getStones();
    await moveTo((before.pendingCreditableAt as number) + 1);
    const paid = await cairn.creditStones();
    assert.ok(paid.units >= (before.pending as bigint));
    const stones = await cairn.getStones();
    assert.equal(stones.credited, paid.units);
    assert.equal(stones.available, paid.units);
  });

  test("when all of it is audited, the verdict is clean", async () => {
    const { code, stdout, stderr } = await runCli(["audit", "--work", WORK, "--json"]);
    assert.equal(code, 0, stderr + stdout);
    assert.equal((JSON.parse(stdout) as { verdict: string }).verdict, "clean");
  });

  test("when it is interrupted, it ends with 0 and the node goes on", async () => {
    up.child.kill("SIGINT");
    assert.equal((await up.finished).code, 0);
    assert.equal(await rpc.call("eth_chainId"), "0x7a69");
  });
});
