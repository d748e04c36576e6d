import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import type { Scenario } from "../support/scenario.ts";

const GWEI = 10n ** 9n;
/** How long the fee stays up. */
const HIGH_MS = 3_000;

export const baseFeeAboveCap: Scenario = {
  row: 15,
  name: "base-fee-above-cap",
  fault: "the base fee is above the cap",
  shows: "an alert and a wait: nothing is signed, nothing is sent, and nothing is asked but for the newest block",
  stage: { config: { maxFeePerGasGwei: 50 } },
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const { baseFeePerGas } = await stage.programme.client.getBlock();
    await stage.setBaseFee(1_000n * GWEI);
    await stage.mine(1);
    const readings = await stage.endDrop();
    await stage.untilStatus("an alert", ({ alerts }) => alerts.some(({ subject }) => subject === "fees"));
    const before = stage.proxy.calls.length;
    await pause(HIGH_MS);
    const asked = new Set(stage.proxy.calls.slice(before));
    assert.deepEqual([...asked], ["eth_getBlockByNumber"]);
    const { outbox } = await stage.api.status();
    assert.deepEqual([outbox.queued, outbox.signed, outbox.sent], [1, 0, 0]);
    await stage.deliver(readings);
    await stage.setBaseFee(baseFeePerGas ?? GWEI);
    await stage.mine(1);
    await stage.untilIdle();
    return undefined;
  },
};
