import { join } from "node:path";
import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import { trackTransaction, wipe } from "@nomicfoundation/ignition-core";
import programme, { addressParameter } from "../../ignition/modules/programme.ts";
import { reach } from "../../src/chain/client.ts";
import { setupCalls } from "../../src/chain/write/deploy.ts";
import { CairnError, CONTRACTS, type Hex } from "../../src/protocol/index.ts";
import type { DeploymentNetwork } from "./network.ts";
import { addressesOf, type Plan } from "./plan.ts";

/** A local node mines at once: there is no use in waiting. */
const LOCAL_POLLING_MS = 100;
/** Ignition's code for a transaction of which it knows the nonce, but not whether it was sent. */
const TRANSACTION_LOST = "HHE10410";
/** Blocks that are searched at once for a lost transaction. */
const BLOCKS_AT_ONCE = 16;

/** The folder in which Ignition keeps a deployment. */
export function deploymentFolder(ignitionDir: string, id: string): string {
  return join(ignitionDir, "deployments", id);
}

/**
 * Lets Ignition send what a plan still lacks. What an earlier run has sent is in Ignition's journal and on the chain, and is
 * not sent again.
 * @throws DEPLOYMENT_INCOMPLETE with the reason; then the same call goes on.
 */
export async function carryOut(network: DeploymentNetwork, plan: Plan, id: string): Promise<void> {
  try {
    await ignite(network, plan, id);
  } catch (error) {
    if (!isLost(error)) throw incomplete(network, error);
    try {
      await recover(network, plan, deploymentFolder(network.hre.config.paths.ignition, id), error.messageArguments);
      await ignite(network, plan, id);
    } catch (again) {
      throw incomplete(network, again);
    }
  }
}

async function ignite({ name, connection }: DeploymentNetwork, plan: Plan, id: string): Promise<void> {
  const { deployer, genesis, config } = plan;
  const at = addressesOf(plan);
  const addresses = Object.fromEntries(CONTRACTS.map((contract) => [addressParameter(contract), at[contract]]));
  const setup = setupCalls(at, deployer, config);
  await connection.ignition.deploy(programme, {
    parameters: { Programme: { ...addresses, genesis, operator: config.operator, rules: { ...config.rules }, setup } },
    deploymentId: id,
    defaultSender: deployer,
    displayUi: process.stdout.isTTY === true,
    config: name === "local" ? { blockPollingInterval: LOCAL_POLLING_MS } : {},
  });
}

interface LostTransaction {
  readonly futureId: string;
  readonly nonce: number;
}

function isLost(error: unknown): error is { messageArguments: LostTransaction } {
  return (error as { errorCode?: string }).errorCode === TRANSACTION_LOST;
}

/**
 * A run that ends between choosing a nonce and learning the transaction's hash leaves Ignition at a loss. The chain knows
 * better: whatever has that nonce was sent by that run, since this key is used for nothing else.
 */
async function recover(network: DeploymentNetwork, plan: Plan, folder: string, lost: LostTransaction): Promise<void> {
  const { client, connection, hre } = network;
  const { futureId, nonce } = lost;
  const count = (blockTag: "latest" | "pending") =>
    reach(client.getTransactionCount({ address: plan.deployer, blockTag }));
  if ((await count("latest")) > nonce) {
    const hash = await findTransaction(network, plan, nonce);
    await trackTransaction(folder, hash, connection.provider);
  } else if ((await count("pending")) > nonce) {
    throw new CairnError("DEPLOYMENT_INCOMPLETE", `the transaction with nonce ${nonce} is not mined yet`);
  } else {
    await wipe(folder, new HardhatArtifactResolver(hre.artifacts), futureId);
  }
}

/** The hash of the deployer's transaction with a nonce, which is mined. */
async function findTransaction({ client }: DeploymentNetwork, plan: Plan, nonce: number): Promise<Hex> {
  const head = Number(await reach(client.getBlockNumber()));
  for (let from = plan.block.number; from <= head; from += BLOCKS_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(BLOCKS_AT_ONCE, head - from + 1) }, (_, i) => BigInt(from + i));
    const blocks = await Promise.all(
      numbers.map((blockNumber) => reach(client.getBlock({ blockNumber, includeTransactions: true }))),
    );
    const found = blocks
      .flatMap(({ transactions }) => transactions)
      .find((transaction) => transaction.nonce === nonce && transaction.from.toLowerCase() === plan.deployer);
    if (found !== undefined) return found.hash;
  }
  throw new CairnError("CHAIN_UNREACHABLE", `the node does not give the transaction with nonce ${nonce}`);
}

function incomplete({ redact }: DeploymentNetwork, cause: unknown): CairnError {
  if (cause instanceof CairnError) return cause;
  const said = redact(cause instanceof Error ? cause.message : String(cause));
  return new CairnError("DEPLOYMENT_INCOMPLETE", `${said}; the same command goes on with it`, { cause });
}
