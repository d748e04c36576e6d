import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  createWalletClient,
  encodeFunctionData,
  http,
  type LocalAccount,
} from "viem";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS, type ProgrammeContract } from "../contracts.ts";
import { contractFailure } from "../errors.ts";

/** A transaction that was mined and did not revert. */
export interface MinedTransaction {
  readonly transaction: Hex;
  readonly block: number;
  readonly gasUsed: bigint;
}

type Abis = typeof ABIS;

/** Sends transactions of one key to the programme's contracts, one after the other. */
export interface ContractWriter {
  readonly address: Hex;
  /**
   * Calls a function, waits until the transaction is mined and says what it cost.
   * @throws INTENT_REJECTED with the contract's error before anything is sent, TRANSACTION_REVERTED when it was mined and
   * reverted, CHAIN_UNREACHABLE.
   */
  call<C extends ProgrammeContract, F extends ContractFunctionName<Abis[C], "nonpayable">>(
    contract: C,
    functionName: F,
    args: ContractFunctionArgs<Abis[C], "nonpayable", F>,
  ): Promise<MinedTransaction>;
}

/** What a writer works with. */
export interface ContractWriterOptions {
  readonly client: ChainClient;
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly account: LocalAccount;
  /** How often to ask for the receipt, milliseconds. Default 250. */
  readonly pollMs?: number;
  /** How long to wait for it, milliseconds. Default 120,000. */
  readonly timeoutMs?: number;
}

/** Makes a writer. It is for keys that act now and then: it keeps no outbox, and the key must not be used elsewhere meanwhile. */
export function createContractWriter(options: ContractWriterOptions): ContractWriter {
  const { client, deployment, account } = options;
  const wallet = createWalletClient({ account, transport: http(options.rpcUrl, { retryCount: 0 }) });
  let last: Promise<unknown> = Promise.resolve();
  const send = async (contract: ProgrammeContract, functionName: string, args: readonly unknown[]) => {
    const abi = ABIS[contract] as Abi;
    const to = deployment.contracts[contract];
    // Running it first gives the contract's error with its values, which a mined revert does not carry.
    await client.simulateContract({ abi, address: to, functionName, args, account }).catch((cause: unknown) => {
      throw contractFailure(cause);
    });
    const data = encodeFunctionData({ abi, functionName, args });
    const hash = await reach(wallet.sendTransaction({ to, data, chain: null }));
    const receipt = await reach(
      client.waitForTransactionReceipt({
        hash,
        pollingInterval: options.pollMs ?? 250,
        timeout: options.timeoutMs ?? 120_000,
      }),
    );
    if (receipt.status !== "success") {
      throw new CairnError("TRANSACTION_REVERTED", `${contract}.${functionName}`, { details: { transaction: hash } });
    }
    return { transaction: hash, block: Number(receipt.blockNumber), gasUsed: receipt.gasUsed };
  };
  return {
    address: account.address.toLowerCase() as Hex,
    call(contract, functionName, args) {
      // One at a time, so that the node's count of pending transactions is always the next nonce.
      const mine = last.then(() => send(contract, functionName, args as readonly unknown[]));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
