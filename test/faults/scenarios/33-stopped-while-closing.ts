import assert from "node:assert/strict";
import type { Scenario } from "../support/scenario.ts";

export const stoppedWhileClosing: Scenario = {
  row: 33,
  name: "stopped-while-closing",
  fault: "SIGTERM in the middle of a day's close",
  shows: "exit code 0 within 15 s; the next start publishes the same day",
  isInSuite: true,
  async run(stage) {
    await stage.begin({ failpoints: "day-closed:halt" });
    await stage.drive(3);
    await stage.moveToDayEnd();
    await stage.relayer.reached("day-closed");
    const stopping = stage.relayer.stop();
    await stage.relayer.resume();
    const { code, seconds } = await stopping;
    assert.equal(code, 0);
    assert.ok(seconds < 15, `it took ${seconds} s to stop`);
    await stage.relayer.start();
    await stage.untilIdle();
    assert.equal(await stage.dayState(0), "settled");
    return undefined;
  },
};
