import assert from "node:assert/strict";
import { dieAnchoring, newestSigned } from "../support/killed-at.ts";
import type { Scenario } from "../support/scenario.ts";

export const killedBeforeSignature: Scenario = {
  row: 1,
  name: "killed-before-signature",
  fault: "killed between nonce and signature",
  shows: "the nonce was never stored, and the next start takes the same one",
  async run(stage) {
    await dieAnchoring(stage, "nonce-taken");
    const before = await newestSigned(stage);
    await stage.relayer.start();
    await stage.deliverKept();
    await stage.untilIdle();
    assert.equal((await newestSigned(stage))?.nonce, (before?.nonce ?? -1) + 1);
    return undefined;
  },
};
