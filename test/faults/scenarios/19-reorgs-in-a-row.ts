import { setTimeout as pause } from "node:timers/promises";
import { grantOf } from "../../relayer/support/owners.ts";
import type { Scenario } from "../support/scenario.ts";

const OWNERS = ["owner a", "owner b", "owner c"] as const;
const APART_MS = 4_000;
const DEPTH = 6;

export const reorgsInARow: Scenario = {
  row: 19,
  name: "reorgs-in-a-row",
  fault: "three reorganisations within 12 s, while the last one is still being unwound",
  shows: "anchors and consents that are under way all the while are carried out once",
  stage: { finalityDepth: 12 },
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    for (const owner of OWNERS) {
      const startedAt = performance.now();
      const readings = await stage.endDrop();
      const deadline = stage.dropTime + 3_600;
      await stage.intend([grantOf(stage.programme, owner, { version: 7, deadline })]);
      await stage.untilSeen(stage.dropTime);
      await stage.deliver(readings);
      await stage.mine(3);
      await stage.reorg(DEPTH);
      await pause(Math.max(0, APART_MS - (performance.now() - startedAt)));
    }
    await stage.untilIdle();
    return undefined;
  },
};
