import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { PASSWORD, withoutPostgres } from "../../support/postgres.ts";
import { eventually } from "../support/eventually.ts";
import type { Scenario } from "../support/scenario.ts";
import type { Stage } from "../support/stage.ts";
import type { StageDatabase } from "../support/stage-database.ts";

const OUTAGE_MS = 10_000;

export const databaseStopped: Scenario = {
  row: 26,
  name: "database-stopped",
  fault: "the database server dies in the middle of a commit: for 10 s, then again for a moment while a drop is closed",
  shows: "503 and no acknowledgement meanwhile; it goes on by itself, and what was committed counts once",
  cannotRun: () => withoutPostgres() || undefined,
  stage: { hasDatabase: true },
  async run(stage) {
    const { database } = stage;
    assert.ok(database !== undefined);
    await stage.begin();
    await stage.drive(2);
    await stage.untilIdle();
    const readings = await stage.endDrop();
    await stage.untilSeen(stage.dropTime);
    await stage.untilIdle();

    await holdCommits(database);
    const unanswered = post(stage, readings);
    await dieInACommit(database);
    assert.deepEqual(await unanswered, { status: 503, code: "STORE_UNAVAILABLE" });
    await stage.untilUnready("STORE_UNAVAILABLE");
    await pause(OUTAGE_MS);
    assert.deepEqual(await post(stage, readings), { status: 503, code: "STORE_UNAVAILABLE" });
    await database.server.start();
    const sequence = readings[0]?.reading.sequence;
    const durable = await database.rows(`select digest from readings where sequence = ${sequence}`);
    assert.equal(durable.length, readings.length, "what was committed and not answered");
    await stage.deliver(readings);
    await stage.untilIdle();

    await holdCommits(database);
    const later = await stage.endDrop();
    await dieInACommit(database);
    await database.server.start();
    await stage.untilSeen(stage.dropTime);
    await stage.deliver(later);
    await stage.untilIdle();
    assert.ok(!stage.relayer.log.includes(PASSWORD), "the password is in the log");
    return undefined;
  },
};

const WAITING = "select pid from pg_stat_activity where wait_event = 'SyncRep'";

/** From now on a commit is durable and is not answered: it waits for a standby that there is none of. */
async function holdCommits({ rows }: StageDatabase): Promise<void> {
  await rows("create table if not exists held ()");
  await rows("alter system set synchronous_standby_names = 'nobody'");
  await rows("select pg_reload_conf()");
  // The first to wait is one of our own; it is never answered.
  void rows("insert into held default values").catch(() => undefined);
  await eventually("commits are held", async () => (await rows(WAITING)).length > 0);
}

/** Ends the server when a commit of the relayer is under way; once it is started again, commits are answered as ever. */
async function dieInACommit({ rows, server }: StageDatabase): Promise<void> {
  await eventually("a commit", async () => (await rows(`${WAITING} and query = 'commit'`)).length > 0);
  await rows("alter system reset synchronous_standby_names");
  await server.kill();
}

async function post(stage: Stage, readings: readonly unknown[]): Promise<{ status: number; code: string | undefined }> {
  const { status, body } = await stage.api.post("/v1/readings", { readings });
  return { status, code: (body as { error?: { code: string } }).error?.code };
}
