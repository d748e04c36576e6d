import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeFunctionData } from "viem";
import { createChainClient } from "../../src/chain/client.ts";
import { accessManagerAbi } from "../../src/chain/generated/accessManager.ts";
import { createRpc } from "../../src/cli/rpc.ts";
import { readDeployment } from "../../src/cli/workspace.ts";
import type { Deployment, Hex } from "../../src/protocol/index.ts";
import { type RunningCommand, startProgram, temporaryFolder } from "../support/run-cli.ts";

/** Time of block 0 of the chains here: 2027-01-15T08:00:00Z. */
export const START = 1_800_000_000;
/** The first account of every development node, which deploys on a local network. */
export const DEPLOYER: Hex = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
/** The example that the documents name. */
export const EXAMPLE = "ignition/parameters/example.json";
const FOLDER = temporaryFolder();

/** The example's content, to be changed. */
export function exampleConfig(): { roles: Record<string, string>; receiptKey: string; [field: string]: unknown } {
  return JSON.parse(readFileSync(EXAMPLE, "utf8"));
}

/** A deployment by the command: where it works, and what it makes. */
export interface Stage {
  readonly out: string;
  /** Starts `npm run deploy`; on the local network and without a question unless the arguments say otherwise. */
  start(rpcUrl: string, args?: readonly string[], env?: Readonly<Record<string, string>>): RunningCommand;
  readonly deployment: () => Deployment;
}

/** A place for one deployment. @param config The example's unless given. */
export function stage(name: string, config?: unknown): Stage {
  const out = join(FOLDER, `${name}.json`);
  const configFile = config === undefined ? EXAMPLE : join(FOLDER, `${name}-config.json`);
  if (config !== undefined) writeFileSync(configFile, JSON.stringify(config));
  const own = ["--config", configFile, "--out", out, "--ignition", join(FOLDER, name)];
  return {
    out,
    start: (rpcUrl, args = ["--network", "local", "--yes"], env = {}) =>
      startProgram("scripts/deploy.ts", [...own, ...args], { CAIRN_RPC_URL: rpcUrl, ...env }),
    deployment: () => readDeployment(out),
  };
}

/** How many transactions an account has sent. */
export function sentBy(rpcUrl: string, address: Hex): Promise<number> {
  return createChainClient(rpcUrl).getTransactionCount({ address });
}

/** Sends a transaction from an account that the node has unlocked, and sees it succeed. */
export async function send(rpcUrl: string, call: { from: string; to: Hex; data?: Hex }): Promise<void> {
  const hash = (await createRpc(rpcUrl).call("eth_sendTransaction", call)) as Hex;
  const receipt = await createChainClient(rpcUrl).waitForTransactionReceipt({ hash, pollingInterval: 10 });
  assert.equal(receipt.status, "success");
}

/** Has the admin of a programme, whose key the node knows, call the AccessManager when its delay is over. */
export async function actAsAdmin(
  rpcUrl: string,
  { contracts }: Deployment,
  { admin, delayS, data }: { admin: string; delayS: number; data: Hex },
): Promise<void> {
  const rpc = createRpc(rpcUrl);
  const to = contracts.accessManager;
  const schedule = { abi: accessManagerAbi, functionName: "schedule", args: [to, data, 0] } as const;
  await send(rpcUrl, { from: admin, to, data: encodeFunctionData(schedule) });
  await rpc.call("evm_increaseTime", delayS);
  await rpc.call("evm_mine");
  const execute = { abi: accessManagerAbi, functionName: "execute", args: [to, data] } as const;
  await send(rpcUrl, { from: admin, to, data: encodeFunctionData(execute) });
}
