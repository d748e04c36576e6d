import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import { newestSigned } from "../support/killed-at.ts";
import type { Scenario } from "../support/scenario.ts";

export const vanishedFromPool: Scenario = {
  row: 14,
  name: "vanished-from-pool",
  fault: "the base fee rises a hundredfold, and the pool forgets the transaction",
  shows: "the same bytes go out again and are mined once the fee is back",
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const { baseFeePerGas } = await stage.programme.client.getBlock();
    const usual = baseFeePerGas ?? 0n;
    await stage.setAutomine(false);
    const readings = await stage.endDrop();
    await eventually("it is sent", async () => (await stage.pooled()).ready === 1);
    const hash = (await newestSigned(stage))?.hashes[0];
    await stage.setBaseFee(100n * usual);
    await stage.mine(1);
    await stage.programme.rpc("anvil_dropTransaction", [hash]);
    assert.deepEqual(await stage.pooled(), { ready: 0, behindGap: 0 });
    await stage.setBaseFee(usual);
    await stage.mine(1);
    await stage.setAutomine(true);
    await stage.deliver(readings);
    await stage.untilIdle();
    assert.equal((await stage.receiptOf(hash))?.status, "success");
    return undefined;
  },
};
