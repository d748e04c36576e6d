import { existsSync } from "node:fs";
import { join } from "node:path";
import { mnemonicToAccount } from "viem/accounts";
import { type ChainClient, reach } from "../../src/chain/client.ts";
import { type BlockRef, readHead } from "../../src/chain/read/head.ts";
import { programmeAddresses } from "../../src/chain/write/deploy.ts";
import { readJsonFile, toJsonFile } from "../../src/cli/files.ts";
import { toJson } from "../../src/cli/output.ts";
import { CairnError, type ContractName, type Hex } from "../../src/protocol/index.ts";
import { type DeployConfig, dutiesOf } from "./config.ts";
import { resolveGenesis } from "./genesis.ts";
import type { DeploymentNetwork } from "./network.ts";

/** What a deployment begins with. It is written down before the first transaction, so that a second run goes on with it. */
export interface Plan {
  readonly chainId: number;
  readonly deployer: Hex;
  /** The deployer's nonce before the first contract. */
  readonly firstNonce: number;
  /** The newest block when it began: a chain without it is another chain. */
  readonly block: BlockRef;
  readonly genesis: number;
  readonly config: DeployConfig;
}

/** A plan and whether an earlier run has begun to carry it out. */
export interface PreparedPlan {
  readonly plan: Plan;
  readonly begun: boolean;
}

const PLAN_FILE = "cairn-plan.json";
/** The words from which development nodes make their accounts; everybody has those keys. */
const PUBLIC_WORDS = "test test test test test test test test test test test junk";
const PUBLIC_ACCOUNTS = 30;

/** Where each contract of a plan comes to stand. */
export function addressesOf({ deployer, firstNonce }: Plan): Record<ContractName, Hex> {
  return programmeAddresses(deployer, firstNonce);
}

/**
 * The plan in a deployment's folder, or a new one.
 * @throws CONFIG_INVALID when the configuration does not fit the network, or another one was begun with; CHAIN_MISMATCH,
 * CHAIN_UNREACHABLE.
 */
export async function preparePlan(
  folder: string,
  config: DeployConfig,
  network: DeploymentNetwork,
): Promise<PreparedPlan> {
  const path = join(folder, PLAN_FILE);
  if (existsSync(path)) return { plan: await resumedPlan(path, config, network), begun: true };
  return { plan: await newPlan(config, network), begun: false };
}

/** Writes a plan into its deployment's folder, which must be there. */
export function savePlan(folder: string, plan: Plan): void {
  toJsonFile(join(folder, PLAN_FILE), plan);
}

async function newPlan(config: DeployConfig, network: DeploymentNetwork): Promise<Plan> {
  const { client, chainId, deployer } = network;
  assertNobodysKeys(config, network);
  const block = await readHead(client);
  const count = (blockTag: "latest" | "pending") => reach(client.getTransactionCount({ address: deployer, blockTag }));
  const [firstNonce, nextNonce, balance] = await Promise.all([
    count("latest"),
    count("pending"),
    reach(client.getBalance({ address: deployer })),
  ]);
  if (balance === 0n) throw new CairnError("CONFIG_INVALID", `the deployer ${deployer} has no coin to pay with`);
  if (nextNonce !== firstNonce) {
    throw new CairnError("DEPLOYMENT_INCOMPLETE", `the deployer ${deployer} has transactions that are not mined yet`);
  }
  return { chainId, deployer, firstNonce, block, genesis: resolveGenesis(config.genesis, block.time), config };
}

/** The deployer is to keep no power, and nobody may hold one with a key that everybody has. */
function assertNobodysKeys(config: DeployConfig, { name, deployer }: DeploymentNetwork): void {
  const known = name === "local" ? [] : Array.from({ length: PUBLIC_ACCOUNTS }, (_, i) => publicAccount(i));
  for (const [field, who] of dutiesOf(config)) {
    if (who === deployer) unfit(field, "the deployer's address: it keeps no power");
    if (known.includes(who)) unfit(field, "an address whose key is public, from a development node");
  }
}

function publicAccount(addressIndex: number): string {
  return mnemonicToAccount(PUBLIC_WORDS, { addressIndex }).address.toLowerCase();
}

async function resumedPlan(path: string, config: DeployConfig, network: DeploymentNetwork): Promise<Plan> {
  const plan = readJsonFile(path) as Plan;
  if (plan.chainId !== network.chainId || !(await hasBlock(network.client, plan.block))) {
    throw new CairnError("CHAIN_MISMATCH", `${path} began on another chain: begin anew with another --id`);
  }
  if (plan.deployer !== network.deployer || toJson(plan.config) !== toJson(config)) {
    const problem = `another deployer or configuration than ${path} began with: begin anew with another --id`;
    throw new CairnError("CONFIG_INVALID", problem);
  }
  // Read from the configuration that was just parsed: in the file, large numbers are text.
  return { ...plan, config };
}

async function hasBlock(client: ChainClient, { number, hash }: BlockRef): Promise<boolean> {
  if ((await readHead(client)).number < number) return false;
  return (await reach(client.getBlock({ blockNumber: BigInt(number) }))).hash === hash;
}

function unfit(field: string, what: string): never {
  throw new CairnError("CONFIG_INVALID", `${field} is ${what}`, { details: { field } });
}
