import { laggingReplica } from "../support/lagging-replica.ts";
import type { Scenario } from "../support/scenario.ts";

/** Less than the finality depth of the stage, and more. */
const LAGS = [1, 5] as const;

export const replicaLags: Scenario = {
  row: 22,
  name: "replica-lags",
  fault: "every other answer comes from a replica that lags, so that the head moves backwards",
  shows: "drops go on being anchored, and nothing is sent twice",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    for (const lag of LAGS) {
      stage.proxy.intercept(laggingReplica(lag));
      for (let count = 0; count < 4; count++) {
        await stage.drive();
        await stage.mine(lag);
        await stage.untilIdle();
      }
    }
    return undefined;
  },
};
