import { network } from "hardhat";
import {
  createTestClient,
  createWalletClient,
  http,
  keccak256,
  publicActions,
  stringToHex,
  toEventSelector,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { deployProgramme } from "../../src/chain/write/deploy.ts";
import { DEFAULT_RULES } from "../../src/chain/write/rule-set.ts";
import { ROLES, type Role } from "../../src/protocol/codec/roles.ts";
import type { Deployment, Hex } from "../../src/protocol/index.ts";

/** 2023-11-15 at midnight in Shanghai. */
const GENESIS = 1_699_977_600;
const DEPLOYED_AT = GENESIS - 86_400;
/** The rules that the chain runs under, for peers as for us. */
export const HARDFORK = "osaka";
/** Deploying passes real seconds, at most these; from then on the bench says what time each block has. */
const DEPLOYING_S = 3_600;
/** The most gas that a transaction may use (EIP-7825), so that nothing needs to be estimated. */
const TRANSACTION_GAS_LIMIT = 2n ** 24n;

/** A batch with a skipped intent would look cheap. */
const SKIPPED = toEventSelector("IntentSkipped(uint256,address,bytes4)");

/** 32 bytes that follow from a text, so that every run measures the same transactions. */
export function seeded(text: string): Hex {
  return keccak256(stringToHex(`cairn bench ${text}`));
}

/** An account with a known key. */
export function actor(name: string) {
  return privateKeyToAccount(seeded(`key of ${name}`));
}
export type Actor = ReturnType<typeof actor>;

/** A transaction that succeeded. */
export interface Sent {
  readonly hash: Hex;
  readonly calldata: Hex;
  /** Gas of the whole transaction, the base of 21,000 included. */
  readonly gas: number;
}

/** One step of an execution, as `debug_traceTransaction` tells it. */
export interface Step {
  readonly op: string;
  readonly gasCost: number;
}

/** A deployed programme on a chain of this process, and how to act on it. */
export interface Bench {
  readonly deployment: Deployment;
  readonly roles: Readonly<Record<Role, Actor>>;
  /** @throws When the transaction reverts, or skips an intent. */
  send(from: Actor, to: Hex, calldata: Hex): Promise<Sent>;
  /** Puts a contract on the chain. @returns Its address. */
  create(from: Actor, creationCode: Hex): Promise<Hex>;
  call(to: Hex, data: Hex): Promise<Hex>;
  trace(hash: Hex): Promise<readonly Step[]>;
  /** The next block has this time, unix seconds; without it, a block comes a second after the one before. */
  moveTo(time: number): void;
  /** Time of the latest block. */
  now(): number;
  close(): Promise<void>;
}

/** A programme with the published rules, except that a vehicle may order at once. */
export async function openBench(): Promise<Bench> {
  const { rpcUrl, client, fund, close } = await startChain();
  await fund(actor("deployer").address);
  const roles = Object.fromEntries(Object.keys(ROLES).map((role) => [role, actor(role)])) as Record<Role, Actor>;
  const deployment = await deploy(rpcUrl, roles);
  const wallet = createWalletClient({ transport: http(rpcUrl) });
  let time = DEPLOYED_AT + DEPLOYING_S;
  const transact = async (from: Actor, to: Hex | null, data: Hex) => {
    await fund(from.address);
    // Times are signed and stored, and a zero byte is cheaper than another: a real clock would change the gas.
    await client.setNextBlockTimestamp({ timestamp: BigInt(++time) });
    const hash = await wallet.sendTransaction({ account: from, to, data, gas: TRANSACTION_GAS_LIMIT, chain: null });
    const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 5 });
    if (receipt.status !== "success") throw new Error(`transaction ${hash} reverted`);
    if (receipt.logs.some(({ topics }) => topics[0] === SKIPPED))
      throw new Error(`transaction ${hash} skipped an intent`);
    return receipt;
  };
  return {
    deployment,
    roles,
    async send(from, to, calldata) {
      const { transactionHash, gasUsed } = await transact(from, to, calldata);
      return { hash: transactionHash, calldata, gas: Number(gasUsed) };
    },
    create: async (from, creationCode) => (await transact(from, null, creationCode)).contractAddress as Hex,
    call: async (to, data) => (await client.call({ to, data })).data ?? "0x",
    async trace(hash) {
      const options = { disableMemory: true, disableStack: true, disableStorage: true };
      const traced = await client.request({ method: "debug_traceTransaction", params: [hash, options] } as never);
      return (traced as { structLogs: Step[] }).structLogs;
    },
    moveTo(next) {
      time = next - 1;
    },
    now: () => time,
    close,
  };
}

/** A chain of this process, reachable over HTTP as the code that deploys expects it. */
async function startChain() {
  const override = { hardfork: HARDFORK, initialDate: new Date(DEPLOYED_AT * 1000), loggingEnabled: false };
  const server = await network.createServer({ network: "default", override }, "127.0.0.1", 0);
  const { address, port } = await server.listen();
  const rpcUrl = `http://${address}:${port}`;
  const client = createTestClient({ mode: "hardhat", transport: http(rpcUrl), cacheTime: 0 }).extend(publicActions);
  const fund = (who: Hex) => client.setBalance({ address: who, value: 10n ** 21n });
  return { rpcUrl, client, fund, close: () => server.close() };
}

function deploy(rpcUrl: string, roles: Readonly<Record<Role, Actor>>): Promise<Deployment> {
  const addresses = Object.entries(roles).map(([role, { address }]) => [role, address]);
  return deployProgramme({
    rpcUrl,
    deployerKey: seeded("key of deployer"),
    roles: Object.fromEntries(addresses) as Record<Role, Hex>,
    operator: actor("mining operator").address,
    receiptKey: actor("receipt key").address,
    genesis: GENESIS,
    rules: { ...DEFAULT_RULES, redemptionDelayDays: 0 },
    notices: [seeded("notice")],
  });
}
