import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { DAY_S, DROP_S } from "../../../src/protocol/index.ts";
import { GENESIS } from "../../relayer/support/programme.ts";
import type { Scenario } from "../support/scenario.ts";

const HOUR_MS = 3_600_000;
const PRELOAD = fileURLToPath(new URL("../support/shifted-clock.mjs", import.meta.url));

export const clockOff: Scenario = {
  row: 24,
  name: "clock-off",
  fault: "the machine's clock is an hour early, then an hour late, at a day's edge",
  shows: "receipts name the drop of chain time, on both sides of the edge; the day is closed by chain time",
  async run(stage) {
    const withClock = (offsetMs: number) => ({
      preload: PRELOAD,
      env: { CAIRN_TEST_CLOCK_OFFSET_MS: String(offsetMs) },
    });
    await stage.begin(withClock(HOUR_MS));
    await stage.moveTo(GENESIS + DAY_S - 3 * DROP_S);
    const drops = async (count: number) => {
      for (let done = 0; done < count; done++) {
        const readings = await stage.endDrop();
        await stage.untilSeen(stage.dropTime);
        const answers = await stage.deliver(readings);
        assert.deepEqual(
          answers.map(({ receipt }) => receipt?.drop),
          answers.map(() => stage.drop),
        );
      }
    };
    await drops(2);
    assert.equal((await stage.untilIdle()).nextDrop, stage.drop);
    assert.equal(await stage.dayState(0), "open");
    await stage.relayer.stop();
    await stage.relayer.start(withClock(-HOUR_MS));
    await drops(2);
    await stage.untilIdle();
    assert.equal(await stage.dayState(0), "settled");
    return undefined;
  },
};
