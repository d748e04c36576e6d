import assert from "node:assert/strict";
import type { Scenario } from "../support/scenario.ts";

/** How nodes and the services before them say that they have a transaction already. */
const WORDINGS = [
  "already known",
  "AlreadyKnown",
  "transaction already imported",
  "Transaction with the same hash was already imported.",
  "known transaction: 0x00",
  "ALREADY_EXISTS: already known",
  "tx already in mempool",
  "replacement transaction underpriced",
  "nonce too low",
  "OldNonce",
  "Internal error",
  "",
] as const;

export const saidAlreadyKnown: Scenario = {
  row: 8,
  name: "said-already-known",
  fault: "the node takes a transaction and calls it a duplicate, in twelve wordings",
  shows: "no wording is judged: one transaction an effect, no row is set aside",
  async run(stage) {
    await stage.begin();
    let said = 0;
    for (const message of WORDINGS) {
      stage.proxy.intercept(async (call, forward) => {
        const answer = await forward(call);
        if (call.method !== "eth_sendRawTransaction") return answer;
        said++;
        return { error: { code: -32_000, message } };
      });
      await stage.drive();
      await stage.untilIdle();
    }
    assert.ok(said >= WORDINGS.length - 1);
    assert.equal(await stage.anchoredDrops(), WORDINGS.length);
    return undefined;
  },
};
