import type { ContractFunctionArgs, ContractFunctionName } from "viem";
import { type Hex, lowerHex } from "../../protocol/codec/bytes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import type { ABIS, ProgrammeContract } from "../contracts.ts";
import { type ContractCall, callOf } from "./contract-call.ts";
import { type MinedTransaction, type SenderOptions, sendCall } from "./transactions.ts";

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
export interface ContractWriterOptions extends SenderOptions {
  readonly deployment: Deployment;
}

/** Makes a writer. It is for keys that act now and then: it keeps no outbox, and the key must not be used elsewhere meanwhile. */
export function createContractWriter(options: ContractWriterOptions): ContractWriter {
  let last: Promise<unknown> = Promise.resolve();
  const send = async (call: ContractCall): Promise<MinedTransaction> => {
    const { transaction, block, gasUsed } = await sendCall(options, call);
    return { transaction, block, gasUsed };
  };
  return {
    address: lowerHex(options.account.address),
    call(contract, functionName, args) {
      // One at a time, so that the node's count of pending transactions is always the next nonce.
      const mine = last.then(() => send(callOf(options.deployment, contract, functionName as never, args as never)));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
