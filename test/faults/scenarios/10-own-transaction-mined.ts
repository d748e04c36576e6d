import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import type { Scenario } from "../support/scenario.ts";

export const ownTransactionMined: Scenario = {
  row: 10,
  name: "own-transaction-mined",
  fault: "nonce too low, because the relayer's own transaction was mined and its receipt is not shown yet",
  shows: "the nonce counts as used by the relayer itself; nothing goes out at the next one",
  isInSuite: true,
  // With nothing between head and finality, a used nonce is final at once.
  stage: { finalityDepth: 0 },
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const sent: unknown[] = [];
    stage.proxy.intercept(async (call, forward) => {
      if (call.method === "eth_getTransactionReceipt") return { result: null };
      const answer = await forward(call);
      if (call.method !== "eth_sendRawTransaction") return answer;
      sent.push(call.params[0]);
      // The first is mined at once, and its answer is lost on the way.
      return sent.length === 1 ? { error: { code: -32_603, message: "timeout" } } : answer;
    });
    const readings = await stage.endDrop();
    await eventually("sent again", () => sent.length >= 3);
    stage.proxy.heal();
    await stage.deliver(readings);
    await stage.untilIdle();
    assert.equal(new Set(sent).size, 1);
    return undefined;
  },
};
