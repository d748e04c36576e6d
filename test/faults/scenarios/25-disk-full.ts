import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import type { Scenario } from "../support/scenario.ts";
import { cannotMount, fillDisk } from "../support/small-disk.ts";

export const diskFull: Scenario = {
  row: 25,
  name: "disk-full",
  fault: "the disk is full while readings are taken in, and again between a day's closing and its file",
  shows: "503 and no acknowledgement; an alert; it goes on by itself when there is room",
  cannotRun: cannotMount,
  // The reserve would keep the disk from ever being full.
  stage: { diskKb: 16_384, config: { reserveDiskMb: 0 } },
  async run(stage) {
    const { workDir } = stage.programme;
    await stage.begin({ failpoints: "day-closed:halt" });
    await stage.drive(2);
    await stage.untilIdle();
    const readings = await stage.endDrop();
    await stage.untilSeen(stage.dropTime);
    await stage.untilIdle();

    const makeRoom = await fillDisk(workDir);
    const junk = Array.from({ length: 500 }, (_, at) => stage.foreignReading(at));
    // What the store has set aside on disk is used up first.
    await eventually("503", async () => (await stage.api.post("/v1/readings", { readings: junk })).status === 503);
    const { status, body } = await stage.api.post("/v1/readings", { readings });
    assert.equal(status, 503);
    assert.equal((body as { error: { code: string } }).error.code, "STORE_FULL");
    await makeRoom();
    await stage.deliver(readings);

    await stage.moveToDayEnd();
    await stage.relayer.reached("day-closed");
    const makeRoomAgain = await fillDisk(workDir);
    await stage.relayer.resume();
    await stage.untilUnready("STORE_FULL");
    await makeRoomAgain();
    await stage.untilIdle();
    return undefined;
  },
};
