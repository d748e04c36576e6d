import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { type BuiltReading, type RawSample, ReadingBuilder } from "../../src/device/index.ts";
import { verifyEvidence } from "../../src/evidence/index.ts";
import { isMark } from "../../src/fleet/feed.ts";
import { importerOf } from "../../src/fleet/importers/index.ts";
import { DROP_S, dropOf } from "../../src/protocol/index.ts";
import { verifyEvidenceOnChain } from "../../src/sdk/index.ts";
import { keyOf } from "../relayer/support/keys.ts";
import { registerCars } from "../relayer/support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../relayer/support/programme.ts";
import { type RunningRelayer, runRelayer } from "../relayer/support/running.ts";
import { realDataFolder } from "../support/real-data.ts";
import { CAR, enrol, evidenceOf, openSamples, sealedDelivery } from "./support.ts";

const FORMAT = "envirocar";
/** Mileage and driving behaviour. */
const MASK = 0b11;
const LEAST_TRIP_S = 1_500;
const data = realDataFolder();

/** The samples of the first trip in a log that lasts some drops. */
async function recordedTrip(dir: string): Promise<RawSample[]> {
  const log = await importerOf(FORMAT).open(dir, { utcOffsetS: 0 });
  try {
    let trip: RawSample[] = [];
    for (const vehicle of log.vehicles) {
      for await (const event of vehicle.samples()) {
        if (!isMark(event)) trip.push(event);
        else if (spanOf(trip) >= LEAST_TRIP_S) return trip;
        else trip = [];
      }
    }
    return assert.fail("no trip is long enough");
  } finally {
    await log.close();
  }
}

function spanOf(trip: readonly RawSample[]): number {
  return (trip.at(-1)?.time ?? 0) - (trip[0]?.time ?? 0);
}

/** Drives a recorded trip through the device's own code, moved in time so that it begins in drop 1. */
function driveThrough(trip: readonly RawSample[]): BuiltReading[] {
  const shiftS = GENESIS + DROP_S - (trip[0] as RawSample).time;
  const builder = new ReadingBuilder({
    ...{ vehicle: CAR.vehicle, genesis: GENESIS, distance: importerOf(FORMAT).distance },
    ...{ consentMaskAt: () => MASK, saltOf: (sequence) => keyOf(`salt ${sequence}`) },
  });
  const built = trip.flatMap((sample) => [...builder.push({ ...sample, time: sample.time + shiftS })]);
  return [...built, ...builder.endTrip()];
}

if (data !== undefined) {
  describe("evidence of a recorded trip of envirocar", () => {
    let programme: TestProgramme;
    let relayer: RunningRelayer;
    let built: BuiltReading[];
    let bytes: Uint8Array;

    before(async () => {
      built = driveThrough(await recordedTrip(join(data, "trips/envirocar")));
      programme = await startProgramme();
      await registerCars(programme, [CAR]);
      relayer = await runRelayer(programme, { anchorEveryDrops: 1 });
      await enrol(programme, relayer, [CAR], MASK);
      for (const { reading, opening } of built) {
        await relayer.moveTo(GENESIS + (dropOf(GENESIS, reading.endedAt) + 1) * DROP_S - 1);
        const [answer] = await relayer.deliver([await sealedDelivery(programme, CAR, { reading, opening })]);
        assert.equal(answer?.samples, "kept", answer?.refusal);
      }
      const ended = dropOf(GENESIS, built.at(-1)?.reading.endedAt as number);
      await relayer.moveTo(GENESIS + (ended + 2) * DROP_S);
      await relayer.moveTo(GENESIS + (ended + 3) * DROP_S);
      const period = { from: GENESIS, to: GENESIS + (ended + 1) * DROP_S };
      ({ bytes } = await evidenceOf({ programme, relayer }, { ...period, openSamples }));
    });
    after(async () => {
      await relayer?.close();
      await programme?.stop();
    });

    test("its samples, readings and roots hang together, by themselves and by the chain", async () => {
      const { rpcUrl, deployment } = programme;
      const { report } = await verifyEvidenceOnChain(bytes, { rpcUrl, deployment });
      assert.deepEqual(
        report.checks.filter(({ ok }) => !ok),
        [],
      );
      assert.ok(built.length >= 3);
      const payloads = report.checks.filter(({ check }) => check === "samples-payload");
      assert.equal(payloads.length, built.length);
    });

    test("when any bit of it is flipped, it is not valid, and an entry is named", async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 7 }), async (at, bit) => {
          const { report } = await verifyEvidence(bytes.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte)));
          const named = report.checks.filter(({ check, ok }) => check === "seal" && !ok);
          assert.deepEqual([report.valid, named.length], [false, 1]);
        }),
        { numRuns: 150 },
      );
    });
  });
}
