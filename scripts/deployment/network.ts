import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { ResolvedConfigurationVariable } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";
import { privateKeyToAddress } from "viem/accounts";
import hardhatConfig from "../../hardhat.config.ts";
import { type ChainClient, createChainClient, reach } from "../../src/chain/client.ts";
import { CairnError, type Hex, lowerHex } from "../../src/protocol/index.ts";

/** The networks of hardhat.config.ts that programmes are deployed to. */
export const NETWORKS = ["local", "configured"] as const;
export type NetworkName = (typeof NETWORKS)[number];

/** A network, ready to deploy to. */
export interface DeploymentNetwork {
  readonly name: NetworkName;
  readonly hre: HardhatRuntimeEnvironment;
  readonly connection: NetworkConnection;
  readonly client: ChainClient;
  readonly chainId: number;
  /** The account that deploys: the configured key's, or the first that the local node has unlocked. */
  readonly deployer: Hex;
  /** Puts words in place of the URL and the key, which other people's messages may repeat. */
  redact(text: string): string;
}

const COMPILE_ATTEMPTS = 5;

/**
 * Hardhat with the contracts compiled.
 * @param ignitionDir Where Ignition keeps its journals; hardhat.config.ts says it unless given.
 */
export async function openHardhat(ignitionDir?: string): Promise<HardhatRuntimeEnvironment> {
  const paths = { ...hardhatConfig.paths, ...(ignitionDir === undefined ? {} : { ignition: ignitionDir }) };
  const hre = await createHardhatRuntimeEnvironment({ ...hardhatConfig, paths });
  await compile(hre);
  return hre;
}

/** Hardhats that compile in one folder at the same time can take each other's unfinished cache away; what is compiled stays. */
async function compile(hre: HardhatRuntimeEnvironment, attempts = COMPILE_ATTEMPTS): Promise<void> {
  try {
    await hre.tasks.getTask("compile").run({ quiet: true });
  } catch (error) {
    const isOthers = error instanceof Error && error.message.includes("compile-cache.json");
    if (!isOthers || attempts === 1) throw error;
    await compile(hre, attempts - 1);
  }
}

/**
 * Connects to a network of hardhat.config.ts.
 * @throws CONFIG_INVALID when nothing says where it is or who deploys, CHAIN_UNREACHABLE.
 */
export async function openNetwork(hre: HardhatRuntimeEnvironment, name: NetworkName): Promise<DeploymentNetwork> {
  const config = hre.config.networks[name];
  if (config?.type !== "http") throw new CairnError("UNEXPECTED", `${name} is not in hardhat.config.ts`);
  const url = await config.url.getUrl().catch(() => unset("CAIRN_RPC_URL is not set, or is not a URL"));
  const keys = Array.isArray(config.accounts) ? config.accounts : [];
  const secrets: [secret: string, word: string][] = [[url, "the node"]];
  let deployer: Hex | undefined;
  for (const variable of keys) {
    const key = await readKey(variable);
    secrets.push([key, "the key"], [key.slice(2), "the key"]);
    deployer ??= privateKeyToAddress(key);
  }
  const client = createChainClient(url);
  const chainId = await reach(client.getChainId());
  const connection = await hre.network.create(name);
  deployer ??= await unlockedAccount(connection);
  return {
    ...{ name, hre, connection, client, chainId, deployer: lowerHex(deployer) },
    redact: (text) => secrets.reduce((clean, [secret, word]) => clean.replaceAll(secret, word), text),
  };
}

async function readKey(variable: ResolvedConfigurationVariable): Promise<Hex> {
  try {
    const key = (await variable.get()) as Hex;
    privateKeyToAddress(key);
    return key;
  } catch {
    // Neither the cause nor the value goes on: it may be a key with a typing error.
    return unset("CAIRN_DEPLOYER_KEY is not set, or is not a private key");
  }
}

async function unlockedAccount({ provider }: NetworkConnection): Promise<Hex> {
  const [account] = (await reach(provider.request({ method: "eth_accounts" }))) as Hex[];
  return account ?? unset("the node has no unlocked account: deploy with --network configured and a key");
}

function unset(problem: string): never {
  throw new CairnError("CONFIG_INVALID", problem);
}
