import { network } from "hardhat";
import {
  type Account,
  createTestClient,
  createWalletClient,
  http,
  keccak256,
  numberToHex,
  publicActions,
  stringToHex,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { DEFAULT_RULES, deployProgramme } from "../../src/chain/write/deploy.ts";
import { ROLES, type Role } from "../../src/chain/write/roles.ts";
import type { Deployment, Hex } from "../../src/protocol/index.ts";

/** 2023-11-15 at midnight in Shanghai. */
const GENESIS = 1_699_977_600;
const DEPLOYED_AT = GENESIS - 86_400;

/** 32 bytes that follow from a text, so that every run measures the same transactions. */
export function seeded(text: string): Hex {
  return keccak256(stringToHex(`cairn bench ${text}`));
}

/** An account with a known key. */
export function actor(name: string) {
  return privateKeyToAccount(seeded(`key of ${name}`));
}
export type Actor = ReturnType<typeof actor>;

/** A deployed programme on a chain of this process, and how to act on it. */
export interface Bench {
  readonly deployment: Deployment;
  readonly roles: Readonly<Record<Role, Actor>>;
  /** Sends one transaction. @returns The gas it used. @throws When it reverts. */
  send(from: Account, to: Hex, data: Hex): Promise<number>;
  call(to: Hex, data: Hex): Promise<Hex>;
  /** The next block has this time, unix seconds. */
  moveTo(time: number): Promise<void>;
  now(): Promise<number>;
  close(): Promise<void>;
}

/** Deploys a programme with the published rules, except that a vehicle may order at once. */
export async function openBench(): Promise<Bench> {
  const initialDate = new Date(DEPLOYED_AT * 1000);
  const override = { initialDate, loggingEnabled: false };
  const server = await network.createServer({ network: "default", override }, "127.0.0.1", 0);
  const { address, port } = await server.listen();
  const rpcUrl = `http://${address}:${port}`;
  const client = createTestClient({ mode: "hardhat", transport: http(rpcUrl), cacheTime: 0 }).extend(publicActions);
  const wallet = createWalletClient({ transport: http(rpcUrl) });
  const fund = (who: Hex) =>
    client.request({ method: "hardhat_setBalance", params: [who, numberToHex(10n ** 21n)] } as never);

  const deployerKey = seeded("key of deployer");
  await fund(privateKeyToAccount(deployerKey).address);
  const roles = Object.fromEntries(Object.keys(ROLES).map((role) => [role, actor(role)])) as Record<Role, Actor>;
  const deployment = await deployProgramme({
    rpcUrl,
    deployerKey,
    roles: Object.fromEntries(Object.entries(roles).map(([role, { address: at }]) => [role, at])) as Record<Role, Hex>,
    operator: actor("mining operator").address,
    receiptKey: actor("receipt key").address,
    genesis: GENESIS,
    rules: { ...DEFAULT_RULES, redemptionDelayDays: 0 },
    notices: [seeded("notice")],
  });
  const funded = new Set<Hex>();
  return {
    deployment,
    roles,
    async send(from, to, data) {
      if (!funded.has(from.address)) await fund(from.address);
      funded.add(from.address);
      const hash = await wallet.sendTransaction({ account: from, to, data, chain: null });
      const receipt = await client.waitForTransactionReceipt({ hash, pollingInterval: 5 });
      if (receipt.status !== "success") throw new Error(`transaction ${hash} reverted`);
      return Number(receipt.gasUsed);
    },
    async call(to, data) {
      return (await client.call({ to, data })).data ?? "0x";
    },
    moveTo: (time) => client.setNextBlockTimestamp({ timestamp: BigInt(time) }),
    now: async () => Number((await client.getBlock()).timestamp),
    close: () => server.close(),
  };
}
