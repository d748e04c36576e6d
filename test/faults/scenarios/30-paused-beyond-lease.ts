import assert from "node:assert/strict";
import { withoutPostgres } from "../../support/postgres.ts";
import { eventually } from "../support/eventually.ts";
import type { RelayerChild } from "../support/relayer-child.ts";
import type { Scenario } from "../support/scenario.ts";
import type { Stage } from "../support/stage.ts";

/** Where the leader is halted: with a nonce that is not stored, and with bytes that are stored and not sent. */
const PLACES = ["nonce-taken", "transaction-signed"] as const;

export const pausedBeyondLease: Scenario = {
  row: 30,
  name: "paused-beyond-lease",
  fault: "of two relayers on one database the leader is halted beyond its lease, and wakes",
  shows: "the other leads meanwhile; the one that wakes writes nothing, and follows",
  cannotRun: () => withoutPostgres() || undefined,
  stage: { hasDatabase: true },
  async run(stage) {
    const sleeper = stage.relayer;
    const other = await stage.beside("other");
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    for (const place of PLACES) {
      await sleeper.stop();
      await sleeper.start({ failpoints: `${place}:halt` });
      await stage.untilLeading(sleeper);
      await other.start();
      await stage.untilLeading(other, false);
      await overtake(stage, { sleeper, other, place });
      await wake(stage, sleeper);
      assert.equal((await other.stop()).code, 0);
      stage.turnTo(sleeper);
      await stage.untilLeading(sleeper);
      await stage.drive();
      await stage.untilIdle();
    }
    return undefined;
  },
};

/** The leader halts while it carries an anchor; the other does that and what comes after. */
async function overtake(
  stage: Stage,
  { sleeper, other, place }: { sleeper: RelayerChild; other: RelayerChild; place: string },
): Promise<void> {
  const readings = await stage.endDrop();
  await sleeper.reached(place);
  stage.turnTo(other);
  await stage.untilLeading(other);
  await stage.untilSeen(stage.dropTime);
  await stage.deliver(readings);
  await stage.drive(2);
  await stage.untilIdle();
}

/** It goes on where it stood, finds that it leads no longer, and leaves everything as it is. */
async function wake(stage: Stage, sleeper: RelayerChild): Promise<void> {
  const before = await written(stage);
  const said = sleeper.log.length;
  await sleeper.resume();
  await eventually("it finds that it leads no longer", () => sleeper.log.slice(said).includes("LEASE_LOST"));
  await stage.untilLeading(sleeper, false);
  assert.deepEqual(await written(stage), before);
  assert.ok(sleeper.isRunning);
}

/** Everything that only a leader writes. */
async function written(stage: Stage): Promise<object[]> {
  return [
    await stage.rows("select * from outbox order by id"),
    await stage.rows("select * from attempts order by hash"),
    await stage.rows("select next_drop, next_day from progress"),
    await stage.rows("select * from senders order by address"),
    await stage.rows("select holder, token from leases"),
    await stage.rows("select * from chain_cursor"),
    await stage.rows("select * from files order by path"),
  ];
}
