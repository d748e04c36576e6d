import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readEvents } from "../../src/chain/read/events.ts";
import { DAY_S, DROP_S, type SignedReading } from "../../src/protocol/index.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading, withdrawalOf } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import type { ReadingAnswer } from "./support/running.ts";
import { repeat, StubbornRelayer } from "./support/stubborn.ts";

const CARS = ["a", "b", "c", "d"].map((name) => carOf(name, `owner ${name}`));
const DROPS = 24;
const KILLS = 6;
/** Seed of the moments at which the process is ended. */
const SEED = 7;

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
    const killer = relayer.killer(kills, SEED);
    const answers = await drive(programme, relayer).finally(() => killer.stop());
    const killed = await killer.stop();
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
