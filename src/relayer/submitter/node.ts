import { BaseError, HttpRequestError, type RpcLog, TimeoutError } from "viem";
import { type ChainClient, reach } from "../../chain/client.ts";
import { contractErrorName } from "../../chain/errors.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import type { Call } from "./calls.ts";

/** What the chain says about a mined transaction. */
export interface MinedReceipt {
  readonly hash: Hex;
  readonly block: number;
  readonly blockHash: Hex;
  readonly succeeded: boolean;
  readonly gasUsed: number;
  readonly logs: readonly RpcLog[];
}

/** The receipt of a transaction; undefined while it is not in a block. */
export async function readReceipt(client: ChainClient, hash: Hex): Promise<MinedReceipt | undefined> {
  const raw = await reach(client.request({ method: "eth_getTransactionReceipt", params: [hash] }));
  if (raw === null) return undefined;
  return {
    hash,
    block: Number(raw.blockNumber),
    blockHash: raw.blockHash,
    succeeded: BigInt(raw.status) === 1n,
    gasUsed: Number(raw.gasUsed),
    logs: raw.logs,
  };
}

/**
 * Hands signed bytes to the node. What it answers is not judged: "already known" and "nonce too low" come in too many
 * wordings. Only a receipt says what became of the transaction.
 * @returns What the node objected to, for the log; undefined when it took the bytes.
 * @throws CHAIN_UNREACHABLE when it leaves the caller waiting: whatever else is to be sent would wait as long.
 */
export async function broadcast(client: ChainClient, raw: Hex): Promise<string | undefined> {
  try {
    await client.request({ method: "eth_sendRawTransaction", params: [raw] });
    return undefined;
  } catch (error) {
    if (!(error instanceof BaseError)) return String(error);
    if (error.walk((inner) => inner instanceof TimeoutError) !== null) {
      throw new CairnError("CHAIN_UNREACHABLE", undefined, { cause: error });
    }
    return error.details || error.shortMessage;
  }
}

/**
 * Tries a call without sending it.
 * @returns The name of the error it would revert with; undefined when it would go through.
 * @throws CHAIN_UNREACHABLE when the node did not answer.
 */
export async function preflight(
  client: ChainClient,
  from: Hex,
  call: Call,
  block?: number,
): Promise<string | undefined> {
  const request = { from, to: call.to, data: call.data, gas: `0x${call.gas.toString(16)}` } as const;
  try {
    const at = block === undefined ? "latest" : (`0x${block.toString(16)}` as const);
    await client.request({ method: "eth_call", params: [request, at] });
    return undefined;
  } catch (cause) {
    if (!(cause instanceof BaseError)) throw cause;
    const unanswered = cause.walk((error) => error instanceof HttpRequestError || error instanceof TimeoutError);
    if (unanswered !== null) throw new CairnError("CHAIN_UNREACHABLE", undefined, { cause });
    return revertName(cause);
  }
}

function revertName(error: BaseError): string {
  let data: unknown;
  error.walk((inner) => {
    data = (inner as { data?: unknown } | null)?.data ?? data;
    return false;
  });
  if (typeof data === "object" && data !== null) data = (data as { data?: unknown }).data;
  if (typeof data !== "string" || !data.startsWith("0x") || data.length < 10) return error.shortMessage;
  return contractErrorName(data as Hex);
}
