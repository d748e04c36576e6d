import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { encodeFunctionData, keccak256, toFunctionSelector } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { checkDeployment } from "../../scripts/deployment/check/check.ts";
import type { Difference, Report } from "../../scripts/deployment/check/report.ts";
import { parseDeployConfig } from "../../scripts/deployment/config.ts";
import { openHardhat } from "../../scripts/deployment/network.ts";
import { createChainClient } from "../../src/chain/client.ts";
import { accessManagerAbi } from "../../src/chain/generated/accessManager.ts";
import { rulesAbi } from "../../src/chain/generated/rules.ts";
import { stoneLedgerAbi } from "../../src/chain/generated/stoneLedger.ts";
import { deployProgramme, programmeAddresses } from "../../src/chain/write/deploy.ts";
import { DEFAULT_RULES } from "../../src/chain/write/rule-set.ts";
import { createRpc, type Rpc } from "../../src/cli/rpc.ts";
import { ROLES } from "../../src/protocol/codec/roles.ts";
import { CONTRACTS, type Deployment, type Hex } from "../../src/protocol/index.ts";
import { type Anvil, startAnvil } from "../support/anvil.ts";
import { startProgram } from "../support/run-cli.ts";
import { actAsAdmin, DEPLOYER, EXAMPLE, exampleConfig, START, send, sentBy, stage } from "./support.ts";

const STRANGER: Hex = `0x${"5a".repeat(20)}`;
const CONFIG = exampleConfig();
const ADMIN = CONFIG.roles.admin as Hex;
const place = stage("whole");

let anvil: Anvil;
let rpc: Rpc;
let hre: HardhatRuntimeEnvironment;
let deployment: Deployment;

before(async () => {
  anvil = await startAnvil({ timestamp: START });
  rpc = createRpc(anvil.rpcUrl);
  hre = await openHardhat();
  const { code, stderr } = await place.start(anvil.rpcUrl).finished;
  assert.equal(code, 0, stderr);
  deployment = place.deployment();
});
after(() => anvil.stop());

/** Runs the check on a copy of the chain, which an act has changed; afterwards the chain is as before. */
async function checkAfter(act: () => Promise<unknown>, config?: unknown, record = deployment): Promise<Report> {
  const snapshot = await rpc.call("evm_snapshot");
  await act();
  const client = createChainClient(anvil.rpcUrl);
  const report = await checkDeployment({
    ...{ hre, client, deployment: record },
    config: config === undefined ? undefined : parseDeployConfig(config),
  });
  await rpc.call("evm_revert", snapshot);
  return report;
}

const nothing = () => Promise.resolve();

/** What differs, by the name of the subject. */
function differencesOf({ subjects }: Report): Record<string, readonly Difference[]> {
  const differing = subjects.filter(({ differences }) => differences.length > 0);
  return Object.fromEntries(differing.map(({ name, differences }) => [name, differences]));
}

function checkCommand(...args: string[]) {
  const command = ["--deployment", place.out, "--rpc", anvil.rpcUrl, ...args];
  return startProgram("scripts/check-deployment.ts", command).finished;
}

describe("npm run deploy", () => {
  test("when it is done, the contracts stand where the deployer's nonces predict", () => {
    assert.deepEqual(deployment.contracts, programmeAddresses(DEPLOYER, 0));
    assert.deepEqual([deployment.chainId, deployment.deployer, deployment.firstBlock], [31_337, DEPLOYER, 0]);
  });

  test("when it is done, the genesis is the next midnight of the configuration's clock", () => {
    assert.equal(deployment.genesis, Date.UTC(2027, 0, 15, 16) / 1_000);
  });

  test("when it is done, the code hashes are those of the code that stands", async () => {
    const client = createChainClient(anvil.rpcUrl);
    for (const name of CONTRACTS) {
      const code = (await client.getCode({ address: deployment.contracts[name] })) as Hex;
      assert.equal(deployment.codeHashes[name], keccak256(code), name);
    }
  });

  test("when it is done, the block is that of the last transaction", async () => {
    const block = await createChainClient(anvil.rpcUrl).getBlock({ blockNumber: BigInt(deployment.block) });
    assert.equal(block.hash, deployment.blockHash);
    assert.equal(await sentBy(anvil.rpcUrl, DEPLOYER), CONTRACTS.length + 1);
  });

  test("when it is done again, nothing is sent and the record stays", async () => {
    const record = readFileSync(place.out, "utf8");
    const { code, stderr } = await place.start(anvil.rpcUrl).finished;
    assert.equal(code, 0, stderr);
    assert.equal(await sentBy(anvil.rpcUrl, DEPLOYER), CONTRACTS.length + 1);
    assert.equal(readFileSync(place.out, "utf8"), record);
  });
});

describe("npm run check:deployment", () => {
  test("when all is as it should be, it ends with 0 and calls every subject ok", async () => {
    const { code, stdout, stderr } = await checkCommand("--config", EXAMPLE);
    assert.equal(code, 0, stderr + stdout);
    for (const name of [...CONTRACTS, ...Object.keys(ROLES)]) assert.match(stdout, new RegExp(`${name} +ok`));
  });

  test("when something differs, it ends with 1 and says what, as JSON too", async () => {
    const snapshot = await rpc.call("evm_snapshot");
    await rpc.call("anvil_setCode", deployment.contracts.milestones, "0x60006000fd");
    const { code, stdout } = await checkCommand("--json");
    await rpc.call("evm_revert", snapshot);
    assert.equal(code, 1);
    const report = JSON.parse(stdout) as Report;
    assert.equal(report.same, false);
    assert.deepEqual(Object.keys(differencesOf(report)), ["milestones"]);
  });
});

describe("a deployment that is compared with the sources", () => {
  test("when nothing was changed, nothing differs without a configuration either", async () => {
    assert.deepEqual(differencesOf(await checkAfter(nothing)), {});
  });

  test("given a programme as `cairn up` deploys it, nothing differs either", async () => {
    const payer: Hex = `0x${"6e".repeat(32)}`;
    await rpc.call("anvil_setBalance", privateKeyToAddress(payer), "0xde0b6b3a7640000");
    const { roles, operator, receiptKey, notices } = parseDeployConfig(CONFIG);
    const record = await deployProgramme({
      rpcUrl: anvil.rpcUrl,
      deployerKey: payer,
      genesis: deployment.genesis,
      ...{ roles, operator, receiptKey, notices },
    });
    assert.deepEqual(differencesOf(await checkAfter(nothing, undefined, record)), {});
  });

  test("when one byte of a contract's code was changed, the contract is named with both hashes", async () => {
    const { mineBox } = deployment.contracts;
    const code = (await rpc.call("eth_getCode", mineBox, "latest")) as Hex;
    const changed: Hex = `${code.slice(0, 200) as Hex}${code[200] === "0" ? "1" : "0"}${code.slice(201)}`;
    const report = await checkAfter(() => rpc.call("anvil_setCode", mineBox, changed));
    const evidence = { expected: keccak256(code), actual: keccak256(changed) };
    assert.deepEqual(differencesOf(report), {
      mineBox: [
        { what: "code", ...evidence },
        { what: "recorded code hash", ...evidence },
      ],
    });
  });

  test("when the AccessManager is another one, what it says of roles is not believed", async () => {
    const report = await checkAfter(() => rpc.call("anvil_setCode", deployment.contracts.accessManager, "0x00"));
    assert.deepEqual(Object.keys(differencesOf(report)), ["accessManager"]);
    assert.ok(report.subjects.every(({ kind }) => kind !== "role"));
  });

  test("when a contract is gone, it is named as without code", async () => {
    const report = await checkAfter(() => rpc.call("anvil_setCode", deployment.contracts.vehicleToken, "0x"));
    const [difference] = differencesOf(report).vehicleToken ?? [];
    assert.equal(difference?.actual, "no code");
  });

  test("when the record names another code, the contract is named", async () => {
    const codeHashes = { ...deployment.codeHashes, rules: deployment.codeHashes.mineBox };
    const report = await checkAfter(nothing, undefined, { ...deployment, codeHashes });
    assert.deepEqual(
      differencesOf(report).rules?.map(({ what }) => what),
      ["recorded code hash"],
    );
  });

  test("when the configuration has another genesis, every contract that has it built in is named", async () => {
    const genesis = deployment.genesis + 900;
    const differences = differencesOf(await checkAfter(nothing, { ...CONFIG, genesis }));
    const evidence = { expected: `${genesis}`, actual: `${deployment.genesis}` };
    assert.deepEqual(differences, {
      "deployment.json": [{ what: "genesis", ...evidence }],
      rules: [{ what: "genesis", ...evidence }],
      ...Object.fromEntries(
        ["vehicleRegistry", "dropAnchor", "stoneLedger", "mineBox"].map((name) => [
          name,
          [{ what: "_GENESIS", ...evidence }],
        ]),
      ),
    });
  });

  test("when the configuration has other rules, receipt key and notices, each is named", async () => {
    const published = { ...DEFAULT_RULES, maxUnitsPerMetre: Number(DEFAULT_RULES.maxUnitsPerMetre) };
    const rules = { ...published, dailyCapM: 1 };
    const notices = [...(CONFIG.notices as string[]), `0x${"11".repeat(32)}`];
    const report = await checkAfter(nothing, { ...CONFIG, rules, receiptKey: STRANGER, notices });
    const setup = differencesOf(report)["rules, receipt key, notices"]?.map(({ what }) => what);
    assert.deepEqual(setup, [
      "rules version 0",
      `receipt key ${STRANGER}`,
      "notice 2",
      `receipt key ${CONFIG.receiptKey.toLowerCase()}`,
    ]);
  });
});

describe("powers that are compared with the configuration", () => {
  const grant = (role: bigint, account: Hex) =>
    encodeFunctionData({ abi: accessManagerAbi, functionName: "grantRole", args: [role, account, 0] });
  const actLater = (data: Hex) => () => actAsAdmin(anvil.rpcUrl, deployment, { admin: ADMIN, delayS: 86_400, data });

  for (const config of [CONFIG, undefined]) {
    test(`when a role was granted afterwards, it is named ${config ? "with" : "without"} a configuration`, async () => {
      const report = await checkAfter(actLater(grant(ROLES.relayer, STRANGER)), config);
      const relayer = CONFIG.roles.relayer?.toLowerCase();
      assert.deepEqual(differencesOf(report), {
        relayer: [
          { what: "holders", expected: relayer, actual: `${relayer}, ${STRANGER}` },
          { what: "number of holders", expected: "1", actual: "2" },
        ],
      });
    });
  }

  test("when the configuration follows a change of roles, nothing differs", async () => {
    const standby = CONFIG.roles.standby as Hex;
    const act = async () => {
      await actLater(grant(ROLES.standby, STRANGER))();
      const revoke = { abi: accessManagerAbi, functionName: "revokeRole", args: [ROLES.standby, standby] } as const;
      await actLater(encodeFunctionData(revoke))();
    };
    const report = await checkAfter(act, { ...CONFIG, roles: { ...CONFIG.roles, standby: STRANGER } });
    assert.deepEqual(differencesOf(report), {});
  });

  test("when the deployer got a role again, that is named", async () => {
    const report = await checkAfter(actLater(grant(ROLES.guardian, DEPLOYER)), CONFIG);
    assert.deepEqual(differencesOf(report)["separation of duties"], [
      { what: `roles of the deployer ${DEPLOYER}`, expected: "none", actual: "guardian" },
    ]);
  });

  test("when somebody got a role that the programme does not have, that is named", async () => {
    const report = await checkAfter(actLater(grant(77n, STRANGER)), CONFIG);
    assert.deepEqual(differencesOf(report), {
      "number 77": [{ what: "holders", expected: "nobody", actual: STRANGER }],
    });
  });

  test("when a function was given to another role, its contract is named", async () => {
    const settleDay = stoneLedgerAbi.find((entry) => entry.type === "function" && entry.name === "settleDay");
    const selector = toFunctionSelector(settleDay as Parameters<typeof toFunctionSelector>[0]);
    const args = [deployment.contracts.stoneLedger, [selector], ROLES.catalogue] as const;
    const data = encodeFunctionData({ abi: accessManagerAbi, functionName: "setTargetFunctionRole", args });
    const report = await checkAfter(actLater(data), CONFIG);
    assert.deepEqual(differencesOf(report), {
      stoneLedger: [{ what: "role of settleDay", expected: "relayer", actual: "catalogue" }],
    });
  });

  test("when the rules role has published a notice since, it is told and not judged", async () => {
    const data = encodeFunctionData({ abi: rulesAbi, functionName: "publishNotice", args: [`0x${"22".repeat(32)}`] });
    const call = { from: CONFIG.roles.rules as Hex, to: deployment.contracts.rules, data };
    const report = await checkAfter(() => send(anvil.rpcUrl, call), CONFIG);
    assert.equal(report.same, true);
    assert.match(report.since.join(), /^block \d+: notice 2: 0x2222/);
  });
});
