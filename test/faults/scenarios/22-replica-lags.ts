import { setTimeout as pause } from "node:timers/promises";
import { laggingReplica } from "../support/lagging-replica.ts";
import type { Scenario } from "../support/scenario.ts";

/** Less than the finality depth of the stage, and more. */
const LITTLE = 1;
const MUCH = 5;
/** How long the replica lags by much before it catches up. */
const LAGGING_MS = 3_000;

export const replicaLags: Scenario = {
  row: 22,
  name: "replica-lags",
  fault: "every other answer comes from a replica that lags, so that the head moves backwards",
  shows: "a lag below the finality depth holds up nothing; nothing is sent twice, however long the lag",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    stage.proxy.intercept(laggingReplica(LITTLE));
    for (let count = 0; count < 4; count++) {
      await stage.drive();
      await stage.mine(LITTLE);
      await stage.untilIdle();
    }
    stage.proxy.intercept(laggingReplica(MUCH));
    const readings = await stage.endDrop();
    await stage.mine(MUCH);
    await pause(LAGGING_MS);
    stage.proxy.heal();
    await stage.untilSeen(stage.dropTime);
    await stage.deliver(readings);
    await stage.drive();
    await stage.untilIdle();
    return undefined;
  },
};
