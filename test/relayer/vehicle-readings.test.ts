import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import fc from "fast-check";
import { DAY_S, DROP_S, type Hex, ZERO_HASH } from "../../src/protocol/index.ts";
import { findVehicleReadings, MAX_PERIOD_S } from "../../src/relayer/http/vehicle-readings.ts";
import type { Store } from "../../src/relayer/store/open.ts";
import { insertReadings } from "../../src/relayer/store/readings.ts";
import type { ReadingsTable } from "../../src/relayer/store/schema.ts";
import { writeIntakeProgress } from "../../src/relayer/store/taking-in.ts";
import { addressOf, keyOf } from "./support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, signReading } from "./support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "./support/programme.ts";
import { type RunningRelayer, runRelayer } from "./support/running.ts";
import { describeStores } from "./support/stores.ts";

const CAR = carOf("one", "alice");
const OTHER = carOf("two", "bob");

/** Pauses before readings and the delay with which each is delivered, in drops; each reading fills one drop. */
const drives = fc.array(
  fc.record({ pause: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(300)), delay: fc.oneof(fc.constant(0), fc.nat(40)) }),
  { minLength: 1, maxLength: 12 },
);

function rowsOf(vehicle: Hex, driven: readonly { pause: number; delay: number }[]): ReadingsTable[] {
  let drop = 0;
  let taken = 0;
  return driven.map(({ pause, delay }, at) => {
    drop += pause + 1;
    taken = Math.max(taken, drop + delay);
    const startedAt = GENESIS + (drop - 1) * DROP_S;
    return {
      ...{ digest: keyOf(`${vehicle} ${at}`), vehicle, sequence: at + 1 },
      ...{ started_at: startedAt, ended_at: startedAt + DROP_S, odometer_start: at, odometer_end: at },
      ...{ takeovers: 0, categories: 1, payload: keyOf("payload"), signature: ZERO_HASH, account: addressOf("alice") },
      ...{ drop_no: taken, deadline: 0, receipt_signature: ZERO_HASH },
    };
  });
}

const sequenceOf = ({ sequence }: ReadingsTable): number => sequence;

describeStores("looking for a vehicle's readings", (kind) => {
  const fill = (store: Store, driven: readonly { pause: number; delay: number }[]) =>
    store.transaction(async (tx) => {
      await tx.deleteFrom("readings").execute();
      const rows = rowsOf(CAR.vehicle, driven);
      await insertReadings(tx, [...rows, ...rowsOf(OTHER.vehicle, driven)]);
      await writeIntakeProgress(tx, { firstDrop: rows.at(-1)?.drop_no ?? 0, seenBlock: 0 });
      return rows;
    });

  test("given any drives, a period has what overlaps it and one neighbour on either side, however it is paged", async (context) => {
    const store = await kind.open(context);
    const period = fc.record({ start: fc.nat(2_000), drops: fc.integer({ min: 1, max: 300 }), shiftS: fc.nat(DROP_S) });
    await fc.assert(
      fc.asyncProperty(
        drives,
        period,
        fc.integer({ min: 1, max: 4 }),
        async (driven, { start, drops, shiftS }, limit) => {
          const rows = await fill(store, driven);
          const from = GENESIS + start * DROP_S + shiftS;
          const to = from + drops * DROP_S;
          const first = rows.findIndex(({ ended_at }) => ended_at > from);
          const last = rows.findLastIndex(({ started_at }) => started_at < to);
          const expected = rows.slice(Math.max(0, (first === -1 ? rows.length : first) - 1), last + 2);
          const query = { vehicle: CAR.vehicle, from, to, limit };
          const paged: ReadingsTable[] = [];
          for (let seen = -1; ; seen = paged.at(-1)?.sequence ?? seen) {
            const page = await findVehicleReadings(store.db, GENESIS, { ...query, after: seen });
            paged.push(...page.slice(0, limit));
            if (page.length <= limit) break;
          }
          assert.deepEqual(paged.map(sequenceOf), expected.map(sequenceOf));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("when a car stood for longer than a month, its neighbours are not looked for any further", async (context) => {
    const store = await kind.open(context);
    await fill(store, [
      { pause: 0, delay: 0 },
      { pause: 6_000, delay: 0 },
      { pause: 6_000, delay: 0 },
    ]);
    const from = GENESIS + 5_900 * DROP_S;
    const find = (begin: number) =>
      findVehicleReadings(store.db, GENESIS, { vehicle: CAR.vehicle, from: begin, to: begin + 1, after: -1, limit: 9 });
    assert.deepEqual((await find(from)).map(sequenceOf), [2]);
    assert.deepEqual(await find(GENESIS + 20_000 * DROP_S), []);
  });
});

describe("GET /v1/vehicles/{vehicle}/readings", () => {
  type Page = {
    readings: {
      digest: Hex;
      reading: { sequence: number };
      receipt: { readingDigest: Hex };
      anchored?: { leafHash: Hex; root: Hex; proof: Hex[] };
    }[];
    next?: number;
  };
  let programme: TestProgramme;
  let relayer: RunningRelayer;
  const path = `/v1/vehicles/${CAR.vehicle}/readings`;
  const all = `from=${GENESIS}&to=${GENESIS + DAY_S}`;

  before(async () => {
    programme = await startProgramme();
    await registerCars(programme, [CAR]);
    relayer = await runRelayer(programme);
    await relayer.intend([grantOf(programme, "alice", { deadline: GENESIS }), pairingOf(programme, CAR, GENESIS)]);
    await relayer.untilIdle();
    for (let drop = 1; drop <= 5; drop++) {
      await relayer.moveTo(GENESIS + drop * DROP_S + 1);
      const reading = readingOf(CAR, {
        ...{ sequence: 2 * drop, startedAt: GENESIS + (drop - 1) * DROP_S, endedAt: GENESIS + drop * DROP_S },
        ...{ odometerStart: 1_000 * drop, odometerEnd: 1_000 * drop + 500 },
      });
      const [answer] = await relayer.deliver([signReading(programme, CAR, reading)]);
      assert.ok(answer?.receipt);
    }
  });

  after(async () => {
    await relayer?.close();
    await programme?.stop();
  });

  const page = async (query: string): Promise<Page> => {
    const { status, body } = await relayer.get(`${path}?${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body as Page;
  };
  const sequences = ({ readings }: Page) => readings.map(({ reading }) => reading.sequence);

  test("when pages are followed, every reading comes once, as its receipt's path shows it", async () => {
    const first = await page(`${all}&limit=2`);
    const second = await page(`${all}&limit=2&after=${first.next}`);
    const third = await page(`${all}&limit=2&after=${second.next}`);
    assert.deepEqual([first, second, third].map(sequences), [[2, 4], [6, 8], [10]]);
    assert.deepEqual([first.next, second.next, third.next], [4, 8, undefined]);
    for (const { digest, ...report } of [...first.readings, ...third.readings]) {
      assert.deepEqual((await relayer.get(`/v1/receipts/${digest}`)).body, report);
    }
  });

  test("when a reading's drop is on the chain, its leaf stands under the root; in an open drop it has none yet", async () => {
    const { readings } = await page(all);
    assert.deepEqual(
      readings.map(({ anchored }) => anchored !== undefined),
      [true, true, true, true, false],
    );
    for (const { anchored } of readings) {
      if (anchored === undefined) continue;
      assert.ok(SimpleMerkleTree.verify(anchored.root, anchored.leafHash, anchored.proof));
    }
  });

  test("when a period lies in the middle, one neighbour on either side comes along", async () => {
    const from = GENESIS + 2 * DROP_S;
    assert.deepEqual(sequences(await page(`from=${from}&to=${from + DROP_S}`)), [4, 6, 8]);
  });

  for (const [what, query, code] of [
    ["ends before it begins", `from=${GENESIS}&to=${GENESIS}`, "ARGUMENT_INVALID"],
    ["is longer than 31 days", `from=0&to=${MAX_PERIOD_S + 1}`, "ARGUMENT_INVALID"],
    ["has no end", `from=${GENESIS}`, "BODY_INVALID"],
  ] as const) {
    test(`when the period ${what}, it is refused`, async () => {
      const { status, body } = await relayer.get(`${path}?${query}`);
      assert.deepEqual([status, (body as { error: { code: string } }).error.code], [400, code]);
    });
  }

  test("when no such vehicle is registered, it is not found", async () => {
    assert.equal((await relayer.get(`/v1/vehicles/${OTHER.vehicle}/readings?${all}`)).status, 404);
  });
});
