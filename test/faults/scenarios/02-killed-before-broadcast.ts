import assert from "node:assert/strict";
import { dieAnchoring, newestSigned } from "../support/killed-at.ts";
import type { Scenario } from "../support/scenario.ts";

export const killedBeforeBroadcast: Scenario = {
  row: 2,
  name: "killed-before-broadcast",
  fault: "killed between signature and broadcast",
  shows: "the bytes that were signed go out after the restart, and no others",
  isInSuite: true,
  async run(stage) {
    await dieAnchoring(stage, "transaction-signed");
    const signed = await newestSigned(stage);
    assert.equal(signed?.state, "signed");
    const [hash] = signed.hashes;
    assert.equal(await stage.receiptOf(hash), undefined);
    await stage.relayer.start();
    await stage.deliverKept();
    await stage.untilIdle();
    assert.equal((await stage.receiptOf(hash))?.status, "success");
    return undefined;
  },
};
