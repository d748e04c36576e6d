import assert from "node:assert/strict";
import type { RpcAnswer } from "../../support/rpc-proxy.ts";
import type { Scenario } from "../support/scenario.ts";
import { startNode } from "../support/world.ts";

export const wrongChain: Scenario = {
  row: 23,
  name: "wrong-chain",
  fault: "another chain answers behind the URL, at the start and while it runs",
  shows: "it refuses to start, and while it runs nothing is signed or sent until the right chain is back",
  isInSuite: true,
  async run(stage) {
    const other = await startNode({ time: stage.world.time, args: ["--chain-id", "5"] });
    try {
      const ask = async (body: object) => {
        const headers = { "content-type": "application/json" };
        const answer = await fetch(other.rpcUrl, { method: "POST", headers, body: JSON.stringify(body) });
        return (await answer.json()) as RpcAnswer;
      };
      stage.proxy.intercept((call) => ask({ jsonrpc: "2.0", id: 1, ...call }));
      assert.match(await stage.relayer.startRefused(), /CHAIN_MISMATCH/);
      stage.proxy.heal();
      await stage.begin();
      await stage.drive(2);
      await stage.untilIdle();

      await ask({ jsonrpc: "2.0", id: 1, method: "anvil_mine", params: ["0x400"] });
      stage.proxy.intercept((call) => ask({ jsonrpc: "2.0", id: 1, ...call }));
      const readings = await stage.endDrop();
      const before = stage.proxy.calls.length;
      await stage.untilUnready("CHAIN_MISMATCH");
      assert.ok(!stage.proxy.calls.slice(before).includes("eth_sendRawTransaction"));
      const { outbox } = await stage.api.status();
      assert.equal(outbox.queued + outbox.signed + outbox.sent + outbox.mined, 0);
      stage.proxy.heal();
      await stage.untilSeen(stage.dropTime);
      await stage.deliver(readings);
      await stage.untilIdle();
      return undefined;
    } finally {
      await other.stop();
    }
  },
};
