import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { SimulationSummary } from "../../src/cli/simulate/summary.ts";
import { randomStream } from "../../src/fleet/random.ts";
import { leavesOf, withAltered } from "../sdk/support.ts";
import { type RunningCommand, runCli, startCli, temporaryFolder } from "../support/run-cli.ts";
import { eventually, isRunning, statusOf } from "./support.ts";

const SEED = "7";
const ARGUMENTS = ["simulate", "--vehicles", "12", "--days", "3", "--seed", SEED, "--json"] as const;
const FOLDER = temporaryFolder();
const FIRST = join(FOLDER, "first");

/** A summary as it is printed: units are decimal text. */
type PrintedSummary = Omit<SimulationSummary, "stones"> & { stones: { settled: string; credited: string } };

async function simulated(args: readonly string[]): Promise<PrintedSummary> {
  const { code, stdout, stderr } = await runCli(args);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as PrintedSummary;
}

const first = await simulated([...ARGUMENTS, "--work", FIRST]);

describe("cairn simulate", () => {
  test("when it has run, the auditor's verdict is clean and no answer was a surprise", () => {
    assert.deepEqual(first.audit, { verdict: "clean", findings: [] });
    assert.equal(first.readings.surprises, 0);
  });

  test("when it has run, the programme's whole life was in it", () => {
    const { readings, scenario, orders, stones } = first;
    assert.ok(readings.accepted > 100, `${readings.accepted} readings`);
    assert.ok(Object.keys(readings.refused).length > 0);
    assert.ok(scenario.consentsWithdrawn >= 1 && scenario.consentsGrantedAgain >= 1);
    assert.equal(scenario.carsSold, 1);
    assert.deepEqual(orders.courses, {
      accepted: "completed",
      silent: "completed",
      objected: "refunded",
      late: "refunded",
      cancelled: "cancelled",
    });
    assert.ok(BigInt(stones.credited) > 0n && BigInt(stones.credited) <= BigInt(stones.settled));
    assert.ok(first.countedMetres > 0 && first.countedMetres <= first.metres);
  });

  test("when it has run, owners were awarded and every voter found the own vote in the result", () => {
    const { awards, polls, boxes, milestones } = first.services;
    assert.ok(awards > 0 && polls.votes > 0);
    assert.equal(polls.proven, polls.votes);
    assert.deepEqual([boxes.seasons, boxes.forced], [1, 0]);
    assert.ok((milestones["three-days"] ?? 0) > 0);
  });

  test("when rules are relaxed, the summary names them", () => {
    const names = first.relaxedRules.map(({ rule }) => rule);
    assert.deepEqual(names, ["redemptionDelayDays", "objectionS", "pushIntervalDays", "item.fulfilmentS"]);
  });

  test("when the folder holds a programme, another simulation is refused", async () => {
    const { code, stderr } = await runCli([...ARGUMENTS, "--work", FIRST]);
    assert.equal(code, 2);
    assert.match(stderr, /ARGUMENT_INVALID/);
  });

  test("when it runs again with the same seed, all roots are the same", async () => {
    const again = await simulated([...ARGUMENTS, "--work", join(FOLDER, "again")]);
    assert.equal(again.rootsDigest, first.rootsDigest);
    assert.deepEqual(again.readings, first.readings);
  });

  test("when the relayer is killed at random moments, all roots are the same and each effect came once", async () => {
    const work = join(FOLDER, "killed");
    const running = startCli([...ARGUMENTS, "--work", work]);
    await killNowAndThen(work, running);
    const { code, stdout, stderr } = await running.finished;
    assert.equal(code, 0, stderr);
    const survived = JSON.parse(stdout) as PrintedSummary;
    assert.ok(survived.relayerRestarts > 0);
    assert.equal(survived.rootsDigest, first.rootsDigest);
    assert.deepEqual(survived.readings, first.readings);
    assert.deepEqual([survived.stones, survived.orders.courses], [first.stones, first.orders.courses]);
  });
});

/** Kills the relayer of a simulation some times, at moments that a seed decides. */
async function killNowAndThen(work: string, { child }: RunningCommand): Promise<void> {
  const random = randomStream(SEED, "kills");
  const ended = () => child.exitCode !== null;
  for (let i = 0; i < 4; i++) {
    const pid = await eventually("a relayer", () => (ended() ? 0 : listeningPid(work)));
    await pause(random.integer(50, 2_000));
    // The simulation may be over by now, on a fast machine.
    if (ended() || listeningPid(work) !== pid) return;
    process.kill(pid, "SIGKILL");
    await eventually("its successor", () => (ended() || listeningPid(work) !== pid ? true : undefined));
  }
}

function listeningPid(work: string): number | undefined {
  const path = join(work, "relayer.json");
  if (!existsSync(path)) return undefined;
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { pid: number }).pid;
  } catch {
    return undefined;
  }
}

describe("cairn up on a simulation's folder", () => {
  let running: RunningCommand;
  const work = ["--work", FIRST];

  before(async () => {
    running = startCli(["up", ...work]);
    await running.until(/Cairn is running/);
  });
  after(async () => {
    running.child.kill("SIGINT");
    await running.finished;
  });

  test("when it is up, the relayer becomes ready", async () => {
    const { apiUrl } = JSON.parse(readFileSync(join(FIRST, "endpoints.json"), "utf8")) as { apiUrl: string };
    await eventually("readiness", async () => ((await statusOf(`${apiUrl}/readyz`)) === 200 ? true : undefined));
  });

  test("when its poll is asked for, the operator knows its text and the chain its result", async () => {
    const { code, stdout } = await runCli(["poll", "show", "1", ...work, "--json"]);
    assert.equal(code, 0);
    const { result, text } = JSON.parse(stdout) as { result: { voters: number }; text: { options: object[] } };
    assert.deepEqual([result.voters, text.options.length], [first.services.polls.votes, 3]);
  });

  test("when it is audited there, the verdict is clean and the totals are the summary's", async () => {
    const { code, stdout } = await runCli(["audit", ...work, "--json"]);
    assert.equal(code, 0);
    const report = JSON.parse(stdout) as { verdict: string; totals: { metres: number; readings: number } };
    assert.equal(report.verdict, "clean");
    assert.equal(report.totals.metres, first.countedMetres);
    assert.equal(report.totals.readings, first.readings.accepted);
  });

  test("when a published file loses a byte, the audit ends with 1 and names it", async () => {
    const path = join(FIRST, "files", "days", "000000.parquet");
    const bytes = readFileSync(path);
    const flipped = Buffer.from(bytes);
    flipped[100] = (flipped[100] as number) ^ 1;
    writeFileSync(path, flipped);
    const { code, stdout } = await runCli(["audit", ...work, "--json"]);
    writeFileSync(path, bytes);
    assert.equal(code, 1);
    assert.match(stdout, /days\/000000\.parquet/);
  });

  test("when the example contribution is verified, it is genuine", async () => {
    const { code, stdout } = await runCli(["verify", join(FIRST, "example-contribution.json"), ...work]);
    assert.equal(code, 0);
    assert.match(stdout, /It is genuine/);
  });

  test("when any field of a contribution is altered, it is not genuine", async () => {
    const { createCairnClient } = await import("../../src/sdk/index.ts");
    const { readDeployment } = await import("../../src/cli/workspace.ts");
    const { rpcUrl } = JSON.parse(readFileSync(join(FIRST, "endpoints.json"), "utf8")) as { rpcUrl: string };
    const cairn = createCairnClient({ rpcUrl, deployment: readDeployment(join(FIRST, "deployment.json")) });
    const genuine = JSON.parse(readFileSync(join(FIRST, "example-contribution.json"), "utf8")) as unknown;
    assert.equal((await cairn.verifyContribution(genuine)).valid, true);
    for (const path of leavesOf(genuine).filter(([field]) => field !== "type")) {
      const altered = withAltered(genuine, path, (found) =>
        typeof found === "number" ? found + 1 : String(found).replace(/.$/, (digit) => (digit === "1" ? "2" : "1")),
      );
      assert.equal((await cairn.verifyContribution(altered)).valid, false, path.join("."));
    }
  });

  test("when a forged contribution is verified, the command ends with 1", async () => {
    const path = join(FOLDER, "forged.json");
    const genuine = readFileSync(join(FIRST, "example-contribution.json"), "utf8");
    writeFileSync(
      path,
      genuine.replace(/"countedM": (\d+)/, (_, metres) => `"countedM": ${Number(metres) + 1}`),
    );
    const { code, stdout } = await runCli(["verify", path, ...work, "--json"]);
    assert.equal(code, 1);
    const { checks } = JSON.parse(stdout) as { checks: { check: string; ok: boolean }[] };
    assert.deepEqual(
      checks.filter(({ ok }) => !ok).map(({ check }) => check),
      ["proof"],
    );
  });

  test("when day, drop and account are asked for as JSON, they fit together", async () => {
    const json = async <T>(args: readonly string[]): Promise<T> => {
      const { code, stdout, stderr } = await runCli([...args, ...work, "--json"]);
      assert.equal(code, 0, stderr);
      return JSON.parse(stdout) as T;
    };
    const day = await json<{ state: string; settlement: { totalMetres: number; totalStones: string } }>(["day", "2"]);
    assert.equal(day.state, "creditable");
    assert.equal(day.settlement.totalMetres, first.countedMetres);
    const drop = await json<{ anchored: boolean; day: number }>(["drop", "431"]);
    assert.deepEqual([drop.anchored, drop.day], [true, 2]);
    const { receipt } = JSON.parse(readFileSync(join(FIRST, "example-contribution.json"), "utf8")) as {
      receipt: { account: string };
    };
    const account = await json<{ stones: Record<string, string>; consents: unknown[]; vehicles: unknown[] }>([
      "account",
      receipt.account,
    ]);
    const { credited, available, reserved, pending, balance } = account.stones;
    assert.equal(BigInt(available ?? 0) + BigInt(reserved ?? 0), BigInt(balance ?? 0));
    assert.ok(BigInt(credited ?? 0) > 0n && BigInt(pending ?? -1) >= 0n);
    assert.ok(account.consents.length > 0 && account.vehicles.length > 0);
  });

  test("when it was started by a command that is killed, chain and relayer end with it", async () => {
    const relayerPid = await eventually("a relayer", () => listeningPid(FIRST));
    const anvilPid = Number(readFileSync(join(FIRST, "chain", "anvil.pid"), "utf8"));
    running.child.kill("SIGKILL");
    await running.finished;
    for (const pid of [relayerPid, anvilPid]) {
      await eventually(`the end of ${pid}`, async () => ((await isRunning(pid)) ? undefined : true), 30_000);
    }
  });
});
