import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { openSealedSamples } from "../../src/device/index.ts";
import { payloadOf } from "../../src/protocol/index.ts";
import { realDataFolder } from "../support/real-data.ts";

/** A Monday midnight in San Francisco, unix seconds. */
const MIDNIGHT = 1_211_180_400;
const MAIN = join(import.meta.dirname, "../../src/cli/main.ts");

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Starts the command from source. */
function start(args: readonly string[]): { child: ChildProcess; ended: Promise<Outcome> } {
  const child = spawn(process.execPath, ["--import", "tsx", MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let error = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    error += text;
  });
  const ended = new Promise<Outcome>((resolve) => {
    child.once("close", (code) => resolve({ code, out, error }));
  });
  return { child, ended };
}

/** A taxi that goes north for some minutes from a second of the day on, a fix a minute. */
function taxi(from: number, minutes: number, degreesAMinute: number): string {
  return Array.from({ length: minutes }, (_, i) => {
    const latitude = (37.6 + degreesAMinute * i).toFixed(5);
    return `${latitude} -122.40000 1 ${MIDNIGHT + from + 60 * i}\n`;
  }).join("");
}

/** Metres of a step north: degrees of latitude on a sphere of the Earth's mean radius. */
const METRES_A_DEGREE = (Math.PI / 180) * 6_371_008.8;

describe("cairn replay", () => {
  let data: string;
  let works: string;
  before(() => {
    data = mkdtempSync(join(tmpdir(), "cairn-log-"));
    works = mkdtempSync(join(tmpdir(), "cairn-replays-"));
    writeFileSync(join(data, "new_aaa.txt"), taxi(3_600, 90, 0.003));
    writeFileSync(join(data, "new_bbb.txt"), taxi(30_000, 60, 0.004) + taxi(50_000, 45, 0.002));
    writeFileSync(join(data, "new_ccc.txt"), taxi(86_000, 30, 0.003));
  });
  after(() => {
    rmSync(data, { recursive: true, force: true });
    rmSync(works, { recursive: true, force: true });
  });

  const replayInto = (name: string, ...more: string[]) => {
    const log = ["--format", "cabspotting", "--data", data, "--utc-offset", "-07:00"];
    return start(["replay", ...log, "--work", join(works, name), "--json", ...more]);
  };
  let calm: Record<string, unknown> & { rootsDigest: string; services: object };

  test("when a log is played through, then the verdict is clean and every car's metres are those of its log", async () => {
    const report = join(works, "report.html");
    const { code, out, error } = await replayInto("calm", "--report", report).ended;
    assert.equal(code, 0, error);
    calm = JSON.parse(out);
    const summary = JSON.parse(out);
    assert.equal(summary.audit.verdict, "clean");
    const driven = Object.fromEntries(
      summary.vehiclesById.map(({ id, metres }: { id: string; metres: number }) => [id, metres]),
    );
    const expected = { aaa: 89 * 0.003, bbb: 59 * 0.004 + 44 * 0.002, ccc: 29 * 0.003 };
    for (const [id, degrees] of Object.entries(expected)) {
      // Positions have five decimals, some half a metre each; a reading begins and ends on whole metres.
      assert.ok(Math.abs(driven[id] - degrees * METRES_A_DEGREE) < 60, `${id}: ${driven[id]}`);
    }
    assert.equal(summary.samples.read, 225);
    assert.equal(summary.samples.skipped.GAP_TOO_LONG, 1);
    assert.equal(summary.scenario.consentsWithdrawn, 1);
    assert.equal(summary.scenario.carsSold, 1);
    assert.equal(summary.orders.refunded >= 1 && summary.orders.completed >= 1, true);
    const { awards, polls, milestones, rounds, exclusions } = summary.services;
    assert.ok(awards > 0);
    assert.deepEqual([polls.polls, polls.proven], [1, polls.votes]);
    assert.equal(milestones["three-days"], 3);
    // Two days are too short for a round and for exclusions.
    assert.deepEqual([rounds.rounds, exclusions], [0, {}]);
    const page = readFileSync(report, "utf8");
    assert.equal(page.match(/<svg/g)?.length, 6);
    assert.match(page, /<li>Polls: 1 with \d votes, 0 refused; \d voters found theirs in the result\.<\/li>/);
    assert.doesNotMatch(page, /<script|https?:\/\/(?!www\.w3\.org)/);
  });

  test("when the relayer is killed again and again under way, then the roots are the same", async () => {
    const { child, ended } = replayInto("rough");
    const saysListening = join(works, "rough", "relayer.json");
    let kills = 0;
    let killed = 0;
    while (kills < 4 && child.exitCode === null) {
      await pause(1_500);
      const { pid } = existsSync(saysListening) ? JSON.parse(readFileSync(saysListening, "utf8")) : { pid: 0 };
      if (pid === 0 || pid === killed || child.exitCode !== null) continue;
      process.kill(pid, "SIGKILL");
      killed = pid;
      kills++;
    }
    const { code, out, error } = await ended;
    assert.equal(code, 0, error);
    const summary = JSON.parse(out);
    assert.ok(summary.relayerRestarts > 0);
    assert.equal(summary.audit.verdict, "clean");
    assert.equal(summary.rootsDigest, calm.rootsDigest);
    assert.deepEqual(summary.services, calm.services);
  });

  test("when samples are kept, then the roots are the same, and each owner's key opens what the readings commit to", async () => {
    const { code, out, error } = await replayInto("kept", "--keep-samples").ended;
    assert.equal(code, 0, error);
    const summary = JSON.parse(out);
    assert.deepEqual([summary.audit.verdict, summary.rootsDigest], ["clean", calm.rootsDigest]);
    const work = join(works, "kept");
    const store = new DatabaseSync(join(work, "relayer.sqlite"), { readOnly: true });
    const rows = store
      .prepare(
        "select r.vehicle, payload, sealed from readings r left join sealed_samples using (drop_no, vehicle, sequence)",
      )
      .all() as { vehicle: string; payload: string; sealed: string }[];
    store.close();
    assert.equal(rows.length, summary.readings.accepted);
    for (const { vehicle, payload, sealed } of rows) {
      const path = join(work, "samples-keys", `${vehicle}.json`);
      assert.equal(statSync(path).mode & 0o077, 0);
      const { opening } = await openSealedSamples(sealed, JSON.parse(readFileSync(path, "utf8")));
      assert.equal(payloadOf(opening), payload);
    }
  });

  test("given a log of more than a week, then boxes, a benefit round and exclusions are played, too", async () => {
    const week = mkdtempSync(join(tmpdir(), "cairn-log-"));
    for (let car = 0; car < 7; car++) {
      const days = Array.from({ length: 9 }, (_, day) => taxi(86_400 * day + 28_800 + 1_000 * car, 30, 0.004));
      writeFileSync(join(week, `new_car${car}.txt`), days.join(""));
    }
    const log = ["--format", "cabspotting", "--data", week, "--utc-offset", "-07:00"];
    const { code, out, error } = await start(["replay", ...log, "--work", join(works, "week"), "--json"]).ended;
    rmSync(week, { recursive: true, force: true });
    assert.equal(code, 0, error);
    const { audit, services } = JSON.parse(out);
    assert.equal(audit.verdict, "clean");
    const { boxes, rounds, exclusions, odds } = services;
    assert.deepEqual([boxes.seasons, boxes.forced, rounds.rounds], [1, 0, 1]);
    assert.equal(odds[0].opened, boxes.requested);
    assert.ok(boxes.requested > 0 && rounds.claims > 0);
    assert.deepEqual(exclusions, { borne: 1, lifted: 1, lapsed: 1 });
  });

  test("when the format does not exist, then it says which there are and ends with 2", async () => {
    const { code, error } = await start(["replay", "--format", "tachograph", "--data", data, "--utc-offset", "+00:00"])
      .ended;
    assert.equal(code, 2);
    assert.match(error, /^ARGUMENT_INVALID: .*cabspotting/);
  });

  test("when the offset is not of its form, then it is refused", async () => {
    const { code, error } = await start(["replay", "--format", "twizy", "--data", data, "--utc-offset", "7"]).ended;
    assert.equal(code, 2);
    assert.match(error, /^ARGUMENT_INVALID: .*utc-offset/);
  });

  const recorded = realDataFolder();
  if (recorded !== undefined) {
    test("given recorded taxis, when one day of five of them is replayed, then the verdict is clean", async () => {
      const log = ["--format", "cabspotting", "--data", join(recorded, "trips/sf-taxi"), "--utc-offset", "-07:00"];
      const work = join(works, "taxis");
      const few = ["--vehicles", "5", "--days", "1", "--work", work, "--json"];
      const { code, out, error } = await start(["replay", ...log, ...few]).ended;
      assert.equal(code, 0, error);
      const summary = JSON.parse(out);
      assert.equal(summary.audit.verdict, "clean");
      assert.ok(summary.readings.accepted > 100);
    });
  }
});
