import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { DROP_S } from "../../src/protocol/index.ts";
import { type Postgres, startPostgres, withoutPostgres } from "../support/postgres.ts";
import { type FaultyProxy, startProxy } from "../support/rpc-proxy.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

const CAR = carOf("one", "alice");

describe("two relayers on one database", { skip: withoutPostgres() }, () => {
  let postgres: Postgres;
  let programme: TestProgramme;
  let proxy: FaultyProxy;
  let leader: RunningRelayer;
  let other: RunningRelayer;

  before(async () => {
    postgres = await startPostgres();
    programme = await startProgramme();
    await registerCars(programme, [CAR]);
    proxy = await startProxy(programme.rpcUrl);
    const shared = { databaseUrl: await postgres.createDatabase(), filesDir: join(programme.workDir, "files") };
    const workDir = join(programme.workDir, "other");
    await mkdir(workDir);
    await writeFile(join(workDir, "deployment.json"), JSON.stringify(programme.deployment));
    leader = await runRelayer(programme, { ...shared, rpcUrl: proxy.url, leaseMs: 600_000 });
    other = await runRelayer(programme, { ...shared, workDir, leaseMs: 600_000 });
  });

  after(async () => {
    await other?.close();
    await leader?.close();
    await proxy?.stop();
    await programme?.stop();
    await postgres?.stop();
  });

  const until = async (
    relayer: RunningRelayer,
    holds: (status: Awaited<ReturnType<typeof relayer.status>>) => boolean,
  ) => {
    for (;;) {
      if (holds(await relayer.status())) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  test("when both run, the first leads, and only it says that nothing is left to do", async () => {
    await leader.untilIdle();
    const { leading, idle } = await other.status();
    assert.deepEqual([(await leader.status()).leading, leading, idle], [true, false, false]);
  });

  test("when owners and cars come to the one that follows, the other does the rest", async () => {
    await other.intend([grantOf(programme, "alice", { deadline: GENESIS }), pairingOf(programme, CAR, GENESIS)]);
    await until(leader, ({ intents }) => intents.done === 2);
    const time = GENESIS + DROP_S;
    await leader.moveTo(time);
    await until(other, ({ chainTime }) => chainTime === time);
    const odometer = { odometerStart: 1_000, odometerEnd: 2_000 };
    const reading = readingOf(CAR, { sequence: 1, startedAt: time - 60, endedAt: time, ...odometer });
    const signed = [signReading(programme, CAR, reading)];
    const [here, there] = await Promise.all([other.deliver(signed), leader.deliver(signed)]);
    assert.deepEqual(here, there);
    assert.equal(here[0]?.receipt?.drop, 1);
    const status = await leader.moveTo(time + DROP_S);
    assert.deepEqual([status.nextAnchored, status.readings.accepted], [2, 1]);
  });

  test("when the leader's node is away, the one with a node that answers takes over", async () => {
    proxy.spoil("*", "status-500", Number.POSITIVE_INFINITY);
    await until(other, ({ leading }) => leading);
    const status = await other.moveTo(GENESIS + 3 * DROP_S);
    assert.equal(status.nextAnchored, 3);
    proxy.heal();
    await until(leader, ({ leading, chainTime }) => !leading && chainTime === GENESIS + 3 * DROP_S);
  });

  test("when the leader is stopped, the other need not wait for the lease's end", async () => {
    await other.close();
    const status = await leader.moveTo(GENESIS + 4 * DROP_S);
    assert.deepEqual([status.leading, status.nextAnchored], [true, 4]);
  });
});
