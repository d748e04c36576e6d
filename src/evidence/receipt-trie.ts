import { createMerkleProof, createMPT, createMPTFromProof } from "@ethereumjs/mpt";
import { fromRlp, type Hex, isHex, toRlp } from "viem";
import { CairnError, concatBytes, fromHex, toHex } from "../protocol/index.ts";
import { rlpNumber } from "./block-header.ts";

/** A log as a receipt has it. */
export interface ReceiptLog {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

/** A transaction's receipt as a node tells it. */
export interface NodeReceipt {
  readonly type?: Hex;
  /** 0x1 = done. */
  readonly status: Hex;
  readonly cumulativeGasUsed: Hex;
  readonly logsBloom: Hex;
  readonly logs: readonly ReceiptLog[];
}

/** The trie of a block's receipts (Ethereum Yellow Paper 4.3, EIP-2718). */
export interface ReceiptTrie {
  readonly root: Hex;
  /** Nodes from the root to a receipt, each RLP. @param index Place of its transaction in the block. */
  prove(index: number): Promise<Hex[]>;
}

/** @param receipts All of a block, in order. */
export async function receiptTrieOf(receipts: readonly NodeReceipt[]): Promise<ReceiptTrie> {
  const trie = await createMPT();
  for (const [index, receipt] of receipts.entries()) await trie.put(keyOf(index), encodeReceipt(receipt));
  return {
    root: toHex(trie.root()),
    prove: async (index) => (await createMerkleProof(trie, keyOf(index))).map(toHex),
  };
}

/**
 * The logs of a receipt that a proof leads to.
 * @param root The receiptsRoot of the block.
 * @param index Place of the transaction in the block.
 * @param proof Nodes from the root to the receipt, none too many.
 * @returns Nothing when the proof does not lead there, or to something that is no receipt of a transaction that was carried out.
 */
export async function provenLogs(root: Hex, index: number, proof: readonly Hex[]): Promise<ReceiptLog[] | undefined> {
  if (proof.length === 0) return undefined;
  try {
    const trie = await createMPTFromProof(
      proof.map((node) => fromHex(node)),
      { root: fromHex(root, 32) },
    );
    const receipt = await trie.get(keyOf(index), true);
    const way = (await createMerkleProof(trie, keyOf(index))).map(toHex);
    const isExact = way.length === proof.length && way.every((node, at) => node === proof[at]);
    return receipt === null || !isExact ? undefined : logsOf(receipt);
  } catch {
    // A node is missing, or is none.
    return undefined;
  }
}

function keyOf(index: number): Uint8Array {
  return fromHex(toRlp(rlpNumber(`0x${index.toString(16)}`)));
}

function encodeReceipt({ type = "0x0", status, cumulativeGasUsed, logsBloom, logs }: NodeReceipt): Uint8Array {
  const body = toRlp([
    rlpNumber(status),
    rlpNumber(cumulativeGasUsed),
    logsBloom,
    logs.map(({ address, topics, data }) => [address, [...topics], data]),
  ]);
  const kind = Number(type);
  return kind === 0 ? fromHex(body) : concatBytes(Uint8Array.of(kind), fromHex(body));
}

/** The logs of an encoded receipt, which begins with its transaction's type unless it is of the first kind. */
function logsOf(receipt: Uint8Array): ReceiptLog[] | undefined {
  const isTyped = (receipt[0] as number) < 0x80;
  const [status, , , logs] = fromRlp(toHex(isTyped ? receipt.subarray(1) : receipt), "hex") as Hex[];
  if (status !== "0x01" || !Array.isArray(logs)) return undefined;
  return logs.map(logOf);
}

function logOf(log: unknown): ReceiptLog {
  const [address, topics, data] = log as [unknown, unknown, unknown];
  const isLog = isHex(address) && Array.isArray(topics) && topics.every((topic) => isHex(topic)) && isHex(data);
  if (!isLog) throw new CairnError("EVIDENCE_INVALID", "a receipt holds something that is no log");
  return { address, topics, data };
}
