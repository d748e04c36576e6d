import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { readEvents } from "../../src/chain/read/events.ts";
import { DAY_S, DROP_S, type SignedReading } from "../../src/protocol/index.ts";
import { numbers } from "../support/numbers.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading, withdrawalOf } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { connect, type ReadingAnswer, type RunningRelayer, testConfig } from "./support/running.ts";

const CARS = ["a", "b", "c", "d"].map((name) => carOf(name, `owner ${name}`));
const DROPS = 24;
const KILLS = 6;
/** Seed of the moments at which the process is ended. */
const SEED = 7;

/** A relayer in a process that comes back whenever it ends. */
class StubbornRelayer {
  readonly #programme: TestProgramme;
  readonly #configPath: string;
  #child: ChildProcess | undefined;
  #url = "";

  constructor(programme: TestProgramme) {
    this.#programme = programme;
    this.#configPath = join(programme.workDir, "config.json");
  }

  async start(): Promise<void> {
    const config = testConfig(this.#programme, { anchorEveryDrops: 3, logLevel: "error" });
    await writeFile(this.#configPath, JSON.stringify(config));
    const script = fileURLToPath(new URL("./support/relayer-child.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", script, this.#configPath], { stdio: "inherit" });
    this.#child = child;
    const said = join(this.#programme.workDir, "relayer.json");
    for (let look = 0; look < 3_000; look++) {
      const text = await readFile(said, "utf8").catch(() => "null");
      const announced = JSON.parse(text) as { url: string; pid: number } | null;
      if (announced?.pid === child.pid && announced !== null) {
        this.#url = announced.url;
        return;
      }
      assert.equal(child.exitCode, null, "the relayer did not start");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error("the relayer does not start");
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child as ChildProcess;
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return exited;
  }

  get api(): RunningRelayer {
    return connect({ url: this.#url, close: async () => undefined }, this.#programme);
  }
}

async function repeat<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 2_000; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isAway = error instanceof TypeError || (error as Error).message.includes("PROGRAMME_STOPPED");
      if (!isAway) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  throw new Error("the relayer stays away");
}

/** What the same cars do in the same order, with whatever relayer is there. */
async function drive(programme: TestProgramme, relayer: StubbornRelayer): Promise<ReadingAnswer[]> {
  const answers: ReadingAnswer[] = [];
  const idleAt = (time: number) => repeat(() => relayer.api.untilIdle(time));
  await registerCars(programme, CARS);
  await idleAt(0);
  const intents = CARS.flatMap((car) => [
    grantOf(programme, car.owner, { deadline: GENESIS }),
    pairingOf(programme, car, GENESIS),
  ]);
  await repeat(() => relayer.api.intend(intents));
  await idleAt(0);
  for (let drop = 1; drop <= DROPS; drop++) {
    const time = GENESIS + drop * DROP_S;
    await programme.moveTo(time);
    await idleAt(time);
    if (drop === DROPS / 2) {
      await repeat(() => relayer.api.intend([withdrawalOf(programme, "owner d", 2)]));
      await idleAt(time);
    }
    const readings = CARS.map((car, at): SignedReading => {
      const metres = 100 * (at + 1) + drop;
      const fields = { sequence: drop, startedAt: time - DROP_S, endedAt: time };
      const odometer = { odometerStart: 1_000 * drop, odometerEnd: 1_000 * drop + metres };
      return signReading(programme, car, readingOf(car, { ...fields, ...odometer }));
    });
    answers.push(...(await repeat(() => relayer.api.deliver(readings))));
  }
  for (const time of [GENESIS + DAY_S, GENESIS + DAY_S + 7_200]) {
    await programme.moveTo(time);
    await idleAt(time);
  }
  return answers;
}

/** All roots and credits on the chain, in order. */
async function effects(programme: TestProgramme): Promise<unknown[]> {
  const head = Number(await programme.client.getBlockNumber());
  const events = await readEvents(programme.client, programme.deployment, { fromBlock: 0, toBlock: head });
  return events.flatMap(({ contract, name, args }): unknown[] => {
    if (name === "DropsAnchored") return args.roots.map((root, at) => [Number(args.firstDrop) + at, root]);
    if (name === "DaySettled") return [[name, args.day, args.stonesRoot, args.metresRoot, args.totalStones]];
    if (contract === "stoneLedger" && name === "Transfer") return [[name, args.to, args.value]];
    return name === "IntentSkipped" ? [[name, args.reason]] : [];
  });
}

async function run(kills: number): Promise<{ answers: ReadingAnswer[]; effects: unknown[]; killed: number }> {
  const programme = await startProgramme({ rules: { challengeWindowS: 3_600, pushIntervalDays: 1 } });
  const relayer = new StubbornRelayer(programme);
  try {
    await relayer.start();
    let killed = 0;
    let isDone = false;
    const next = numbers(SEED);
    const killer = (async () => {
      while (killed < kills && !isDone) {
        await new Promise((resolve) => setTimeout(resolve, 20 + 400 * next()));
        await relayer.end("SIGKILL");
        killed++;
        await relayer.start();
      }
    })();
    const answers = await drive(programme, relayer);
    isDone = true;
    await killer;
    await relayer.api.untilIdle();
    assert.equal(await relayer.end("SIGTERM"), 0);
    return { answers, effects: await effects(programme), killed };
  } finally {
    await programme.stop();
  }
}

describe("a relayer that is killed", () => {
  test(`given ${KILLS} kills at random moments, every effect is on the chain once, and the roots are the same`, async () => {
    const calm = await run(0);
    const killed = await run(KILLS);
    assert.equal(killed.killed, KILLS);
    assert.deepEqual(killed.answers, calm.answers);
    assert.deepEqual(killed.effects, calm.effects);
    const refused = calm.answers.filter(({ refusal }) => refusal !== undefined);
    assert.equal(refused.length, DROPS / 2 + 1);
    assert.equal(calm.effects.filter((effect) => (effect as unknown[])[0] === "Transfer").length, CARS.length);
  });
});
