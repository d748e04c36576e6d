import assert from "node:assert/strict";
import type { Scenario } from "../support/scenario.ts";

export const answerLost: Scenario = {
  row: 5,
  name: "answer-lost",
  fault: "the broadcast succeeded, its answer was lost",
  shows: "no second transaction for any of three effects",
  isInSuite: true,
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    for (let count = 0; count < 3; count++) {
      const lost = stage.proxy.spoil("eth_sendRawTransaction", "lose-answer", 1);
      await stage.drive();
      await lost;
      await stage.untilIdle();
    }
    assert.equal(await stage.anchoredDrops(), stage.drop);
    return undefined;
  },
};
