import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { toEventSelector } from "viem";
import { type ChainClient, createChainClient } from "../../src/chain/client.ts";
import { ABIS } from "../../src/chain/contracts.ts";
import type { PlacedLog } from "../../src/chain/read/logs.ts";
import { readRawBlock } from "../../src/chain/read/raw-blocks.ts";
import { decodeHeader, encodeHeader } from "../../src/evidence/block-header.ts";
import { EVIDENCE_CONTRACTS } from "../../src/evidence/index.ts";
import { topicsOf } from "../../src/evidence/programme-events.ts";
import { provenLogs } from "../../src/evidence/receipt-trie.ts";
import type { Hex } from "../../src/protocol/index.ts";
import { proveTransactions } from "../../src/sdk/prove-transactions.ts";
import { accountOf, addressOf } from "../relayer/support/keys.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../relayer/support/programme.ts";
import { assertThrowsCode } from "../support/assertions.ts";
import { type FaultyProxy, startProxy } from "../support/rpc-proxy.ts";

/** More than 128, where the keys of a trie of receipts become longer than one byte. */
const TRANSACTIONS = 140;
const TYPES = ["legacy", "eip2930", "eip1559"] as const;

/** Blocks of a real node: what it says of their hashes and roots is what our encodings must come to. */
describe("blocks of a node as evidence", () => {
  let programme: TestProgramme;
  let proxy: FaultyProxy;
  let full: number;

  before(async () => {
    programme = await startProgramme();
    proxy = await startProxy(programme.rpcUrl);
    await programme.rpc("evm_setAutomine", [false]);
    for (let nonce = 0; nonce < TRANSACTIONS; nonce++) {
      const signed = await accountOf("alice").signTransaction({
        ...{ chainId: programme.deployment.chainId, nonce, to: addressOf("bob"), value: 1n, gas: 30_000n },
        ...feesOf(TYPES[nonce % TYPES.length] as (typeof TYPES)[number]),
      });
      await programme.rpc("eth_sendRawTransaction", [signed]);
    }
    await programme.moveTo(GENESIS);
    full = Number(await programme.client.getBlockNumber());
  });
  after(async () => {
    await proxy?.stop();
    await programme?.stop();
  });

  const feesOf = (type: (typeof TYPES)[number]) => {
    const price = 10n ** 11n;
    return type === "eip1559"
      ? ({ type, maxFeePerGas: price, maxPriorityFeePerGas: 1n } as const)
      : { type, gasPrice: price };
  };
  const logAt = (transactionIndex: number): PlacedLog => {
    return { address: "0x", topics: [], data: "0x", block: full, transactionIndex };
  };
  const prove = (client: ChainClient, indices: readonly number[]) =>
    proveTransactions(client, indices.map(logAt), () => undefined);

  test("given every block since the first, its header's encoding has the node's hash and says its number and time", async () => {
    for (let number = 0; number <= full; number++) {
      const block = await readRawBlock(programme.client, number);
      const header = decodeHeader(encodeHeader(block));
      assert.deepEqual(header, {
        ...{ number, hash: block.hash, time: Number(block.timestamp) },
        receiptsRoot: block.receiptsRoot as Hex,
      });
    }
  });

  test("given a block with transactions of each type, when all are proven, each proof leads to its own receipt", async () => {
    const indices = Array.from({ length: TRANSACTIONS }, (_, at) => at);
    const { blocks, transactions } = await prove(programme.client, indices);
    assert.equal(blocks.length, 1);
    const root = decodeHeader(blocks[0] as Hex)?.receiptsRoot as Hex;
    for (const { index, proof } of transactions) {
      assert.deepEqual(await provenLogs(root, index, proof), []);
      assert.equal(await provenLogs(root, (index + 1) % TRANSACTIONS, proof), undefined);
    }
    assert.equal(transactions.length, TRANSACTIONS);
  });

  test("given a node that tells receipts one by one only, the proofs are the same", async () => {
    proxy.intercept((call, forward) => {
      if (call.method !== "eth_getBlockReceipts") return forward(call);
      return Promise.resolve({ error: { code: -32_601, message: "method not found" } });
    });
    const client = createChainClient(proxy.url);
    assert.deepEqual(await prove(client, [0, 1, 130]), await prove(programme.client, [0, 1, 130]));
    assert.ok(proxy.calls.includes("eth_getTransactionReceipt"));
  });

  test("given receipts that are not the block's, they are refused", async () => {
    proxy.intercept(async (call, forward) => {
      const answer = await forward(call);
      if (call.method !== "eth_getBlockReceipts") return answer;
      return { result: (answer.result as object[]).map((receipt) => ({ ...receipt, cumulativeGasUsed: "0x1" })) };
    });
    await assert.rejects(prove(createChainClient(proxy.url), [0]), { code: "HEADER_UNKNOWN" });
  });

  test("given a header with a field that is not known here, it is refused and not taken for another", async () => {
    const block = await readRawBlock(programme.client, full);
    assertThrowsCode(() => encodeHeader({ ...block, hash: `0x${"12".repeat(32)}` }), "HEADER_UNKNOWN");
    const { requestsHash: _, ...without } = block;
    assertThrowsCode(() => encodeHeader(without), "HEADER_UNKNOWN");
  });

  test("the events that evidence reads are those that the contracts emit", () => {
    for (const name of EVIDENCE_CONTRACTS) {
      const emitted = ABIS[name].filter(({ type }) => type === "event").map((event) => toEventSelector(event as never));
      for (const topic of topicsOf(name)) assert.ok(emitted.includes(topic), `${name} ${topic}`);
    }
  });
});
