import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../support/scenario.ts";

const OUTAGE_MS = 30_000;
const STATUSES = ["status-500", "status-502", "status-429"] as const;

export const nodeRefuses: Scenario = {
  row: 6,
  name: "node-refuses",
  fault: "the node's server says 500, 502 and 429 for 30 s",
  shows: "readings are taken all the while; work goes on within 15 s of the end",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    const readings = await stage.endDrop();
    await stage.untilSeen(stage.dropTime);
    for (const status of STATUSES) {
      stage.proxy.spoil("*", status, Number.POSITIVE_INFINITY);
      await stage.untilUnready("CHAIN_UNREACHABLE");
      await pause(OUTAGE_MS / STATUSES.length);
    }
    await stage.deliver(readings);
    stage.proxy.heal();
    await stage.untilStatus("work goes on", ({ alerts }) => alerts.length === 0, 15_000);
    await stage.drive();
    await stage.untilIdle();
    return undefined;
  },
};
