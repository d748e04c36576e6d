import assert from "node:assert/strict";
import { dieAnchoring, newestSigned } from "../support/killed-at.ts";
import type { Scenario } from "../support/scenario.ts";

export const killedAfterBroadcast: Scenario = {
  row: 3,
  name: "killed-after-broadcast",
  fault: "killed after the broadcast, before the row says so",
  shows: "the receipt says what became of it; nothing is signed a second time",
  isInSuite: true,
  async run(stage) {
    await dieAnchoring(stage, "transaction-sent");
    const signed = await newestSigned(stage);
    assert.equal(signed?.state, "signed");
    assert.equal((await stage.receiptOf(signed.hashes[0]))?.status, "success");
    await stage.relayer.start();
    await stage.deliverKept();
    await stage.untilIdle();
    return undefined;
  },
};
