import type { Log } from "viem";
import type { Hex } from "../../protocol/codec/bytes.ts";
import { type ChainClient, reach } from "../client.ts";

/** A range of blocks, both ends inclusive. */
export interface BlockRange {
  readonly fromBlock: number;
  readonly toBlock: number;
}

/** Blocks whose events are asked for at once: within what public nodes allow. */
export const BLOCKS_PER_REQUEST = 2_000;

/**
 * All events of one contract in a range of blocks of any size, in their order on the chain.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readLogs(
  client: ChainClient,
  address: Hex,
  range: BlockRange,
): Promise<Log<bigint, number, false>[]> {
  const logs: Log<bigint, number, false>[] = [];
  for (let from = range.fromBlock; from <= range.toBlock; from += BLOCKS_PER_REQUEST) {
    const toBlock = Math.min(range.toBlock, from + BLOCKS_PER_REQUEST - 1);
    logs.push(...(await reach(client.getLogs({ address, fromBlock: BigInt(from), toBlock: BigInt(toBlock) }))));
  }
  return logs;
}
