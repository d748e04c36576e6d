import type { ChainClient } from "../chain/client.ts";
import type { PlacedLog } from "../chain/read/logs.ts";
import { readRawBlock, readRawReceipts } from "../chain/read/raw-blocks.ts";
import { encodeHeader } from "../evidence/block-header.ts";
import type { EvidenceTransaction } from "../evidence/index.ts";
import { receiptTrieOf } from "../evidence/receipt-trie.ts";
import { CairnError, type Hex } from "../protocol/index.ts";
import { inTurns } from "./in-turns.ts";

/**
 * The headers of the blocks that hold logs, and the proofs of the receipts of the transactions that emitted them.
 * @param onBlock Called with how many blocks are done.
 * @throws HEADER_UNKNOWN when the chain's headers or receipts have a form that is not known here, CHAIN_UNREACHABLE.
 */
export async function proveTransactions(
  client: ChainClient,
  logs: readonly PlacedLog[],
  onBlock: (done: number, total: number) => void,
): Promise<{ blocks: Hex[]; transactions: EvidenceTransaction[] }> {
  const places = new Map<number, Set<number>>();
  for (const { block, transactionIndex } of logs) {
    places.set(block, (places.get(block) ?? new Set()).add(transactionIndex));
  }
  const numbers = [...places.keys()].sort((a, b) => a - b);
  const proven = await inTurns(
    numbers,
    (number) => proveBlock(client, number, places.get(number) as Set<number>),
    (done) => onBlock(done, numbers.length),
  );
  return {
    blocks: proven.map(({ header }) => header),
    transactions: proven.flatMap(({ transactions }) => transactions),
  };
}

async function proveBlock(
  client: ChainClient,
  number: number,
  indices: ReadonlySet<number>,
): Promise<{ header: Hex; transactions: EvidenceTransaction[] }> {
  const block = await readRawBlock(client, number);
  const header = encodeHeader(block);
  const trie = await receiptTrieOf(await readRawReceipts(client, block));
  if (trie.root !== block.receiptsRoot) {
    throw new CairnError("HEADER_UNKNOWN", `block ${number}: its receipts have another root`, {
      details: { block: number },
    });
  }
  const inOrder = [...indices].sort((a, b) => a - b);
  const proofs = await Promise.all(inOrder.map((index) => trie.prove(index)));
  return { header, transactions: inOrder.map((index, at) => ({ block: number, index, proof: proofs[at] as Hex[] })) };
}
