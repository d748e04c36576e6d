import { createWalletClient, http, type LocalAccount, type Log } from "viem";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type ChainClient, reach } from "../client.ts";
import { contractFailure } from "../errors.ts";
import { type ContractCall, dataOf } from "./contract-call.ts";

/** A transaction that was mined and did not revert. */
export interface MinedTransaction {
  readonly transaction: Hex;
  readonly block: number;
  readonly gasUsed: bigint;
}

/** What a sender works with. */
export interface SenderOptions {
  readonly client: ChainClient;
  readonly rpcUrl: string;
  readonly account: LocalAccount;
  /** How often to ask for the receipt, milliseconds. Default 250. */
  readonly pollMs?: number;
  /** How long to wait for it, milliseconds. Default 120,000. */
  readonly timeoutMs?: number;
}

/**
 * Runs a call on the newest block without sending it.
 * @throws INTENT_REJECTED with the contract's error and its values, which a mined revert does not carry; CHAIN_UNREACHABLE.
 */
export async function tryCall(client: ChainClient, call: ContractCall, from: Hex): Promise<void> {
  const { abi, to, functionName, args } = call;
  await client
    .simulateContract({ abi, address: to, functionName, args, account: from })
    .catch((cause: unknown) => Promise.reject(contractFailure(cause)));
}

/**
 * What a call that can be carried out would cost now.
 * @returns Units of gas, and the most that they cost, in wei.
 * @throws CHAIN_UNREACHABLE.
 */
export async function estimateCost(
  client: ChainClient,
  call: ContractCall,
  from: Hex,
): Promise<{ gas: bigint; wei: bigint }> {
  const [gas, { maxFeePerGas }] = await Promise.all([
    reach(client.estimateGas({ account: from, to: call.to, data: dataOf(call) })),
    reach(client.estimateFeesPerGas({ chain: null })),
  ]);
  return { gas, wei: gas * maxFeePerGas };
}

/**
 * Sends a call as a transaction and waits until it is mined.
 * @throws INTENT_REJECTED with the contract's error before anything is sent, TRANSACTION_REVERTED when it was mined and
 * reverted, CHAIN_UNREACHABLE.
 */
export async function sendCall(
  options: SenderOptions,
  call: ContractCall,
): Promise<MinedTransaction & { logs: Log[] }> {
  const { client, account } = options;
  await tryCall(client, call, account.address);
  const wallet = createWalletClient({ account, transport: http(options.rpcUrl, { retryCount: 0 }) });
  const hash = await reach(wallet.sendTransaction({ to: call.to, data: dataOf(call), chain: null }));
  const receipt = await reach(
    client.waitForTransactionReceipt({
      hash,
      pollingInterval: options.pollMs ?? 250,
      timeout: options.timeoutMs ?? 120_000,
    }),
  );
  if (receipt.status !== "success") {
    const what = `${call.contract}.${call.functionName}`;
    throw new CairnError("TRANSACTION_REVERTED", what, { details: { transaction: hash } });
  }
  return { transaction: hash, block: Number(receipt.blockNumber), gasUsed: receipt.gasUsed, logs: receipt.logs };
}
