import assert from "node:assert/strict";
import type { Scenario } from "../support/scenario.ts";

const ERROR = { code: -32_603, message: "Internal error", data: { code: -32_000, message: "nonce too low" } };

export const saidNonceTooLow: Scenario = {
  row: 9,
  name: "said-nonce-too-low",
  fault: "`nonce too low` inside -32603, from a node that took nothing",
  shows: "the nonce stays; the same bytes go out until they are mined",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const sent: unknown[] = [];
    stage.proxy.intercept(async (call, forward) => {
      if (call.method !== "eth_sendRawTransaction") return forward(call);
      sent.push(call.params[0]);
      return sent.length <= 3 ? { error: ERROR } : forward(call);
    });
    await stage.drive();
    await stage.untilIdle();
    assert.equal(sent.length, 4);
    assert.equal(new Set(sent).size, 1);
    return undefined;
  },
};
