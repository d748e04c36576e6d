import { type ChainClient, reach } from "../../../chain/client.ts";
import { type ProgrammeEvent, readEvents } from "../../../chain/read/events.ts";
import type { BlockRef } from "../../../chain/read/head.ts";
import type { Deployment } from "../../../protocol/codec/deployment.ts";

/** Blocks whose events are read by one request. */
const BLOCKS_A_READ = 2_000;

/**
 * What ledger and moves said in blocks with a time before a moment, in order.
 * @param final A final block at or after that moment, so that no block before it can come to be.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readStoneEvents(
  client: ChainClient,
  deployment: Deployment,
  { final, before }: { final: BlockRef; before: number },
): Promise<ProgrammeEvent[]> {
  const last = await lastBlockBefore(client, { from: deployment.firstBlock, to: final.number, before });
  const events: ProgrammeEvent[] = [];
  for (let from = deployment.firstBlock; from <= last; from += BLOCKS_A_READ) {
    const range = { fromBlock: from, toBlock: Math.min(last, from + BLOCKS_A_READ - 1) };
    events.push(...(await readEvents(client, deployment, range, ["stoneLedger", "accountMoves"])));
  }
  return events;
}

/** The last block of a range with a time before a moment; the one before the range when there is none. Times never fall. */
async function lastBlockBefore(
  client: ChainClient,
  { from, to, before }: { from: number; to: number; before: number },
): Promise<number> {
  let [low, high] = [from, to + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { timestamp } = await reach(client.getBlock({ blockNumber: BigInt(middle) }));
    if (Number(timestamp) < before) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
