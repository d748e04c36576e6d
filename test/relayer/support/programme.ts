import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestClient, http } from "viem";
import { foundry } from "viem/chains";
import { type ChainClient, createChainClient } from "../../../src/chain/client.ts";
import { type ContractWriter, createContractWriter } from "../../../src/chain/write/contract-writer.ts";
import { deployProgramme } from "../../../src/chain/write/deploy.ts";
import { DEFAULT_RULES, type RuleSet } from "../../../src/chain/write/rule-set.ts";
import { ROLES, type Role } from "../../../src/protocol/codec/roles.ts";
import { type Deployment, type Hex, keccak } from "../../../src/protocol/index.ts";
import { type Anvil, startAnvil } from "../../support/anvil.ts";
import { accountOf, addressOf, keyOf } from "./keys.ts";

/** First second of day 0 in these tests. */
export const GENESIS = 1_750_000_000;
/** The chain begins a while before. */
const BEFORE_GENESIS_S = 3_600;
const ROLE_NAMES = Object.keys(ROLES) as Role[];

/** A programme on an anvil of its own, whose time stands still until it is moved. */
export interface TestProgramme {
  readonly anvil: Anvil;
  readonly rpcUrl: string;
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly workDir: string;
  /** Sends transactions as the holder of a role, or as an owner, by name. */
  writer(name: string): ContractWriter;
  /** Mines a block at a time, unix seconds. */
  moveTo(time: number): Promise<void>;
  rpc(method: string, params: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startProgramme(
  options: { rules?: Partial<RuleSet>; args?: string[] } = {},
): Promise<TestProgramme> {
  const anvil = await startAnvil({
    timestamp: GENESIS - BEFORE_GENESIS_S,
    args: ["--gas-limit", "60000000", ...(options.args ?? [])],
  });
  const { rpcUrl } = anvil;
  const admin = createTestClient({ chain: foundry, mode: "anvil", transport: http(rpcUrl) });
  await admin.setBlockTimestampInterval({ interval: 0 });
  for (const name of ["deployer", ...ROLE_NAMES, "alice", "bob"]) {
    await admin.setBalance({ address: addressOf(name), value: 10n ** 21n });
  }
  const deployment = await deployProgramme({
    rpcUrl,
    deployerKey: keyOf("deployer"),
    roles: Object.fromEntries(ROLE_NAMES.map((role) => [role, addressOf(role)])) as Record<Role, Hex>,
    operator: addressOf("operator"),
    receiptKey: addressOf("receipts"),
    genesis: GENESIS,
    rules: { ...DEFAULT_RULES, ...options.rules },
    notices: [keccak(new TextEncoder().encode("the consent notice"))],
  });
  return programmeOn(anvil, deployment);
}

/** A programme that stands on a chain already, with a new work folder. */
export async function programmeOn(anvil: Anvil, deployment: Deployment): Promise<TestProgramme> {
  const { rpcUrl } = anvil;
  const client = createChainClient(rpcUrl);
  const admin = createTestClient({ chain: foundry, mode: "anvil", transport: http(rpcUrl) });
  const rpc = (method: string, params: readonly unknown[]) =>
    admin.request({ method, params } as unknown as Parameters<typeof admin.request>[0]) as Promise<unknown>;
  const workDir = await mkdtemp(join(tmpdir(), "cairn-relayer-"));
  await writeFile(join(workDir, "deployment.json"), JSON.stringify(deployment));
  const writers = new Map<string, ContractWriter>();
  return {
    anvil,
    rpcUrl,
    client,
    deployment,
    workDir,
    writer(name) {
      const known =
        writers.get(name) ?? createContractWriter({ client, rpcUrl, deployment, account: accountOf(name), pollMs: 10 });
      writers.set(name, known);
      return known;
    },
    async moveTo(time) {
      await rpc("evm_setNextBlockTimestamp", [time]);
      await rpc("evm_mine", []);
    },
    rpc,
    async stop() {
      await anvil.stop();
      await rm(workDir, { recursive: true, force: true });
    },
  };
}
