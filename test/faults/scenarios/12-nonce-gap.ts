import assert from "node:assert/strict";
import { grantOf } from "../../relayer/support/owners.ts";
import { eventually } from "../support/eventually.ts";
import { newestSigned } from "../support/killed-at.ts";
import type { Scenario } from "../support/scenario.ts";

export const nonceGap: Scenario = {
  row: 12,
  name: "nonce-gap",
  fault: "the pool drops the lower of two transactions under way",
  shows: "the same bytes close the gap, and both are mined",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    await stage.setAutomine(false);
    const readings = await stage.endDrop();
    await eventually("the anchor is sent", async () => (await stage.pooled()).ready === 1);
    const lower = (await newestSigned(stage))?.hashes[0];
    await stage.intend([grantOf(stage.programme, "owner a", { version: 7, deadline: stage.dropTime + 600 })]);
    await eventually("both are sent", async () => (await stage.pooled()).ready === 2);
    await stage.programme.rpc("anvil_dropTransaction", [lower]);
    await eventually("there is a gap", async () => (await stage.pooled()).ready < 2);
    await eventually("the gap is closed", async () => (await stage.pooled()).ready === 2);
    await stage.setAutomine(true);
    await stage.mine(1);
    assert.equal((await stage.receiptOf(lower))?.status, "success");
    await stage.deliver(readings);
    await stage.untilIdle();
    return undefined;
  },
};
