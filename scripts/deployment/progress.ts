import { type ChainClient, reach } from "../../src/chain/client.ts";
import { recordDeployment } from "../../src/chain/read/code.ts";
import { readHead } from "../../src/chain/read/head.ts";
import { type RoleChange, readRoleChanges } from "../../src/chain/read/powers.ts";
import { ROLES } from "../../src/protocol/codec/roles.ts";
import { CairnError, CONTRACTS, type Deployment } from "../../src/protocol/index.ts";
import { addressesOf, type Plan } from "./plan.ts";

/**
 * Proves that nothing but a plan's transactions has used the deployer's key since the plan was made: each other one shifts
 * the addresses of the contracts that are still to come, with which those before were built.
 * @throws DEPLOYMENT_INCOMPLETE, CHAIN_UNREACHABLE.
 */
export async function assertUndisturbed(client: ChainClient, plan: Plan): Promise<void> {
  if ((await findSetup(client, plan)) !== undefined) return;
  const blockNumber = await reach(client.getBlockNumber());
  const at = addressesOf(plan);
  const codes = await Promise.all(CONTRACTS.map((name) => reach(client.getCode({ address: at[name], blockNumber }))));
  const standing = codes.filter((code) => code !== undefined).length;
  const nonce = await reach(client.getTransactionCount({ address: plan.deployer, blockNumber }));
  if (nonce !== plan.firstNonce + standing) {
    const found = `${standing} contracts stand, and the deployer's next nonce is ${nonce} instead of ${plan.firstNonce + standing}`;
    const advice = "something else has used its key, so that addresses no longer fit: begin anew with another --id";
    throw new CairnError("DEPLOYMENT_INCOMPLETE", `${found}: ${advice}`);
  }
}

/**
 * The record of a plan that was carried out.
 * @throws DEPLOYMENT_INCOMPLETE, CHAIN_UNREACHABLE.
 */
export async function recordOf(client: ChainClient, plan: Plan): Promise<Deployment> {
  const setup = await findSetup(client, plan);
  if (setup === undefined) throw new CairnError("DEPLOYMENT_INCOMPLETE", "the setup is not on the chain");
  return recordDeployment(client, {
    deployer: plan.deployer,
    firstBlock: plan.block.number,
    block: setup.block,
    blockHash: setup.blockHash,
    genesis: plan.genesis,
    operator: plan.config.operator,
    contracts: addressesOf(plan),
  });
}

/** The last act of the setup: the deployer gives up being the admin. */
async function findSetup(client: ChainClient, plan: Plan): Promise<RoleChange | undefined> {
  const range = { fromBlock: plan.block.number, toBlock: (await readHead(client)).number };
  const changes = await readRoleChanges(client, addressesOf(plan).accessManager, range);
  return changes.find(({ role, account, granted }) => role === ROLES.admin && account === plan.deployer && !granted);
}
