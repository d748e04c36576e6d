import assert from "node:assert/strict";
import { newestSigned } from "../support/killed-at.ts";
import type { Scenario } from "../support/scenario.ts";

const DEPTHS = [1, 6, 60] as const;

export const reorgDropsAnchor: Scenario = {
  row: 17,
  name: "reorg-drops-anchor",
  fault: "reorganisations of 1, 6 and 60 blocks drop an anchor",
  shows: "the drop is never shown as anchored before its block is final; the same transaction goes out again",
  isInSuite: true,
  stage: { finalityDepth: 64 },
  async run(stage) {
    await stage.begin();
    for (const depth of DEPTHS) {
      const drop = stage.drop;
      await stage.drive();
      await stage.untilStatus("the anchor is mined", ({ outbox }) => outbox.mined === 1);
      await stage.mine(depth - 1);
      assert.equal(await stage.anchoredDrops(), drop + 1);
      assert.equal(await stage.shownState(drop), "closed");
      const hash = (await newestSigned(stage))?.hashes[0];
      const before = await stage.receiptOf(hash);
      await stage.reorg(depth);
      await stage.untilIdle();
      const after = await stage.receiptOf(hash);
      assert.equal(after?.status, "success");
      assert.notEqual(after?.blockHash, before?.blockHash);
      assert.equal(await stage.anchoredDrops(), drop + 1);
      assert.equal(await stage.shownState(drop), "anchored");
    }
    return undefined;
  },
};
