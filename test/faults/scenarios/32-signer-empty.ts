import assert from "node:assert/strict";
import { addressOf } from "../../relayer/support/keys.ts";
import type { Scenario } from "../support/scenario.ts";

export const signerEmpty: Scenario = {
  row: 32,
  name: "signer-empty",
  fault: "the relayer's key has nothing left to pay gas with",
  shows: "an alert names the address; nothing is set aside, and work goes on once there is money",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    await stage.programme.rpc("anvil_setBalance", [addressOf("relayer"), "0x0"]);
    await stage.drive();
    const { alerts } = await stage.untilStatus("an alert", (status) =>
      status.alerts.some(({ subject }) => subject === "funds"),
    );
    assert.match(alerts[0]?.message ?? "", new RegExp(addressOf("relayer"), "i"));
    await stage.programme.rpc("anvil_setBalance", [addressOf("relayer"), `0x${(10n ** 21n).toString(16)}`]);
    await stage.untilIdle();
    return undefined;
  },
};
