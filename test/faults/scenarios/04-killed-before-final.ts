import assert from "node:assert/strict";
import { dieAnchoring, newestSigned } from "../support/killed-at.ts";
import type { Scenario } from "../support/scenario.ts";

export const killedBeforeFinal: Scenario = {
  row: 4,
  name: "killed-before-final",
  fault: "killed between receipt and finality",
  shows: "the next start waits for finality, and ends the row once",
  async run(stage) {
    await dieAnchoring(stage, "receipt-noted");
    const mined = await newestSigned(stage);
    assert.equal(mined?.state, "mined");
    await stage.relayer.start();
    await stage.untilSeen(stage.dropTime);
    assert.equal((await newestSigned(stage))?.state, "mined", "not final before its block is");
    await stage.deliverKept();
    await stage.untilIdle();
    assert.equal((await stage.receiptOf(mined.hashes[0]))?.status, "success");
    return undefined;
  },
};
