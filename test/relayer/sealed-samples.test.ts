import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, type TestContext, test } from "node:test";
import { pino } from "pino";
import { openSealedSamples, samplesKeyFromSecret, sealSamples } from "../../src/device/index.ts";
import {
  DAY_S,
  DROP_S,
  fromHex,
  type Hex,
  MAX_SEALED_SAMPLES_CHARS,
  type PayloadOpening,
  PURPOSE,
  payloadOf,
  readingDigest,
  signingDomain,
} from "../../src/protocol/index.ts";
import { createApp } from "../../src/relayer/http/app.ts";
import { createMetrics } from "../../src/relayer/http/metrics.ts";
import type { DeliveredReading } from "../../src/relayer/intake/candidate.ts";
import { ChainView } from "../../src/relayer/jobs/chain-view.ts";
import type { App } from "../../src/service/http/app-type.ts";
import { eventually } from "../faults/support/eventually.ts";
import { startProxy } from "../support/rpc-proxy.ts";
import { openApplication } from "./support/application.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import {
  carOf,
  grantOf,
  pairingOf,
  readingOf,
  registerCars,
  signReading,
  type TestCar,
  withdrawalOf,
} from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";
import { repeat, StubbornRelayer } from "./support/stubborn.ts";

const NOW = GENESIS + 10 * DROP_S;
const KEY = samplesKeyFromSecret(fromHex(keyOf("samples key")));
const { ownEvidence } = PURPOSE;

const openingOf = (name: string): PayloadOpening => ({
  salt: keyOf(`payload ${name}`),
  samples: new TextEncoder().encode(name),
});

/** A reading of a second or so, with samples sealed for its owner. */
async function delivered(
  programme: TestProgramme,
  car: TestCar,
  { sequence, endedAt, categories = 1 }: { sequence: number; endedAt: number; categories?: number },
): Promise<DeliveredReading & { sealedSamples: string }> {
  const opening = openingOf(`${car.vehicle} ${sequence}`);
  const reading = readingOf(car, {
    ...{ sequence, startedAt: endedAt - 1, endedAt, categories, payload: payloadOf(opening) },
    ...{ odometerStart: sequence, odometerEnd: sequence },
  });
  const digest = readingDigest(signingDomain(programme.deployment, "Reading"), reading);
  return { ...signReading(programme, car, reading), sealedSamples: await sealSamples(opening, digest, KEY) };
}

interface Listed {
  readonly digest: Hex;
  readonly reading: { readonly sequence: number; readonly payload: Hex };
  readonly sealedSamples?: string;
}

async function listed(relayer: RunningRelayer, car: TestCar, from = GENESIS): Promise<Listed[]> {
  const { status, body } = await relayer.get(
    `/v1/vehicles/${car.vehicle}/readings?from=${from}&to=${from + 5 * DAY_S}&limit=50`,
  );
  assert.equal(status, 200, JSON.stringify(body));
  return (body as { readings: Listed[] }).readings;
}

/** How many rows the store holds, whatever the API shows. */
function rowsOf(programme: TestProgramme, owner: string): number {
  const file = new DatabaseSync(join(programme.workDir, "relayer.sqlite"), { readOnly: true });
  const query = "select count(*) as rows from sealed_samples where account = ?";
  const { rows } = file.prepare(query).get(addressOf(owner)) as { rows: number };
  file.close();
  return rows;
}

describe("sealed samples", () => {
  const OWNERS = ["alice", "bob", "carol", "dora", "erik", "fay", "gil", "hanna"] as const;
  type Owner = (typeof OWNERS)[number];
  const CARS = Object.fromEntries(OWNERS.map((owner) => [owner, carOf(owner, owner)])) as Record<Owner, TestCar>;
  const EXPIRY = NOW + DAY_S;
  let programme: TestProgramme;
  let relayer: RunningRelayer;

  before(async () => {
    programme = await startProgramme();
    await registerCars(programme, Object.values(CARS));
    relayer = await runRelayer(programme, { samplesRetentionDays: 2 });
    const deadline = GENESIS;
    await relayer.intend(
      Object.values(CARS).flatMap((car) => [
        grantOf(programme, car.owner, { deadline, categories: 3 }),
        pairingOf(programme, car, deadline),
      ]),
    );
    const evidence = { deadline, purpose: ownEvidence };
    await relayer.intend([
      ...OWNERS.filter((owner) => owner !== "bob" && owner !== "gil").map((owner) =>
        grantOf(programme, owner, { ...evidence, categories: 1 }),
      ),
      grantOf(programme, "gil", { ...evidence, categories: 1, expires: EXPIRY }),
    ]);
    await relayer.untilIdle();
    await relayer.moveTo(NOW);
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  const make = (owner: Owner, sequence: number, more: { endedAt?: number; categories?: number } = {}) =>
    delivered(programme, CARS[owner], { sequence, endedAt: NOW - 100 + sequence, ...more });
  const deliverOne = async (reading: DeliveredReading) => {
    const [answer] = await relayer.deliver([reading]);
    assert.ok(answer);
    return answer;
  };

  test("when the owner consents, they are kept, and the owner's key opens what the reading commits to", async () => {
    const reading = await make("alice", 1);
    const answer = await deliverOne(reading);
    assert.equal(answer.samples, "kept");
    const [first] = await listed(relayer, CARS.alice);
    assert.equal(first?.sealedSamples, reading.sealedSamples);
    const opened = await openSealedSamples(reading.sealedSamples, KEY);
    assert.equal(opened.digest, answer.digest);
    assert.equal(payloadOf(opened.opening), first?.reading.payload);
  });

  test("when the owner does not consent, the reading is accepted all the same, and nothing of them is stored", async () => {
    const answer = await deliverOne(await make("bob", 1));
    assert.ok(answer.receipt);
    assert.equal(answer.samples, "notConsented");
    assert.deepEqual(
      (await listed(relayer, CARS.bob)).map(({ sealedSamples }) => sealedSamples),
      [undefined],
    );
    assert.equal(rowsOf(programme, "bob"), 0);
  });

  test("when the consent does not cover a category of the reading, they are not kept", async () => {
    const answers = [
      await deliverOne(await make("carol", 1, { categories: 3 })),
      await deliverOne(await make("carol", 2)),
    ];
    assert.deepEqual(
      answers.map(({ samples }) => samples),
      ["notConsented", "kept"],
    );
    assert.equal(rowsOf(programme, "carol"), 1);
  });

  test("when none come along, the answer says nothing of them", async () => {
    const { sealedSamples: _, ...reading } = await make("alice", 3);
    const answer = await deliverOne(reading);
    assert.deepEqual(Object.keys(answer).sort(), ["digest", "receipt", "signature"]);
  });

  test("when a reading comes again, with another text or for the first time with one, nothing changes", async () => {
    const [first, again] = [await make("dora", 1), await make("dora", 1)];
    assert.notEqual(first.sealedSamples, again.sealedSamples);
    const { sealedSamples: _, ...bare } = await make("dora", 2);
    const answers = [first, again, bare, await make("dora", 2)];
    const outcomes: unknown[] = [];
    for (const reading of answers) outcomes.push((await deliverOne(reading)).samples);
    assert.deepEqual(outcomes, ["kept", "kept", undefined, "notKept"]);
    assert.deepEqual(
      (await listed(relayer, CARS.dora)).map(({ sealedSamples }) => sealedSamples),
      [first.sealedSamples, undefined],
    );
  });

  test("when a reading stands twice in one batch, its first delivery decides", async () => {
    const [one, other] = [await make("dora", 3), await make("dora", 3)];
    const { sealedSamples: _, ...bare } = await make("dora", 4);
    const answers = await relayer.deliver([one, other, bare, await make("dora", 4)]);
    assert.deepEqual(
      answers.map(({ samples }) => samples),
      ["kept", "kept", undefined, "notKept"],
    );
    const kept = (await listed(relayer, CARS.dora)).map(({ sealedSamples }) => sealedSamples);
    assert.deepEqual(kept.slice(2), [one.sealedSamples, undefined]);
  });

  test("when a reading is refused, nothing of its samples is stored", async () => {
    const before = rowsOf(programme, "alice");
    const answer = await deliverOne(await make("alice", 1, { endedAt: NOW - 50 }));
    assert.deepEqual([answer.refusal, answer.samples], ["READING_SEQUENCE_OLD", undefined]);
    assert.equal(rowsOf(programme, "alice"), before);
  });

  for (const [what, sealedSamples] of [
    ["are longer than may be", `a..a.${"a".repeat(MAX_SEALED_SAMPLES_CHARS)}.a`],
    ["are no compact JWE", "samples"],
    ["have an encrypted key, which nothing agreed on has", "a.a.a.a.a"],
  ] as const) {
    test(`when they ${what}, the body is refused`, async () => {
      const { sealedSamples: _, ...reading } = await make("alice", 9);
      const { status } = await relayer.post("/v1/readings", { readings: [{ ...reading, sealedSamples }] });
      assert.equal(status, 400);
    });
  }

  test("when the owner signs a withdrawal, they are gone before it is on the chain, and no more are kept", async () => {
    assert.equal((await deliverOne(await make("erik", 1))).samples, "kept");
    await programme.rpc("evm_setAutomine", [false]);
    await relayer.intend([withdrawalOf(programme, "erik", 2, ownEvidence)]);
    await untilGone("erik");
    assert.equal((await deliverOne(await make("erik", 2))).samples, "notConsented");
    await programme.rpc("evm_setAutomine", [true]);
    await programme.rpc("evm_mine", []);
    await relayer.untilIdle();
    assert.equal(rowsOf(programme, "erik"), 0);
  });

  test("when the owner consents again, what comes from then on is kept, and what is gone stays gone", async () => {
    await relayer.intend([grantOf(programme, "erik", { deadline: NOW + DAY_S, purpose: ownEvidence, version: 5 })]);
    await relayer.untilIdle();
    assert.equal((await deliverOne(await make("erik", 3))).samples, "kept");
    const kept = (await listed(relayer, CARS.erik)).map(({ sealedSamples }) => sealedSamples !== undefined);
    assert.deepEqual(kept, [false, false, true]);
  });

  test("when the owner withdraws for mining only, they stay", async () => {
    assert.equal((await deliverOne(await make("fay", 1))).samples, "kept");
    await relayer.intend([withdrawalOf(programme, "fay", 2)]);
    await relayer.untilIdle();
    assert.equal(rowsOf(programme, "fay"), 1);
  });

  test("when their time is over, they are gone; when the consent expires first, by then", async () => {
    assert.equal((await deliverOne(await make("gil", 1))).samples, "kept");
    const rows = () => ["alice", "gil"].map((owner) => rowsOf(programme, owner));
    await relayer.moveTo(EXPIRY - 1);
    assert.deepEqual(rows(), [1, 1]);
    await relayer.moveTo(EXPIRY);
    assert.deepEqual(rows(), [1, 0]);
    await relayer.moveTo(NOW + 2 * DAY_S - 1);
    assert.deepEqual(rows(), [1, 0]);
    await relayer.moveTo(NOW + 2 * DAY_S);
    assert.deepEqual(rows(), [0, 0]);
    const [first] = await listed(relayer, CARS.alice);
    assert.deepEqual([first?.reading.sequence, first?.sealedSamples], [1, undefined]);
  });

  async function untilGone(owner: Owner): Promise<void> {
    for (let look = 0; look < 1_000; look++) {
      if (rowsOf(programme, owner) === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error("the samples stay");
  }
});

/** A programme whose relayer has kept samples of one reading of a car, and has ended. */
async function programmeWithSamples(context: TestContext, car: TestCar): Promise<TestProgramme> {
  const programme = await startProgramme();
  context.after(() => programme.stop());
  await registerCars(programme, [car]);
  const relayer = await runRelayer(programme);
  context.after(() => relayer.close());
  await relayer.intend([
    grantOf(programme, car.owner, { deadline: GENESIS }),
    grantOf(programme, car.owner, { deadline: GENESIS, purpose: ownEvidence }),
    pairingOf(programme, car, GENESIS),
  ]);
  await relayer.untilIdle();
  await relayer.moveTo(NOW);
  const [answer] = await relayer.deliver([await delivered(programme, car, { sequence: 1, endedAt: NOW - 1 })]);
  assert.equal(answer?.samples, "kept");
  await relayer.close();
  return programme;
}

describe("sealed samples while the chain is not to be seen", () => {
  const CAR = carOf("one", "alice");

  test("when the owner withdraws while the node is away, they are gone", async (context) => {
    const programme = await programmeWithSamples(context, CAR);
    const proxy = await startProxy(programme.rpcUrl);
    context.after(() => proxy.stop());
    const relayer = await runRelayer(programme, { rpcUrl: proxy.url });
    context.after(() => relayer.close());
    await proxy.spoil("*", "status-500", Number.POSITIVE_INFINITY);
    await relayer.intend([withdrawalOf(programme, "alice", 2, ownEvidence)]);
    await eventually("they are gone", () => rowsOf(programme, "alice") === 0);
    assert.match((await relayer.status()).alerts[0]?.message ?? "", /^CHAIN_UNREACHABLE/);
  });

  test("before the chain was looked at, none are given: their time may be over", async (context) => {
    const programme = await programmeWithSamples(context, CAR);
    const { app, engine, close } = await openApplication(programme);
    context.after(() => close());
    const { services } = engine;
    const metrics = createMetrics(services.status);
    const blind = await createApp({ ...services, metrics, view: new ChainView() }, pino({ level: "silent" }));
    context.after(() => blind.close());
    const url = `/v1/vehicles/${CAR.vehicle}/readings?from=${GENESIS}&to=${NOW}`;
    const given = async (from: App) => (await from.inject({ url })).json().readings[0].sealedSamples;
    assert.equal(typeof (await given(app)), "string");
    assert.equal(await given(blind), undefined);
  });
});

describe("sealed samples under blocks that are not final", () => {
  test("when one holds a withdrawal, they are gone before it is final", async (context) => {
    const programme = await programmeWithSamples(context, carOf("one", "alice"));
    const relayer = await runRelayer(programme, { finalityDepth: 3 });
    context.after(() => relayer.close());
    const terms = {
      account: addressOf("alice"),
      recipient: programme.deployment.operator,
      purpose: ownEvidence,
      version: 2,
    };
    await programme.writer("alice").call("consentRegistry", "withdrawConsent", [terms]);
    const withdrawnIn = Number(await programme.client.getBlockNumber());
    const holds = async () => (await relayer.status()).headBlock === withdrawnIn && rowsOf(programme, "alice") === 0;
    for (let look = 0; look < 1_000 && !(await holds()); look++) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.ok(await holds());
    assert.ok(((await relayer.status()).finalBlock ?? 0) < withdrawnIn);
  });
});

describe("a relayer that is killed while it keeps and deletes samples", () => {
  const CARS = ["a", "b"].map((name) => carOf(name, `owner ${name}`));
  const DROPS = 16;
  const KILLS = 5;

  async function run(kills: number) {
    const programme = await startProgramme();
    const relayer = new StubbornRelayer(programme);
    try {
      await relayer.start();
      const killer = relayer.killer(kills, 5);
      const outcomes = await live(programme, relayer).finally(() => killer.stop());
      const killed = await killer.stop();
      await relayer.api.untilIdle();
      const kept: unknown[] = [];
      for (const car of CARS) {
        for (const { reading, digest, sealedSamples } of await listed(relayer.api, car)) {
          const opened = sealedSamples === undefined ? undefined : await openSealedSamples(sealedSamples, KEY);
          if (opened !== undefined) assert.equal(payloadOf(opened.opening), reading.payload);
          kept.push([reading.sequence, opened?.digest === digest]);
        }
      }
      assert.equal(await relayer.end("SIGTERM"), 0);
      return { killed, outcomes, kept, rows: CARS.map(({ owner }) => rowsOf(programme, owner)) };
    } finally {
      await programme.stop();
    }
  }

  async function live(programme: TestProgramme, relayer: StubbornRelayer): Promise<unknown[]> {
    const outcomes: unknown[] = [];
    const idleAt = (time: number) => repeat(() => relayer.api.untilIdle(time));
    await registerCars(programme, CARS);
    await idleAt(0);
    const intents = CARS.flatMap((car) => [
      grantOf(programme, car.owner, { deadline: GENESIS }),
      grantOf(programme, car.owner, { deadline: GENESIS, purpose: ownEvidence }),
      pairingOf(programme, car, GENESIS),
    ]);
    await repeat(() => relayer.api.intend(intents));
    await idleAt(0);
    for (let drop = 1; drop <= DROPS; drop++) {
      const time = GENESIS + drop * DROP_S;
      await programme.moveTo(time);
      await idleAt(time);
      const readings = await Promise.all(
        CARS.map((car) => delivered(programme, car, { sequence: drop, endedAt: time })),
      );
      const answers = await repeat(() => relayer.api.deliver(readings));
      outcomes.push(answers.map(({ samples }) => samples));
      if (drop !== DROPS / 2) continue;
      await repeat(() => relayer.api.intend([withdrawalOf(programme, "owner b", 2, ownEvidence)]));
      await idleAt(time);
    }
    return outcomes;
  }

  test(`given ${KILLS} kills at random moments, what was answered as kept is there, and what was withdrawn is not`, async () => {
    const calm = await run(0);
    const killed = await run(KILLS);
    assert.equal(killed.killed, KILLS);
    assert.deepEqual({ ...killed, killed: 0 }, calm);
    assert.deepEqual(calm.rows, [DROPS, 0]);
  });
});
