import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { savedStates, unpackState } from "../../src/cli/chain/chain-state.ts";
import { type EmbeddedChain, startEmbeddedChain } from "../../src/cli/chain/embedded-chain.ts";
import type { Hex } from "../../src/protocol/index.ts";
import { temporaryFolder } from "../support/run-cli.ts";

const STARTS_AT = 1_767_189_600;

interface Block {
  readonly number: Hex;
  readonly hash: Hex;
  readonly timestamp: Hex;
  readonly parentHash: Hex;
}

const blockOf = (chain: EmbeddedChain, which: string) =>
  chain.rpc.call("eth_getBlockByNumber", which, false) as Promise<Block>;

/** A contract without a constructor's arguments whose every call logs its first word: `LOG1(0, 0, calldata[0])`. */
const LOGGER = "0x600a600c600039600a6000f360003560006000a1";

async function receiptOf(chain: EmbeddedChain, hash: unknown): Promise<Record<string, unknown>> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const receipt = await chain.rpc.call("eth_getTransactionReceipt", hash);
    if (receipt !== null) return receipt as Record<string, unknown>;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return assert.fail("no receipt");
}

describe("startEmbeddedChain", () => {
  test("when it is stopped and started again, blocks, receipts and logs are as before and time goes on", async () => {
    const folder = temporaryFolder();
    const first = await startEmbeddedChain(folder, { kind: "driven", startsAt: STARTS_AT });
    assert.equal(first.resumed, false);
    const [from] = (await first.rpc.call("eth_accounts")) as Hex[];
    const created = await receiptOf(first, await first.rpc.call("eth_sendTransaction", { from, data: LOGGER }));
    const logging = { from, to: created.contractAddress, data: `0x${"ab".repeat(32)}` };
    const logged = await receiptOf(first, await first.rpc.call("eth_sendTransaction", logging));
    for (let i = 1; i <= 20; i++) await first.advanceTo(STARTS_AT + 600 * i);
    const head = await blockOf(first, "latest");
    const logs = await first.rpc.call("eth_getLogs", { fromBlock: "0x0", toBlock: "latest" });
    await first.stop();

    const again = await startEmbeddedChain(folder, { kind: "real" });
    assert.equal(again.resumed, true);
    assert.equal(again.rpcUrl, first.rpcUrl);
    assert.deepEqual(await blockOf(again, head.number), head);
    assert.equal((logs as unknown[]).length, 1);
    assert.deepEqual(await again.rpc.call("eth_getLogs", { fromBlock: "0x0", toBlock: head.number }), logs);
    assert.deepEqual(await receiptOf(again, logged.transactionHash), logged);
    await again.rpc.call("evm_mine");
    const next = await blockOf(again, `0x${(Number(head.number) + 1).toString(16)}`);
    assert.equal(next.parentHash, head.hash);
    const passedS = Number(next.timestamp) - Number(head.timestamp);
    // A simulated chain goes on from its own time, however far that is from the clock.
    assert.ok(passedS >= 0 && passedS < 60, `${passedS} s`);
    await again.kill();
  });

  test("when it was killed, the blocks since it was saved are gone and the one named final is there", async () => {
    const folder = temporaryFolder();
    const first = await startEmbeddedChain(folder, { kind: "driven", startsAt: STARTS_AT });
    await first.advanceTo(STARTS_AT + 600);
    await first.save();
    const saved = await blockOf(first, "latest");
    await first.advanceTo(STARTS_AT + 1_200);
    await first.kill();
    const again = await startEmbeddedChain(folder, { kind: "driven", startsAt: STARTS_AT });
    assert.deepEqual(await blockOf(again, "latest"), saved);
    const final = JSON.parse(readFileSync(join(folder, "final.json"), "utf8")) as unknown;
    assert.deepEqual(final, { number: Number(saved.number), hash: saved.hash });
    await again.kill();
  });

  test("when nothing happened since, saving writes nothing", async () => {
    const folder = temporaryFolder();
    const chain = await startEmbeddedChain(folder, { kind: "driven", startsAt: STARTS_AT });
    await chain.advanceTo(STARTS_AT + 600);
    await chain.save();
    const before = readdirSync(folder).sort();
    await chain.save();
    assert.deepEqual(readdirSync(folder).sort(), before);
    await chain.kill();
  });
});

describe("unpackState", () => {
  test("when the newest state is torn, the one before is taken and named final", async () => {
    const folder = temporaryFolder();
    const chain = await startEmbeddedChain(folder, { kind: "driven", startsAt: STARTS_AT });
    for (let i = 1; i <= 3; i++) {
      await chain.advanceTo(STARTS_AT + 600 * i);
      await chain.save();
    }
    await chain.kill();
    const [newest, before, ...older] = savedStates(folder);
    assert.ok(newest !== undefined && before !== undefined && older.length === 0);
    writeFileSync(newest.path, readFileSync(newest.path).subarray(0, 100));
    assert.equal(unpackState(folder)?.head.number, before.head.number);
    const final = JSON.parse(readFileSync(join(folder, "final.json"), "utf8")) as { number: number };
    assert.equal(final.number, before.head.number);
  });

  test("when every state is torn, it says so and starts no new chain over them", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, `state-0000000001-1-0x${"00".repeat(32)}.json.gz`), "torn");
    assert.throws(() => unpackState(folder), { code: "STORE_DAMAGED" });
  });

  test("when there is none, there is nothing to load", () => {
    assert.equal(unpackState(temporaryFolder()), undefined);
  });
});
