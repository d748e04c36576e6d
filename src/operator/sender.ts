import { setTimeout as sleep } from "node:timers/promises";
import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  encodeFunctionData,
  keccak256,
  type LocalAccount,
} from "viem";
import { type ChainClient, reach } from "../chain/client.ts";
import { ABIS, type ProgrammeContract } from "../chain/contracts.ts";
import { contractFailure } from "../chain/errors.ts";
import { bumpedFees, type Fees, feesFor } from "../chain/write/fees.ts";
import { type Hex, lowerHex } from "../protocol/codec/bytes.ts";
import type { Deployment } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";

/** How long a transaction may take to be mined before it is sent again with higher fees: when the node took it, and when not. */
const WAIT_TAKEN_MS = 30_000;
const WAIT_REFUSED_MS = 1_000;

/** What a sender works with. */
export interface SenderOptions {
  readonly client: ChainClient;
  readonly deployment: Deployment;
  readonly account: LocalAccount;
  /** Most that is paid per gas, wei. */
  readonly maxFeePerGas: bigint;
  /** How often to look whether it is mined, milliseconds. */
  readonly pollMs: number;
  /** Ends every wait. */
  readonly stop: AbortSignal;
}

type Abis = typeof ABIS;

/**
 * Sends one duty's transactions, one at a time, always at the first nonce that no block has used. So nothing need be
 * remembered: what a killed process has sent is replaced, or was mined, and then the chain says so and the contracts refuse the
 * second.
 */
export class Sender {
  readonly #options: SenderOptions;
  #last: { readonly nonce: number; readonly fees: Fees } | undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  get address(): Hex {
    return lowerHex(this.#options.account.address);
  }

  /**
   * How many of the key's transactions stand in blocks: the nonce of the next one. Who asks for it before looking at the state, and
   * sends with it, sends nothing when meanwhile another transaction of the key was mined.
   * @throws CHAIN_UNREACHABLE.
   */
  async nextNonce(): Promise<number> {
    const { client, account } = this.#options;
    return reach(client.getTransactionCount({ address: account.address, blockTag: "latest" }));
  }

  /**
   * Calls a function of a contract of the programme.
   * @param nonce As in {@link sendTo}.
   * @throws As {@link sendTo}.
   */
  async send<C extends ProgrammeContract, F extends ContractFunctionName<Abis[C], "nonpayable">>(
    contract: C,
    functionName: F,
    args: ContractFunctionArgs<Abis[C], "nonpayable", F>,
    nonce?: number,
  ): Promise<void> {
    const to = this.#options.deployment.contracts[contract];
    await this.sendTo(to, { abi: ABIS[contract] as Abi, functionName, args: args as readonly unknown[] }, nonce);
  }

  /**
   * Calls a function of any contract and waits until its nonce is used: by it, or by an earlier transaction. The chain says by
   * which.
   * @param nonce Of {@link nextNonce}; default: the next one.
   * @throws INTENT_REJECTED with the contract's error before anything is sent; TRANSACTION_REVERTED; OVERLOADED while the base
   * fee is above the highest that is paid; CHAIN_UNREACHABLE, also when it is not mined in time: then it is to be tried again.
   */
  async sendTo(
    to: Hex,
    call: { abi: Abi; functionName: string; args: readonly unknown[] },
    nonce?: number,
  ): Promise<void> {
    const { client, account } = this.#options;
    const gas = await client
      .estimateContractGas({ address: to, ...call, account: account.address })
      .catch((cause: unknown) => {
        throw contractFailure(cause);
      });
    // More gas than it needs now: the state may change until it is mined.
    const next = nonce ?? (await this.nextNonce());
    await this.#sendAt(next, { to, data: encodeFunctionData(call), gas: (gas * 5n) / 4n });
  }

  async #sendAt(nonce: number, call: { to: Hex; data: Hex; gas: bigint }): Promise<void> {
    const { client, deployment, account } = this.#options;
    const fees = await this.#feesAt(nonce);
    const raw = await account.signTransaction({
      ...{ type: "eip1559", chainId: deployment.chainId, nonce, ...call },
      ...{ maxFeePerGas: fees.maxFee, maxPriorityFeePerGas: fees.priorityFee },
    });
    this.#last = { nonce, fees };
    // What a node says to a broadcast is not judged: "already known" and "nonce too low" come in too many wordings.
    const taken = await client.sendRawTransaction({ serializedTransaction: raw }).then(
      () => true,
      () => false,
    );
    await this.#untilMined(nonce, keccak256(raw), taken ? WAIT_TAKEN_MS : WAIT_REFUSED_MS);
  }

  async #untilMined(nonce: number, hash: Hex, waitMs: number): Promise<void> {
    const { client, pollMs, stop } = this.#options;
    const endsAt = performance.now() + waitMs;
    for (;;) {
      // Asked first: a nonce that is used then has a receipt already.
      const isUsed = (await this.nextNonce()) > nonce;
      const receipt = await reach(client.request({ method: "eth_getTransactionReceipt", params: [hash] }));
      if (receipt !== null && BigInt(receipt.status) !== 1n) {
        throw new CairnError("TRANSACTION_REVERTED", undefined, { details: { transaction: hash } });
      }
      if (receipt !== null || isUsed) return;
      if (performance.now() >= endsAt) throw await this.#notMined();
      await sleep(pollMs, undefined, { signal: stop }).catch(() => {
        throw new CairnError("PROGRAMME_STOPPED");
      });
    }
  }

  /** The commonest reason by far is a key without coin. */
  async #notMined(): Promise<CairnError> {
    const wei = await reach(this.#options.client.getBalance({ address: this.address }));
    return new CairnError("CHAIN_UNREACHABLE", `a transaction is not mined; ${this.address} has ${wei} wei`);
  }

  /** Fees for a nonce; higher than the last ones when something was sent at it before. */
  async #feesAt(nonce: number): Promise<Fees> {
    const { client, maxFeePerGas } = this.#options;
    const { baseFeePerGas } = await reach(client.getBlock({ blockTag: "latest" }));
    const baseFee = baseFeePerGas ?? 0n;
    const again = this.#last?.nonce === nonce ? this.#last.fees : undefined;
    const fees = again === undefined ? feesFor(baseFee, maxFeePerGas) : bumpedFees(again, baseFee, maxFeePerGas);
    // Where the cap leaves no room to raise them, what was sent before still waits with the highest fees.
    if (fees === undefined && again !== undefined && baseFee <= maxFeePerGas) return again;
    if (fees === undefined)
      throw new CairnError("OVERLOADED", `the base fee, ${baseFee} wei, is above the highest paid`);
    return fees;
  }
}

/** The contract's error with which it refused a call; undefined when that is not what happened. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof CairnError) || error.code !== "INTENT_REJECTED") return undefined;
  return String(error.details.error);
}
