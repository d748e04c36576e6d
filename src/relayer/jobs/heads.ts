import { type ChainClient, reach } from "../../chain/client.ts";
import { CairnError } from "../../protocol/errors.ts";
import { askAgain } from "./ask-again.ts";
import type { Head } from "./chain-view.ts";

/** The newest block. @throws CHAIN_UNREACHABLE. */
export async function readHead(client: ChainClient): Promise<Head> {
  return headOf(await reach(client.getBlock({ blockTag: "latest" })));
}

/** The block of a number. @throws CHAIN_UNREACHABLE. */
export async function readBlock(client: ChainClient, number: number): Promise<Head> {
  return headOf(await askAgain(() => reach(client.getBlock({ blockNumber: BigInt(number) }))));
}

function headOf(block: Awaited<ReturnType<ChainClient["getBlock"]>>): Head {
  const { number, hash, parentHash, timestamp, baseFeePerGas, gasLimit } = block;
  if (number === null || hash === null) throw new CairnError("CHAIN_UNREACHABLE", "the node gave a pending block");
  const place = { number: Number(number), hash, parentHash, time: Number(timestamp) };
  return { ...place, baseFee: baseFeePerGas ?? 0n, gasLimit };
}
