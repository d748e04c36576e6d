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

    await slowDownCommits(database);
    const unanswered = post(stage, readings);
    await inACommit(database);
    await database.server.kill();
    assert.deepEqual(await unanswered, { status: 503, code: "STORE_UNAVAILABLE" });
    await stage.untilUnready("STORE_UNAVAILABLE");
    await pause(OUTAGE_MS);
    assert.deepEqual(await post(stage, readings), { status: 503, code: "STORE_UNAVAILABLE" });
    await database.server.start();
    await stage.deliver(readings);
    await stage.untilIdle();

    const later = await stage.endDrop();
    await inACommit(database);
    await database.server.kill();
    await database.server.start();
    await stage.untilSeen(stage.dropTime);
    await stage.deliver(later);
    await stage.untilIdle();
    assert.ok(!stage.relayer.log.includes(PASSWORD), "the password is in the log");
    return undefined;
  },
};

/** So slow that one can be seen under way. */
async function slowDownCommits({ rows }: StageDatabase): Promise<void> {
  await rows("alter system set commit_delay = 100000");
  await rows("alter system set commit_siblings = 0");
  await rows("select pg_reload_conf()");
}

/** Until a commit of the relayer is under way. */
async function inACommit({ rows }: StageDatabase): Promise<void> {
  const commits = "select pid from pg_stat_activity where state = 'active' and query = 'commit'";
  await eventually("a commit", async () => (await rows(commits)).length > 0);
}

async function post(stage: Stage, readings: readonly unknown[]): Promise<{ status: number; code: string | undefined }> {
  const { status, body } = await stage.api.post("/v1/readings", { readings });
  return { status, code: (body as { error?: { code: string } }).error?.code };
}
