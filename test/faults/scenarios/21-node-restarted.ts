import assert from "node:assert/strict";
import { join } from "node:path";
import { grantOf } from "../../relayer/support/owners.ts";
import { newestSigned } from "../support/killed-at.ts";
import type { Scenario } from "../support/scenario.ts";
import { saveState } from "../support/world.ts";

export const nodeRestarted: Scenario = {
  row: 21,
  name: "node-restarted",
  fault: "the node is started again: with its state, without its newest blocks, with nothing",
  shows: "work goes on; what was lost goes out again; an empty chain is refused until the right one is back",
  isInSuite: true,
  stage: { finalityDepth: 8 },
  async run(stage) {
    const { programme } = stage;
    const save = (name: string) => saveState(programme, join(programme.workDir, name));
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();

    await stage.restartNode(await save("whole.json"));
    await stage.drive();
    await stage.untilIdle();

    const earlier = await save("earlier.json");
    await stage.intend([grantOf(programme, "owner a", { version: 7, deadline: stage.dropTime + 600 })]);
    await stage.untilStatus("the consent is mined", ({ outbox }) => outbox.mined === 1);
    const hash = (await newestSigned(stage))?.hashes[0];
    await stage.restartNode(earlier);
    assert.equal(await stage.receiptOf(hash), undefined);
    await stage.untilIdle();
    assert.equal((await stage.receiptOf(hash))?.status, "success");

    const last = await save("last.json");
    await stage.restartNode({ time: last.time });
    await stage.untilUnready("CHAIN_UNREACHABLE");
    await stage.relayer.stop();
    assert.match(await stage.relayer.startRefused(), /CHAIN_MISMATCH/);
    await stage.restartNode(last);
    await stage.relayer.start();
    return undefined;
  },
};
