import assert from "node:assert/strict";
import type { SignedReading } from "../../../src/protocol/index.ts";
import { grantOf } from "../../relayer/support/owners.ts";
import { withoutPostgres } from "../../support/postgres.ts";
import type { RelayerChild } from "../support/relayer-child.ts";
import type { Scenario } from "../support/scenario.ts";
import type { Stage } from "../support/stage.ts";
import { CARS } from "../support/world.ts";

export const relayersOnOneDatabase: Scenario = {
  row: 29,
  name: "relayers-on-one-database",
  fault: "two relayers on one database take in at once; each in turn is killed or stopped",
  shows: "one receipt and one leaf for what both were given; the other goes on with the work",
  cannotRun: () => withoutPostgres() || undefined,
  stage: { hasDatabase: true },
  async run(stage) {
    const first = stage.relayer;
    const second = await stage.beside("second");
    await stage.begin();
    await second.start();
    await stage.untilLeading(second, false);
    await driveBoth(stage, [first, second]);
    await intendOf(stage, second, 7);
    await stage.untilIdle();

    await first.kill();
    stage.turnTo(second);
    await stage.untilLeading(second);
    await stage.drive(2);
    await first.start();
    await stage.untilLeading(first, false);
    await driveBoth(stage, [first, second]);
    await intendOf(stage, first, 11);
    await stage.untilIdle();

    assert.equal((await second.stop()).code, 0);
    stage.turnTo(first);
    await stage.untilLeading(first);
    await stage.drive(2);
    await stage.untilIdle();
    return undefined;
  },
};

/** Three drops, in which each car delivers to both relayers at once. */
async function driveBoth(stage: Stage, relayers: readonly RelayerChild[]): Promise<void> {
  for (let drop = 0; drop < 3; drop++) {
    const readings = await stage.endDrop();
    for (const relayer of relayers) await stage.untilSeen(stage.dropTime, relayer);
    const answers = await Promise.all(relayers.map((relayer) => stage.deliver(readings, relayer)));
    assert.deepEqual(answers[0], answers[1]);
    await assertLeaves(stage, readings);
  }
}

/** What was taken in stands once in the store, whoever was asked. */
async function assertLeaves(stage: Stage, readings: readonly SignedReading[]): Promise<void> {
  const sequence = readings[0]?.reading.sequence;
  const [row] = await stage.rows<{ count: number }>(`select count(*) from readings where sequence = ${sequence}`);
  assert.equal(row?.count, readings.length);
}

/** An owner's consent, delivered to a relayer. */
async function intendOf(stage: Stage, relayer: RelayerChild, version: number): Promise<void> {
  const [car] = CARS;
  assert.ok(car !== undefined);
  const deadline = stage.dropTime + 3_600;
  await stage.intend([grantOf(stage.programme, car.owner, { version, deadline })], relayer);
}
