import { type Log, numberToHex } from "viem";
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

/** Which logs: of these contracts, whose topics are each one of those in its place. */
export interface LogFilter {
  readonly addresses: readonly Hex[];
  readonly topics: readonly (readonly Hex[])[];
}

/** A log and its place on the chain. */
export interface PlacedLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  readonly block: number;
  /** Place of its transaction in the block. */
  readonly transactionIndex: number;
}

/**
 * The logs of some contracts by their topics, in a range of blocks of any size, in their order on the chain.
 * @param onBlock Called with the last block that was looked at.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readFilteredLogs(
  client: ChainClient,
  { addresses, topics }: LogFilter,
  range: BlockRange,
  onBlock: (block: number) => void = () => undefined,
): Promise<PlacedLog[]> {
  const logs: PlacedLog[] = [];
  for (let from = range.fromBlock; from <= range.toBlock; from += BLOCKS_PER_REQUEST) {
    const to = Math.min(range.toBlock, from + BLOCKS_PER_REQUEST - 1);
    const filter = {
      ...{ address: [...addresses], topics: topics.map((choice) => [...choice]) },
      ...{ fromBlock: numberToHex(from), toBlock: numberToHex(to) },
    };
    const found = await reach(client.request({ method: "eth_getLogs", params: [filter] }));
    for (const { address, topics, data, blockNumber, transactionIndex } of found) {
      const place = { block: Number(blockNumber), transactionIndex: Number(transactionIndex) };
      logs.push({ address, topics, data, ...place });
    }
    onBlock(to);
  }
  return logs;
}
