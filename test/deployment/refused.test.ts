import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { privateKeyToAddress } from "viem/accounts";
import hardhatConfig from "../../hardhat.config.ts";
import { parseDeployConfig } from "../../scripts/deployment/config.ts";
import { type DeploymentNetwork, openNetwork } from "../../scripts/deployment/network.ts";
import { preparePlan, savePlan } from "../../scripts/deployment/plan.ts";
import { createChainClient } from "../../src/chain/client.ts";
import { assertSuitable } from "../../src/chain/read/requirements.ts";
import { createRpc } from "../../src/cli/rpc.ts";
import { CONTRACTS, type Hex, lowerHex } from "../../src/protocol/index.ts";
import { type Anvil, startAnvil } from "../support/anvil.ts";
import { temporaryFolder } from "../support/run-cli.ts";
import { DEPLOYER, exampleConfig, START, sentBy, stage } from "./support.ts";

const LOCAL = ["--network", "local"];
const CONFIGURED = ["--network", "configured", "--yes"];
/** A key that no node knows. */
const KEY: Hex = `0x${"4b".repeat(32)}`;
const PAYER = lowerHex(privateKeyToAddress(KEY));
const EXAMPLE = exampleConfig();

let anvil: Anvil;
before(async () => {
  anvil = await startAnvil({ timestamp: START });
  await setBalance(10n ** 18n);
});
after(() => anvil.stop());

async function setBalance(wei: bigint): Promise<void> {
  await createRpc(anvil.rpcUrl).call("anvil_setBalance", PAYER, `0x${wei.toString(16)}`);
}

/** The configured network as the environment gives it; Hardhat asks it once, so each has a Hardhat of its own. */
async function connect(rpcUrl: string, key: string): Promise<DeploymentNetwork> {
  Object.assign(process.env, { CAIRN_RPC_URL: rpcUrl, CAIRN_DEPLOYER_KEY: key });
  return openNetwork(await createHardhatRuntimeEnvironment(hardhatConfig), "configured");
}

/** The example with addresses whose keys nobody knows. */
function privateConfig(genesis: unknown = EXAMPLE.genesis) {
  const address = (n: number) => `0x${n.toString(16).padStart(2, "0").repeat(20)}`;
  const roles = Object.fromEntries(Object.keys(EXAMPLE.roles).map((role, i) => [role, address(i + 1)]));
  return { ...EXAMPLE, roles, receiptKey: address(Object.keys(roles).length + 1), genesis };
}

describe("npm run deploy, when something is wrong", () => {
  for (const { title, config, args, said } of [
    {
      title: "a role is missing",
      config: { ...EXAMPLE, roles: {} },
      args: [...LOCAL, "--yes"],
      said: /^CONFIG_INVALID: .*roles\.admin is missing/,
    },
    { title: "nobody can be asked", config: EXAMPLE, args: LOCAL, said: /^ARGUMENT_INVALID: .*give --yes/ },
    {
      title: "the network is unknown",
      config: EXAMPLE,
      args: ["--network", "mainnet", "--yes"],
      said: /^ARGUMENT_INVALID: .*mainnet/,
    },
  ]) {
    test(`when ${title}, it ends with 2, says so and sends nothing`, async () => {
      const place = stage(title.replaceAll(" ", "-"), config);
      const { code, stderr } = await place.start(anvil.rpcUrl, args).finished;
      assert.equal(code, 2);
      assert.match(stderr, said);
      assert.equal(await sentBy(anvil.rpcUrl, DEPLOYER), 0);
      assert.ok(!existsSync(place.out));
    });
  }
});

describe("a plan for a configured network", () => {
  const folder = temporaryFolder();
  let network: DeploymentNetwork;
  before(async () => {
    network = await connect(anvil.rpcUrl, KEY);
  });
  const plan = (config: unknown) => preparePlan(folder, parseDeployConfig(config), network);

  for (const { title, config, said } of [
    { title: "a role's key is public", config: EXAMPLE, said: /roles\.admin is an address whose key is public/ },
    {
      title: "a duty is the deployer's",
      config: { ...privateConfig(), receiptKey: PAYER },
      said: /receiptKey is the deployer's address/,
    },
    {
      title: "the genesis lies in the past",
      config: privateConfig(START - 172_800),
      said: /genesis is not of today or later/,
    },
  ]) {
    test(`when ${title}, throws CONFIG_INVALID that says so`, async () => {
      await assert.rejects(plan(config), { code: "CONFIG_INVALID", message: said });
    });
  }

  test("when the deployer has no coin, throws CONFIG_INVALID that says so", async () => {
    await setBalance(0n);
    await assert.rejects(plan(privateConfig()), { code: "CONFIG_INVALID", message: /has no coin/ });
    await setBalance(10n ** 18n);
  });

  for (const [what, key] of [
    ["missing", ""],
    ["without 0x", KEY.slice(2)],
    ["too long", `${KEY}00`],
    ["above the order of the group", `0x${"ff".repeat(32)}`],
  ] as const) {
    test(`when the key is ${what}, throws CONFIG_INVALID without repeating it`, async () => {
      const message = /: CAIRN_DEPLOYER_KEY is not set, or is not a private key$/;
      await assert.rejects(connect(anvil.rpcUrl, key), { code: "CONFIG_INVALID", message });
    });
  }

  test("when another configuration was begun with, throws CONFIG_INVALID that says so", async () => {
    const { plan: first } = await plan(privateConfig());
    savePlan(folder, first);
    assert.deepEqual(await plan(privateConfig()), { plan: first, begun: true });
    const other = plan(privateConfig(START + 86_400));
    await assert.rejects(other, { code: "CONFIG_INVALID", message: /another deployer or configuration/ });
  });

  test("when another chain was begun on, throws CHAIN_MISMATCH", async (context) => {
    const another = await startAnvil({ timestamp: START + 1 });
    context.after(() => another.stop());
    network = await connect(another.rpcUrl, KEY);
    await assert.rejects(plan(privateConfig()), { code: "CHAIN_MISMATCH" });
  });
});

describe("npm run deploy, to a configured network", () => {
  const env = { CAIRN_DEPLOYER_KEY: KEY };
  const place = stage("configured", privateConfig());

  test("when the key has coin, it deploys, and prints neither key nor URL", async () => {
    const running = place.start(anvil.rpcUrl, CONFIGURED, env);
    const { code } = await running.finished;
    assert.equal(code, 0, running.output());
    assert.equal(await sentBy(anvil.rpcUrl, PAYER), CONTRACTS.length + 1);
    assert.equal(place.deployment().deployer, PAYER);
    assert.ok(!running.output().includes(KEY.slice(2)));
    assert.ok(!running.output().includes(anvil.rpcUrl));
  });

  test("when the record is of another programme, it is not written over", async () => {
    const { code, stderr } = await place.start(anvil.rpcUrl, [...CONFIGURED, "--id", "second"], env).finished;
    assert.equal(code, 2);
    assert.match(stderr, /^ARGUMENT_INVALID: .*is of another programme/);
    assert.equal(await sentBy(anvil.rpcUrl, PAYER), CONTRACTS.length + 1);
  });
});

describe("a chain that lacks something", () => {
  for (const { hardfork, missing } of [
    { hardfork: "prague", missing: ["the P-256 precompile (EIP-7951)"] },
    { hardfork: "cancun", missing: ["the P-256 precompile (EIP-7951)", "the block hash contract (EIP-2935)"] },
  ]) {
    test(`when it follows ${hardfork}, all that is missing is named`, async (context) => {
      const old = await startAnvil({ timestamp: START, hardfork });
      context.after(() => old.stop());
      await assert.rejects(assertSuitable(createChainClient(old.rpcUrl)), {
        code: "CHAIN_UNSUITABLE",
        details: { missing },
      });
    });
  }

  test("when the command meets it, nothing is sent", async (context) => {
    const old = await startAnvil({ timestamp: START, hardfork: "prague" });
    context.after(() => old.stop());
    const { code, stderr } = await stage("old").start(old.rpcUrl).finished;
    assert.equal(code, 2);
    assert.match(stderr, /^CHAIN_UNSUITABLE: /);
    assert.equal(await sentBy(old.rpcUrl, DEPLOYER), 0);
  });

  test("when it has both, it is suitable", async () => {
    await assert.doesNotReject(assertSuitable(createChainClient(anvil.rpcUrl)));
  });
});
