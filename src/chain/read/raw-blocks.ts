import type { Hex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { type ChainClient, reach } from "../client.ts";

/** A block as its node tells it: every field of the header by its name in JSON-RPC, and the hashes of its transactions. */
export type RawBlock = Readonly<Record<string, unknown>> & {
  readonly hash: Hex;
  readonly transactions: readonly Hex[];
};

/** A receipt as its node tells it, as far as its encoding needs it. */
export interface RawReceipt {
  readonly type?: Hex;
  readonly status: Hex;
  readonly cumulativeGasUsed: Hex;
  readonly logsBloom: Hex;
  readonly logs: readonly { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex }[];
}

/**
 * A block with every field that its node knows.
 * @throws CHAIN_UNREACHABLE, also when the node has no such block.
 */
export async function readRawBlock(client: ChainClient, number: number): Promise<RawBlock> {
  const block = await reach(client.request({ method: "eth_getBlockByNumber", params: [quantity(number), false] }));
  if (block === null) throw new CairnError("CHAIN_UNREACHABLE", `the node has no block ${number}`);
  return block as unknown as RawBlock;
}

/**
 * The receipts of a block's transactions, in their order.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readRawReceipts(client: ChainClient, block: RawBlock): Promise<RawReceipt[]> {
  const all = await request<RawReceipt[] | null>(client, "eth_getBlockReceipts", [block.number]).catch(() => null);
  if (all !== null) return all;
  // A node without that method still knows each one.
  return reach(Promise.all(block.transactions.map((hash) => request<RawReceipt>(client, RECEIPT, [hash]))));
}

const RECEIPT = "eth_getTransactionReceipt";

/** Asks for what the client has no type for. */
function request<T>(client: ChainClient, method: string, params: readonly unknown[]): Promise<T> {
  return client.request({ method, params } as unknown as Parameters<ChainClient["request"]>[0]) as Promise<T>;
}

function quantity(number: number): Hex {
  return `0x${number.toString(16)}`;
}
