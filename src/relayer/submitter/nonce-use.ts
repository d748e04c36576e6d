import { type ChainClient, reach } from "../../chain/client.ts";
import type { Hex } from "../../protocol/codec/bytes.ts";

/** Final blocks that are looked through. A replica that lags by more than this does not pass for a node. */
const BLOCKS_SEARCHED = 32;

/**
 * The transaction that used a nonce, looked for in the newest final blocks. A count of nonces and a missing receipt prove
 * nothing together: behind one URL two nodes may have answered, and one of them may lag behind.
 * @param use `address` in lower case; `finalBlock`: number of the newest final block.
 * @returns Its hash; undefined when those blocks do not hold it.
 * @throws CHAIN_UNREACHABLE when the node does not have one of the blocks.
 */
export async function findNonceUse(
  client: ChainClient,
  { address, nonce, finalBlock }: { address: Hex; nonce: number; finalBlock: number },
): Promise<Hex | undefined> {
  for (let number = finalBlock; number > finalBlock - BLOCKS_SEARCHED && number >= 0; number--) {
    const blockNumber = BigInt(number);
    const { transactions } = await reach(client.getBlock({ blockNumber, includeTransactions: true }));
    const found = transactions.find((tx) => tx.nonce === nonce && tx.from.toLowerCase() === address);
    if (found !== undefined) return found.hash;
  }
  return undefined;
}
