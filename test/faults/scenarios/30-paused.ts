import assert from "node:assert/strict";
import type { Scenario } from "../support/scenario.ts";

export const paused: Scenario = {
  row: 30,
  name: "paused",
  fault: "the process is halted in front of a broadcast, for three drops",
  shows: "nobody can take its folder meanwhile; it wakes, sends what it had signed, and catches up",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    await stage.relayer.stop();
    await stage.relayer.start({ failpoints: "transaction-signed:halt" });
    const readings = await stage.endDrop();
    await stage.relayer.reached("transaction-signed");
    for (let drop = 0; drop < 3; drop++) await stage.moveTo(stage.dropTime + 600);
    assert.match(await stage.another(stage.programme.workDir).startRefused(), /WORK_DIR_IN_USE/);
    await stage.relayer.resume();
    await stage.untilSeen(stage.dropTime);
    await stage.deliver(readings);
    await stage.drive();
    await stage.untilIdle();
    return undefined;
  },
};
