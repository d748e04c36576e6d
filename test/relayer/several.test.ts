import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { DROP_S } from "../../src/protocol/index.ts";
import { startAnvil } from "../support/anvil.ts";
import { type Postgres, startPostgres, withoutPostgres } from "../support/postgres.ts";
import { type FaultyProxy, type RpcAnswer, type RpcCall, startProxy } from "../support/rpc-proxy.ts";
import { keyOf } from "./support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

const CAR = carOf("one", "alice");

/** Another relayer's work folder, in the first one's. */
async function otherFolder(programme: TestProgramme, name: string): Promise<string> {
  const workDir = join(programme.workDir, name);
  await mkdir(workDir);
  await writeFile(join(workDir, "deployment.json"), JSON.stringify(programme.deployment));
  return workDir;
}

async function until(
  relayer: RunningRelayer,
  holds: (status: Awaited<ReturnType<typeof relayer.status>>) => boolean,
): Promise<void> {
  for (;;) {
    if (holds(await relayer.status())) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("two relayers on one database", { skip: withoutPostgres() }, () => {
  let postgres: Postgres;
  let programme: TestProgramme;
  let proxy: FaultyProxy;
  let shared: Record<string, unknown>;
  let leader: RunningRelayer;
  let other: RunningRelayer;

  before(async () => {
    postgres = await startPostgres();
    programme = await startProgramme();
    await registerCars(programme, [CAR]);
    proxy = await startProxy(programme.rpcUrl);
    const filesDir = join(programme.workDir, "files");
    shared = { databaseUrl: await postgres.createDatabase(), filesDir, leaseMs: 600_000 };
    leader = await runRelayer(programme, { ...shared, rpcUrl: proxy.url });
    other = await runRelayer(programme, { ...shared, workDir: await otherFolder(programme, "other") });
  });

  after(async () => {
    await other?.close();
    await leader?.close();
    await proxy?.stop();
    await programme?.stop();
    await postgres?.stop();
  });

  test("when both run, the first leads, and only it says that nothing is left to do", async () => {
    await leader.untilIdle();
    const { leading, idle } = await other.status();
    assert.deepEqual([(await leader.status()).leading, leading, idle], [true, false, false]);
  });

  test("when a third has other keys or another finality, it is refused", async () => {
    const third = { ...shared, workDir: await otherFolder(programme, "third") };
    for (const [field, value] of [
      ["relayerKey", keyOf("bob")],
      ["intentKey", keyOf("bob")],
      ["finalityDepth", 3],
    ] as const) {
      const refused = runRelayer(programme, { ...third, [field]: value });
      await assert.rejects(refused, { code: "CONFIG_INVALID", details: { field } });
    }
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

describe("a relayer that follows, whose node is exchanged for one of another chain", {
  skip: withoutPostgres(),
}, () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres?.stop());

  /** A chain of another programme, longer and later. */
  async function otherChain(context: TestContext): Promise<(call: RpcCall) => Promise<RpcAnswer>> {
    const anvil = await startAnvil({ timestamp: GENESIS + 9_000 * DROP_S });
    context.after(() => anvil.stop());
    const ask = async (call: RpcCall) => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, ...call });
      const answer = await fetch(anvil.rpcUrl, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      return (await answer.json()) as RpcAnswer;
    };
    await ask({ method: "anvil_mine", params: ["0x400"] });
    return ask;
  }

  test("when the leader's projection stands still, it is not believed all the same, and intake goes on", async (context) => {
    const programme = await startProgramme();
    context.after(() => programme.stop());
    await registerCars(programme, [CAR]);
    const proxy = await startProxy(programme.rpcUrl);
    context.after(() => proxy.stop());
    const databaseUrl = await postgres.createDatabase();
    const shared = { databaseUrl, filesDir: join(programme.workDir, "files"), leaseMs: 600_000, finalityDepth: 1 };
    const leader = await runRelayer(programme, shared);
    context.after(() => leader.close());
    const other = await runRelayer(programme, {
      ...{ ...shared, workDir: await otherFolder(programme, "other"), rpcUrl: proxy.url },
    });
    context.after(() => other.close());
    await programme.moveTo(GENESIS + DROP_S);
    await until(other, ({ chainTime }) => chainTime === GENESIS + DROP_S);

    proxy.intercept(await otherChain(context));
    await until(other, ({ alerts }) => alerts.some(({ message }) => message.startsWith("CHAIN_MISMATCH")));
    const reading = signReading(
      programme,
      CAR,
      readingOf(CAR, { sequence: 1, startedAt: GENESIS, endedAt: GENESIS + 9 }),
    );
    await Promise.all([other.deliver([reading]), leader.deliver([reading])]);
    const [progress] = await postgres.query(databaseUrl, "select open_drop from cairn_relayer.progress");
    assert.deepEqual(progress, { open_drop: 1 });
    proxy.heal();
    await until(other, ({ alerts }) => alerts.length === 0);
  });
});
