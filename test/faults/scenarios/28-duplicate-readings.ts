import assert from "node:assert/strict";
import type { SignedReading } from "../../../src/protocol/index.ts";
import { malleated } from "../../relayer/support/keys.ts";
import type { Scenario } from "../support/scenario.ts";

export const duplicateReadings: Scenario = {
  row: 28,
  name: "duplicate-readings",
  fault: "readings come twice: in one batch, at once, after a kill, and with the other signature (r, n - s)",
  shows: "one receipt and one leaf for each reading",
  isInSuite: true,
  async run(stage) {
    await stage.begin();
    await stage.drive(2);
    const readings = await stage.endDrop();
    await stage.untilSeen(stage.dropTime);
    const others = readings.map(
      ({ reading, signature }): SignedReading => ({ reading, signature: malleated(signature) }),
    );
    const batches = [[...readings, ...others, ...readings], readings, others];
    const answers = (await Promise.all(batches.map((batch) => stage.deliver(batch)))).flat();
    await stage.relayer.kill();
    await stage.relayer.start();
    await stage.untilSeen(stage.dropTime);
    answers.push(...(await stage.deliver([...others, ...readings])));
    const distinct = new Set(answers.map((answer) => JSON.stringify(answer)));
    assert.equal(distinct.size, readings.length);
    await stage.drive();
    await stage.untilIdle();
    assert.equal((await stage.api.status()).readings.accepted, stage.receipts.size);
    return undefined;
  },
};
