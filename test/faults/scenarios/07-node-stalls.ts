import assert from "node:assert/strict";
import type { Scenario } from "../support/scenario.ts";

export const nodeStalls: Scenario = {
  row: 7,
  name: "node-stalls",
  fault: "the node never answers",
  shows: "readings are taken all the while; it stops within 15 s when asked to, and goes on when the node is back",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    const readings = await stage.endDrop();
    await stage.untilSeen(stage.dropTime);
    const stalled = stage.proxy.spoil("*", "hold-request", Number.POSITIVE_INFINITY);
    await stalled;
    await stage.deliver(readings);
    await stage.untilUnready("CHAIN_UNREACHABLE");
    const { code, seconds } = await stage.relayer.stop();
    assert.equal(code, 0);
    assert.ok(seconds < 15, `it took ${seconds} s to stop`);
    stage.proxy.heal();
    await stage.relayer.start();
    await stage.drive();
    await stage.untilIdle();
    return undefined;
  },
};
