import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ABIS } from "../../src/chain/contracts.ts";
import { DAY_S, type Hex } from "../../src/protocol/index.ts";
import type { AccountReport } from "../../src/relayer/store/accounts.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import {
  carOf,
  grantOf,
  pairingOf,
  readingOf,
  registerCars,
  signIntent,
  signReading,
  type TestCar,
  type TestIntent,
} from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";

const [CAR, OTHER] = [carOf("one", "alice"), carOf("two", "bob")];
/** Metres of every reading. */
const DRIVEN = 500;
const OBJECTION_S = 2 * DAY_S;

/** Days pass one after the other in these tests. Alice is excluded on the days 1 and 2, Bob from day 3 on. */
describe("exclusions that the relayer follows", () => {
  let programme: TestProgramme;
  let relayer: RunningRelayer;
  const noonOf = (day: number) => GENESIS + day * DAY_S + DAY_S / 2;

  before(async () => {
    programme = await startProgramme({
      rules: { challengeWindowS: 3_600, objectionS: OBJECTION_S, noticeS: OBJECTION_S },
    });
    await registerCars(programme, [CAR, OTHER]);
    relayer = await runRelayer(programme);
    const deadline = GENESIS;
    await relayer.intend(
      [CAR, OTHER].flatMap((car) => [grantOf(programme, car.owner, { deadline }), pairingOf(programme, car, deadline)]),
    );
    await relayer.untilIdle();
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  const exclude = (name: string, untilDay: number) =>
    programme
      .writer("excluder")
      .call("exclusions", "excludeAccount", [addressOf(name), 2, keyOf(`evidence against ${name}`), untilDay]);
  const report = async (name: string) => (await relayer.get(`/v1/accounts/${addressOf(name)}`)).body as AccountReport;
  const sequences = new Map<Hex, number>();
  /** Delivers a reading of five minutes. @returns Its digest. */
  async function drive(car: TestCar, endedAt: number): Promise<Hex> {
    const sequence = (sequences.get(car.vehicle) ?? 0) + 1;
    sequences.set(car.vehicle, sequence);
    const odometer = { odometerStart: 10_000 * sequence, odometerEnd: 10_000 * sequence + DRIVEN };
    const reading = readingOf(car, { sequence, startedAt: endedAt - 300, endedAt, ...odometer });
    const [answer] = await relayer.deliver([signReading(programme, car, reading)]);
    assert.ok(answer?.receipt, answer?.refusal);
    return answer.digest as Hex;
  }
  type Leaf = { countedM: number; vehicleDayAfterM: number; accountAfterM: number };
  const leafOf = async (digest: Hex): Promise<number[]> => {
    const { anchored } = (await relayer.get(`/v1/receipts/${digest}`)).body as { anchored: { leaf: Leaf } };
    const { countedM, vehicleDayAfterM, accountAfterM } = anchored.leaf;
    return [countedM, vehicleDayAfterM, accountAfterM];
  };
  const outcome = async (intent: TestIntent) => {
    const [answer] = await relayer.intend([intent]);
    if (answer?.error !== undefined) return (answer.error as { message: string }).message;
    await relayer.untilIdle();
    return ((await relayer.get(`/v1/intents/${intent.id}`)).body as { state: string }).state;
  };
  const appeal = (owner: string, exclusion: number, time: number) => {
    const message = { account: addressOf(owner), exclusion, statementHash: keyOf("statement"), deadline: time + 60 };
    return signIntent(programme, "ExclusionAppeal", message, { owner });
  };
  const isExcluded = (name: string, day: number) =>
    programme.client.readContract({
      ...{ address: programme.deployment.contracts.exclusions, abi: ABIS.exclusions },
      ...{ functionName: "isExcluded", args: [addressOf(name), BigInt(day)] },
    } as const);

  test("given an exclusion amid other days, readings in drops of its days count nothing, whenever they were driven", async () => {
    const digests: Hex[] = [];
    const go = async (day: number, drivenAt?: number) => {
      await relayer.moveTo(noonOf(day) + digests.length);
      digests.push(await drive(CAR, drivenAt ?? noonOf(day) - 60));
    };
    await go(0);
    await exclude("alice", 3);
    await go(1, noonOf(0) + 600);
    await go(1);
    await go(2);
    await go(3, noonOf(2) + 600);
    await go(3);
    await relayer.moveTo(noonOf(3) + DAY_S);
    const leaves: number[][] = [];
    for (const digest of digests) leaves.push(await leafOf(digest));
    assert.deepEqual(leaves, [
      [DRIVEN, DRIVEN, DRIVEN],
      // Driven on the first day, taken on the second: that day's count of the vehicle stays as it is.
      [0, DRIVEN, DRIVEN],
      [0, 0, DRIVEN],
      [0, 0, DRIVEN],
      [DRIVEN, DRIVEN, 2 * DRIVEN],
      [DRIVEN, DRIVEN, 3 * DRIVEN],
    ]);
    assert.equal((await relayer.status()).settledDays, 4);
  });

  test("when an account was excluded, it shows why and until when", async () => {
    assert.deepEqual((await report("alice")).exclusions, [
      { exclusion: 1, reason: 2, state: "stands", fromDay: 1, untilDay: 3, decideBy: 0 },
    ]);
  });

  test("when no exclusion stands, or another, an appeal is rejected", async () => {
    assert.match(await outcome(appeal("alice", 1, noonOf(4))), /no such exclusion/);
    await exclude("bob", 30);
    await relayer.moveTo(noonOf(4) + 10);
    assert.match(await outcome(appeal("bob", 1, noonOf(4))), /no such exclusion/);
  });

  test("when the owner appeals, it stands on the chain, and once only", async () => {
    assert.equal(await outcome(appeal("bob", 2, noonOf(4))), "done");
    const [exclusion] = (await report("bob")).exclusions;
    assert.deepEqual([exclusion?.state, exclusion?.fromDay, exclusion?.untilDay], ["appealed", 5, 30]);
    assert.match(await outcome(appeal("bob", 2, noonOf(4) + 1)), /an appeal against the exclusion already/);
  });

  test("given an appeal that nobody decides, the exclusion lapses with the day after, and readings count again", async () => {
    const lapses = 4 + OBJECTION_S / DAY_S + 1;
    const digests: Hex[] = [];
    for (const day of [lapses - 1, lapses]) {
      await relayer.moveTo(noonOf(day) + 60);
      digests.push(await drive(OTHER, noonOf(day)));
    }
    await relayer.moveTo(noonOf(lapses) + 3_600);
    assert.deepEqual([(await leafOf(digests[0] as Hex))[0], (await leafOf(digests[1] as Hex))[0]], [0, DRIVEN]);
    const [exclusion] = (await report("bob")).exclusions;
    assert.deepEqual([exclusion?.state, exclusion?.untilDay], ["lapsed", lapses]);
  });

  test("when an excluded account moves, its exclusion goes on, once, with the account that stands for it", async () => {
    const time = noonOf(8);
    await exclude("carol", 20);
    await relayer.moveTo(time);
    const message = { account: addressOf("carol"), to: addressOf("dora"), deadline: time + 60 };
    assert.equal(
      await outcome(signIntent(programme, "AccountMove", message, { owner: "carol", target: "dora" })),
      "done",
    );
    await relayer.moveTo(time + 10);
    const [followed] = (await report("dora")).exclusions;
    assert.deepEqual([followed?.exclusion, followed?.fromDay, followed?.untilDay], [3, 9, 20]);
    assert.deepEqual([await isExcluded("dora", 8), await isExcluded("dora", 9)], [false, true]);
    await relayer.moveTo(noonOf(9));
    const { gas, alerts } = await relayer.status();
    assert.deepEqual([gas.followExclusion?.transactions, alerts], [1, []]);
  });
});
