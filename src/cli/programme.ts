import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { assertChain, createChainClient } from "../chain/client.ts";
import { type ContractWriter, createContractWriter } from "../chain/write/contract-writer.ts";
import { deployProgramme } from "../chain/write/deploy.ts";
import type { RuleSet } from "../chain/write/rule-set.ts";
import { CairnError, type Deployment, type Hex, toHex } from "../protocol/index.ts";
import { toJsonFile } from "./files.ts";
import { addressOf, KEY_NAMES, type KeyName, type ProgrammeKeys } from "./keys.ts";
import { createRpc, type Rpc } from "./rpc.ts";
import { readDeployment, type Workspace } from "./workspace.ts";

/** The notice that owners of local programmes are shown; consents name it by its number. */
const NOTICE_TEXT =
  "Cairn, local programme. Mileage, driving behaviour, takeovers and battery state are used for product iteration by the " +
  "programme's operator. You can withdraw at any time; what you have earned stays yours.";

/** Keys that never send a transaction, so that need nothing of the chain's coin. */
const NO_SENDERS: readonly KeyName[] = ["receipt", "deskReceipt", "task", "operator"];
const SENDERS = KEY_NAMES.filter((name) => !NO_SENDERS.includes(name));
const FUNDS_WEI = `0x${(100n * 10n ** 18n).toString(16)}`;

/**
 * Gives every key that sends transactions some of a development node's coin, from its first unlocked account.
 * @throws CHAIN_UNREACHABLE; CONFIG_INVALID when the node has no unlocked account.
 */
async function fundKeys(rpc: Rpc, keys: ProgrammeKeys): Promise<void> {
  const [from] = (await rpc.call("eth_accounts")) as Hex[];
  if (from === undefined) {
    throw new CairnError(
      "CONFIG_INVALID",
      "the node has no unlocked account: set CAIRN_DEPLOYER_KEY to a funded key, and fund the keys in keys.json",
    );
  }
  const hashes: unknown[] = [];
  for (const name of SENDERS) {
    hashes.push(await rpc.call("eth_sendTransaction", { from, to: addressOf(keys[name]), value: FUNDS_WEI }));
  }
  for (const hash of hashes) await waitForReceipt(rpc, hash);
}

async function waitForReceipt(rpc: Rpc, hash: unknown): Promise<void> {
  // A node answers before the receipt exists; even a slow one has it within a few blocks.
  for (let attempt = 0; attempt < 600; attempt++) {
    if ((await rpc.call("eth_getTransactionReceipt", hash)) !== null) return;
    await sleep(attempt < 20 ? 10 : 100);
  }
  throw new CairnError("CHAIN_UNREACHABLE", "a transaction was not mined in time");
}

/** What a programme is deployed with. */
export interface DeployOptions {
  readonly rpcUrl: string;
  readonly keys: ProgrammeKeys;
  /** First second of day 0. */
  readonly genesis: number;
  readonly rules: RuleSet;
  /** Called when all contracts stand, before deployment.json says so. */
  readonly beforeWriting?: () => Promise<void>;
}

/**
 * The programme of a work folder: the one that deployment.json names, or a new one.
 * @throws CHAIN_MISMATCH when deployment.json is of another chain; CHAIN_UNREACHABLE, TRANSACTION_REVERTED.
 */
export async function ensureDeployed(
  workspace: Workspace,
  options: () => Promise<DeployOptions> | DeployOptions,
  rpcUrl: string,
): Promise<{ deployment: Deployment; fresh: boolean }> {
  if (existsSync(workspace.deploymentFile)) {
    const deployment = readDeployment(workspace.deploymentFile);
    await assertChain(createChainClient(rpcUrl), deployment);
    return { deployment, fresh: false };
  }
  const { keys, genesis, rules, beforeWriting } = await options();
  const foreignKey = process.env.CAIRN_DEPLOYER_KEY;
  if (foreignKey === undefined) await fundKeys(createRpc(rpcUrl), keys);
  else if (!/^0x[0-9a-fA-F]{64}$/.test(foreignKey)) {
    throw new CairnError("CONFIG_INVALID", "CAIRN_DEPLOYER_KEY is not a private key");
  }
  const role = (name: KeyName) => addressOf(keys[name]);
  const deployment = await deployProgramme({
    rpcUrl,
    deployerKey: (foreignKey as Hex | undefined) ?? keys.deployer,
    roles: {
      admin: role("admin"),
      relayer: role("relayer"),
      guardian: role("guardian"),
      manufacturer: role("manufacturer"),
      operator: role("fulfilment"),
      catalogue: role("catalogue"),
      arbiter: role("arbiter"),
      rules: role("rules"),
      overseer: role("overseer"),
      standby: role("standby"),
      attester: role("attester"),
      recovery: role("recovery"),
      excluder: role("excluder"),
      treasurer: role("treasurer"),
      curator: role("curator"),
    },
    operator: role("operator"),
    receiptKey: role("receipt"),
    genesis,
    rules,
    notices: [toHex(createHash("sha256").update(NOTICE_TEXT).digest())],
  });
  await beforeWriting?.();
  // An audit of a programme that has published nothing yet finds an empty manifest, not a missing one.
  closeSync(openSync(join(workspace.filesDir, "manifest.jsonl"), "a"));
  toJsonFile(workspace.deploymentFile, deployment);
  return { deployment, fresh: true };
}

/** Sends transactions of a programme's duties, each with its own key. */
export type DutyWriters = Readonly<
  Record<
    "manufacturer" | "fulfilment" | "catalogue" | "arbiter" | "rules" | "attester" | "excluder" | "anyone",
    ContractWriter
  >
>;

/** Makes the writers of a programme's duties. @param pollMs How often to look for a receipt. */
export function dutyWriters(
  { rpcUrl, deployment }: { rpcUrl: string; deployment: Deployment },
  keys: ProgrammeKeys,
  pollMs: number,
): DutyWriters {
  const client = createChainClient(rpcUrl);
  const writer = (name: KeyName) =>
    createContractWriter({ client, rpcUrl, deployment, account: accountOf(keys[name]), pollMs });
  return {
    manufacturer: writer("manufacturer"),
    fulfilment: writer("fulfilment"),
    catalogue: writer("catalogue"),
    arbiter: writer("arbiter"),
    rules: writer("rules"),
    attester: writer("attester"),
    excluder: writer("excluder"),
    anyone: writer("anyone"),
  };
}

/** The account of a private key. */
export function accountOf(key: Hex): LocalAccount {
  return privateKeyToAccount(key);
}
