import assert from "node:assert/strict";
import { newestSigned } from "../support/killed-at.ts";
import type { Scenario } from "../support/scenario.ts";

const DEPTH = 6;

export const reorgWhileDown: Scenario = {
  row: 18,
  name: "reorg-while-down",
  fault: "a reorganisation of 6 blocks while the relayer is down",
  shows: "the height is the same and the blocks are not: what was in them goes out again, with the same bytes",
  isInSuite: true,
  stage: { finalityDepth: 12 },
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const anchored = await stage.anchoredDrops();
    await stage.drive();
    await stage.untilStatus("the anchor is mined", ({ outbox }) => outbox.mined === 1);
    await stage.mine(DEPTH - 1);
    await stage.relayer.stop();
    const mined = await newestSigned(stage);
    const height = await stage.programme.client.getBlockNumber();
    await stage.reorg(DEPTH);
    assert.equal(await stage.programme.client.getBlockNumber(), height);
    assert.equal(await stage.anchoredDrops(), anchored);
    await stage.relayer.start();
    await stage.untilIdle();
    assert.equal((await stage.receiptOf(mined?.hashes[0]))?.status, "success");
    return undefined;
  },
};
