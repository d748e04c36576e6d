import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readEvents } from "../../src/chain/read/events.ts";
import { DAY_S, DROP_S } from "../../src/protocol/index.ts";
import { FILE_KINDS } from "../../src/storage/file-kinds.ts";
import { ParquetFiles } from "../../src/storage/parquet.ts";
import { type AwardAnswer, awardOf, defineTasks, deliverAwards, termsOf } from "./support/awards.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signIntent, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { repeat, StubbornRelayer } from "./support/stubborn.ts";

const CAR = carOf("one", "alice");
/** Of the second day, in which all of it happens. */
const FIRST_DROP = 144;
const DROPS = 16;
const PER_DROP = 5;
const CRYSTALS = 3;
const KILLS = 6;
const SEED = 3;

/** Awards and an excluded driver's readings, drop by drop; the driver moves half-way. */
async function live(programme: TestProgramme, relayer: StubbornRelayer): Promise<AwardAnswer[]> {
  const answers: AwardAnswer[] = [];
  const idleAt = (time: number) => repeat(() => relayer.api.untilIdle(time));
  await registerCars(programme, [CAR]);
  await defineTasks(programme, [termsOf(CRYSTALS, PER_DROP * DROPS)]);
  await idleAt(0);
  await repeat(() =>
    relayer.api.intend([grantOf(programme, "alice", { deadline: GENESIS }), pairingOf(programme, CAR, GENESIS)]),
  );
  await idleAt(0);
  await programme.moveTo(GENESIS + DAY_S / 2);
  const excluded = [addressOf("alice"), 1, keyOf("evidence"), 10] as const;
  await programme.writer("excluder").call("exclusions", "excludeAccount", excluded);
  for (let at = 0; at < DROPS; at++) {
    const time = GENESIS + (FIRST_DROP + at) * DROP_S + 400;
    await programme.moveTo(time);
    await idleAt(time);
    if (at === DROPS / 2) {
      const message = { account: addressOf("alice"), to: addressOf("next"), deadline: time + 3_600 };
      const move = signIntent(programme, "AccountMove", message, { owner: "alice", target: "next" });
      await repeat(() => relayer.api.intend([move]));
      await idleAt(time);
    }
    const reading = readingOf(CAR, {
      ...{ sequence: at + 1, startedAt: time - 300, endedAt: time },
      ...{ odometerStart: 1_000 * at, odometerEnd: 1_000 * at + 500 },
    });
    await repeat(() => relayer.api.deliver([signReading(programme, CAR, reading)]));
    const awards = Array.from({ length: PER_DROP }, (_, i) => {
      const common = { task: 1, owner: `owner ${i}`, crystals: CRYSTALS, awardedAt: time - 100 };
      return awardOf(programme, { ...common, occurrence: `${at}` });
    });
    answers.push(...(await repeat(() => deliverAwards(relayer.api, awards))));
  }
  for (const time of [GENESIS + 2 * DAY_S, GENESIS + 2 * DAY_S + 7_200]) {
    await programme.moveTo(time);
    await idleAt(time);
  }
  return answers;
}

/** Roots, totals and followed exclusions on the chain, in order. */
async function effects(programme: TestProgramme): Promise<unknown[]> {
  const head = Number(await programme.client.getBlockNumber());
  const events = await readEvents(programme.client, programme.deployment, { fromBlock: 0, toBlock: head });
  return events.flatMap(({ name, args }): unknown[] => {
    if (name === "DropsAnchored") return args.roots.map((root, at) => [Number(args.firstDrop) + at, root]);
    if (name === "DaySettled") return [[name, args.day, args.stonesRoot, args.metresRoot, args.totalCrystals]];
    return name === "ExclusionFollowed" ? [[name, args.exclusion, args.to, args.fromDay]] : [];
  });
}

/** What the published files say, whichever process wrote them. */
async function published(programme: TestProgramme) {
  const parquet = await ParquetFiles.open();
  const folder = join(programme.workDir, "files");
  const read = async <R>(kind: Parameters<typeof parquet.read<R>>[0], name: string) => {
    const files = (await readdir(join(folder, name))).filter((file) => file.endsWith(".parquet")).sort();
    return (await Promise.all(files.map((file) => parquet.read(kind, join(folder, name, file))))).flat();
  };
  const rows = { awards: await read(FILE_KINDS.award, "awards"), readings: await read(FILE_KINDS.drop, "drops") };
  parquet.close();
  return rows;
}

async function run(kills: number) {
  const programme = await startProgramme({ rules: { challengeWindowS: 3_600 } });
  const relayer = new StubbornRelayer(programme);
  try {
    await relayer.start();
    const killer = relayer.killer(kills, SEED);
    const answers = await live(programme, relayer).finally(() => killer.stop());
    const killed = await killer.stop();
    await relayer.api.untilIdle();
    assert.equal(await relayer.end("SIGTERM"), 0);
    return { answers, effects: await effects(programme), killed, files: await published(programme) };
  } finally {
    await programme.stop();
  }
}

describe("a relayer that is killed while it takes awards", () => {
  test(`given ${KILLS} kills at random moments, every award is in the files once, and the roots are the same`, async () => {
    const calm = await run(0);
    const killed = await run(KILLS);
    assert.equal(killed.killed, KILLS);
    assert.deepEqual(killed.answers, calm.answers);
    assert.deepEqual(killed.effects, calm.effects);
    assert.deepEqual(killed.files, calm.files);
    const { awards, readings } = calm.files;
    assert.equal(new Set(awards.map(({ account, occurrence }) => `${account} ${occurrence}`)).size, DROPS * PER_DROP);
    assert.equal(awards.length, DROPS * PER_DROP);
    assert.deepEqual([readings.length, readings.filter(({ countedM }) => countedM > 0)], [DROPS, []]);
    const [settled] = calm.effects.filter((effect) => (effect as unknown[])[1] === 1n) as unknown[][];
    assert.equal(settled?.at(-1), BigInt(DROPS * PER_DROP * CRYSTALS));
    assert.equal(calm.effects.filter((effect) => (effect as unknown[])[0] === "ExclusionFollowed").length, 1);
  });
});
