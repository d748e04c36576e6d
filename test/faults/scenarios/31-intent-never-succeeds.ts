import assert from "node:assert/strict";
import { grantOf } from "../../relayer/support/owners.ts";
import type { Scenario } from "../support/scenario.ts";
import { carryOut } from "../support/world.ts";

export const intentNeverSucceeds: Scenario = {
  row: 31,
  name: "intent-never-succeeds",
  fault: "an intent was good when it was taken, and can never be carried out any more",
  shows: "the contract skips it and says why; its neighbours in the batch are done",
  async run(stage) {
    const { programme } = stage;
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const deadline = stage.dropTime + 86_000;
    const grants = ["owner a", "owner b", "owner c"].map((owner) =>
      grantOf(programme, owner, { version: 7, deadline }),
    );
    const lost = stage.proxy.spoil("eth_sendRawTransaction", "lose-request", Number.POSITIVE_INFINITY);
    await stage.intend(grants);
    await lost;
    // The same version with other content, while the batch is on its way.
    await carryOut(programme, [grantOf(programme, "owner a", { version: 7, deadline: deadline - 1 })]);
    stage.proxy.heal();
    await stage.untilIdle();
    await stage.drive();
    await stage.untilIdle();
    const { body } = await stage.api.get(`/v1/intents/${grants[0]?.id}`);
    assert.deepEqual((({ state, reason }) => [state, reason])(body as Record<string, string>), [
      "skipped",
      "ConsentRegistry_WrongVersion",
    ]);
    return { skipped: 1 };
  },
};
