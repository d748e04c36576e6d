import { type Abi, createTestClient, encodeFunctionData, http, publicActions } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ABIS, type ProgrammeContract } from "../../src/chain/contracts.ts";
import { deployProgramme } from "../../src/chain/write/deploy.ts";
import { DEFAULT_RULES } from "../../src/chain/write/rule-set.ts";
import { type EmbeddedChain, startEmbeddedChain } from "../../src/cli/chain/embedded-chain.ts";
import type { Deployment, Hex } from "../../src/protocol/index.ts";
import { DEPLOYER_KEY, RECEIPT_SIGNER, RECIPIENT, ROLES } from "../../test/support/dishonest-cast.ts";

/** Genesis of the benchmark's programmes, unix seconds. */
export const GENESIS = 1_750_003_200;
/** As published, but for the days of the window: days are settled that go beyond it. */
export const RULES = { ...DEFAULT_RULES, windowDays: 2, maxRegistrationsPerDay: 100_000 };
/** Calls that a node is sent at once. */
const AT_ONCE = 100;
const PLENTY: Hex = "0x3635c9adc5dea00000";

/** A call to a contract, from whomever. */
export interface Call {
  readonly from: Hex;
  readonly contract: ProgrammeContract;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A chain with a new programme on it, on which everybody can send. */
export interface BenchChain {
  readonly chain: EmbeddedChain;
  readonly deployment: Deployment;
  /** Sends calls that do not depend on each other, and waits until all have succeeded. */
  send(calls: readonly Call[]): Promise<void>;
}

/** Starts a chain in a folder and deploys the contracts. */
export async function startChain(directory: string): Promise<BenchChain> {
  const chain = await startEmbeddedChain(directory, { kind: "driven", startsAt: GENESIS - 3_600 });
  await chain.rpc.call("anvil_autoImpersonateAccount", true);
  const fund = (address: Hex) => chain.rpc.call("anvil_setBalance", address, PLENTY);
  await Promise.all([...Object.values(ROLES), privateKeyToAccount(DEPLOYER_KEY).address].map(fund));
  const deployment = await deployProgramme({
    ...{ rpcUrl: chain.rpcUrl, deployerKey: DEPLOYER_KEY, roles: ROLES, operator: RECIPIENT },
    ...{ receiptKey: RECEIPT_SIGNER.address, genesis: GENESIS, rules: RULES, notices: [`0x${"00".repeat(32)}`] },
  });
  const client = createTestClient({ mode: "anvil", transport: http(chain.rpcUrl), pollingInterval: 10 }).extend(
    publicActions,
  );

  async function sendOne({ from, contract, name, args }: Call): Promise<void> {
    const data = encodeFunctionData({ abi: ABIS[contract] as Abi, functionName: name, args });
    const call = { from, to: deployment.contracts[contract], data };
    const hash = (await chain.rpc.call("eth_sendTransaction", call)) as Hex;
    const { status } = await client.waitForTransactionReceipt({ hash });
    if (status !== "success") throw new Error(`${contract}.${name} reverted`);
  }

  return {
    chain,
    deployment,
    async send(calls) {
      await Promise.all([...new Set(calls.map(({ from }) => from))].map(fund));
      for (let at = 0; at < calls.length; at += AT_ONCE) {
        await Promise.all(calls.slice(at, at + AT_ONCE).map(sendOne));
      }
    },
  };
}
