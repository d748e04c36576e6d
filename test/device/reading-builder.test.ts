import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decodeSamples, opensPayload, type RawSample } from "../../src/device/index.ts";
import { type CairnError, categoryMask, dayOf, dropOf, dropStart, MAX_SPEED_MPS } from "../../src/protocol/index.ts";
import { build, builderOf, drives, GENESIS, MILEAGE, metresOf, SALT } from "./support.ts";

const WITH_TAKEOVERS = categoryMask(["mileage", "takeovers"]);

/** Samples every ten seconds at 10 m/s. */
function steady(fromS: number, toS: number, more: object = {}): RawSample[] {
  const samples: RawSample[] = [];
  for (let after = fromS; after <= toS; after += 10) {
    samples.push({ time: GENESIS + after, odometerM: 1_000 + 10 * (after - fromS), ...more });
  }
  return samples;
}

describe("readings of any drive", () => {
  test("given no gaps, the metres of all readings are the odometer's whole difference", () => {
    fc.assert(
      fc.property(drives, (samples) => {
        const first = samples[0]?.odometerM as number;
        const last = samples.at(-1)?.odometerM as number;
        // Sums of doubles may fall on the other side of a whole metre than the last value itself.
        const driven = Math.floor(last) - Math.floor(first);
        assert.ok(Math.abs(metresOf(build(samples)) - driven) <= (Math.abs(last - Math.round(last)) < 1e-5 ? 1 : 0));
      }),
    );
  });

  test("given any drive, each lies in one drop and one day, and has a duration", () => {
    fc.assert(
      fc.property(drives, (samples) => {
        for (const { reading } of build(samples, { consentMaskAt: () => WITH_TAKEOVERS })) {
          assert.ok(reading.startedAt < reading.endedAt);
          assert.equal(dropOf(GENESIS, reading.startedAt), dropOf(GENESIS, reading.endedAt - 1));
          assert.equal(dayOf(GENESIS, reading.startedAt), dayOf(GENESIS, reading.endedAt - 1));
          const metres = reading.odometerEnd - reading.odometerStart;
          assert.ok(metres <= MAX_SPEED_MPS * (reading.endedAt - reading.startedAt));
        }
      }),
    );
  });

  test("given any drive, sequence and odometer rise and times do not overlap", () => {
    fc.assert(
      fc.property(drives, (samples) => {
        let last = { sequence: 0, endedAt: 0, odometerEnd: 0 };
        for (const { reading } of build(samples, { consentMaskAt: () => WITH_TAKEOVERS })) {
          assert.equal(reading.sequence, last.sequence + 1);
          assert.ok(reading.startedAt >= last.endedAt);
          assert.ok(reading.odometerStart >= last.odometerEnd && reading.odometerEnd >= reading.odometerStart);
          last = reading;
        }
      }),
    );
  });

  test("given any drive, every takeover after its first sample is told once", () => {
    fc.assert(
      fc.property(drives, (samples) => {
        const told = build(samples, { consentMaskAt: () => WITH_TAKEOVERS });
        assert.equal(
          told.reduce((sum, { reading }) => sum + reading.takeovers, 0),
          samples.reduce((sum, { takeovers }) => sum + takeovers, 0),
        );
      }),
    );
  });

  test("given a consent that changes, no mask exceeds it at any second of the reading", () => {
    fc.assert(
      fc.property(drives, fc.array(fc.nat({ max: 0xff }), { minLength: 1 }), (samples, masks) => {
        const consentMaskAt = (time: number): number =>
          masks[Math.floor((time - GENESIS) / 777) % masks.length] as number;
        const withSignals = samples.map((sample) => ({ ...sample, speedMps: 1, latitudeDeg: 1, driverFatiguePct: 3 }));
        for (const { reading } of build(withSignals, { consentMaskAt })) {
          // Samples see a change only when they straddle it once; the filter asks at both ends of each step.
          const ends = withSignals.filter(({ time }) => time >= reading.startedAt && time <= reading.endedAt);
          for (const { time } of ends) assert.equal(reading.categories & ~consentMaskAt(time), 0);
        }
      }),
    );
  });

  test("given any drive, each payload opens to samples inside the reading, of its categories only", () => {
    fc.assert(
      fc.property(drives, (samples) => {
        for (const { reading, opening } of build(samples)) {
          assert.ok(opensPayload(reading, opening));
          for (const { time, values } of decodeSamples(opening.samples)) {
            assert.ok(time >= reading.startedAt && time <= reading.endedAt);
            assert.deepEqual(Object.keys(values), ["odometerM"]);
          }
        }
      }),
    );
  });
});

describe("edges", () => {
  test("when driving goes on over a drop's edge, one reading ends and the next begins exactly there", () => {
    const readings = build(steady(595 - 10, 625));
    assert.deepEqual(
      readings.map(({ reading }) => [reading.startedAt - GENESIS, reading.endedAt - GENESIS]),
      [
        [585, 600],
        [600, 625],
      ],
    );
  });

  test("when a sample falls on the edge, the reading is complete at once", () => {
    const builder = builderOf();
    const done = steady(560, 600).flatMap((sample) => [...builder.push(sample)]);
    assert.equal(done[0]?.reading.endedAt, dropStart(GENESIS, 1));
    assert.deepEqual(builder.endTrip(), []);
  });

  test("when the distance is cut at an edge, it is shared in proportion to time", () => {
    const samples = [
      { time: GENESIS + 580, odometerM: 0 },
      { time: GENESIS + 640, odometerM: 600 },
    ];
    assert.deepEqual(
      build(samples).map(({ reading }) => [reading.odometerStart, reading.odometerEnd]),
      [
        [0, 200],
        [200, 600],
      ],
    );
  });

  test("when the car drives before genesis, that makes no reading", () => {
    assert.deepEqual(
      build(steady(-60, 60)).map(({ reading }) => reading.startedAt),
      [GENESIS],
    );
  });
});

describe("standing", () => {
  test("when the car only stands, there is no reading", () => {
    const samples = [0, 60, 120].map((after) => ({ time: GENESIS + after, odometerM: 5_000.7 }));
    assert.deepEqual(build(samples), []);
  });

  test("when a takeover happened while standing, there is a reading of no metres", () => {
    const samples = [0, 60].map((after) => ({ time: GENESIS + after, odometerM: 5_000, takeovers: after / 60 }));
    const [built, ...more] = build(samples, { consentMaskAt: () => WITH_TAKEOVERS });
    assert.equal(built?.reading.takeovers, 1);
    assert.equal(built?.reading.odometerEnd, 5_000);
    assert.equal(more.length, 0);
  });
});

describe("consent", () => {
  test("when nothing is consented to, no reading is made and the odometer goes on", () => {
    const builder = builderOf({ consentMaskAt: () => 0 });
    assert.deepEqual(
      steady(0, 1_300).flatMap((sample) => [...builder.push(sample)]),
      [],
    );
    assert.equal(builder.odometerM, 14_000);
  });

  test("when takeovers are not consented to, their number is 0 and their bit is not set", () => {
    const [built] = build(steady(0, 60, { takeovers: 1 }));
    assert.equal(built?.reading.takeovers, 0);
    assert.equal(built?.reading.categories, MILEAGE);
  });

  test("when a category is consented to but the car has no signal of it, its bit is not set", () => {
    const [built] = build(steady(0, 60, { speedMps: 10 }), { consentMaskAt: () => 0xff });
    assert.equal(built?.reading.categories, categoryMask(["mileage", "drivingBehaviour"]));
  });

  test("when consent is withdrawn on the way, the reading ends before and nothing leaves after", () => {
    const readings = build(steady(0, 300), { consentMaskAt: (time) => (time < GENESIS + 95 ? MILEAGE : 0) });
    assert.deepEqual(
      readings.map(({ reading }) => reading.endedAt - GENESIS),
      [90],
    );
  });

  test("when consent is widened on the way, the reading is cut and only the second has the new category", () => {
    const wide = categoryMask(["mileage", "drivingBehaviour"]);
    const readings = build(steady(0, 100, { speedMps: 10 }), {
      consentMaskAt: (time) => (time < GENESIS + 50 ? MILEAGE : wide),
    });
    assert.deepEqual(
      readings.map(({ reading }) => [reading.endedAt - GENESIS, reading.categories]),
      [
        [50, MILEAGE],
        [100, wide],
      ],
    );
  });

  test("when a sample without distance tells a takeover, the next with distance carries it", () => {
    const samples = [
      { time: GENESIS, odometerM: 0 },
      { time: GENESIS + 5, takeovers: 2 },
      { time: GENESIS + 10, odometerM: 100 },
    ];
    const [built] = build(samples, { consentMaskAt: () => WITH_TAKEOVERS });
    assert.equal(built?.reading.takeovers, 2);
    assert.equal(built?.reading.categories, WITH_TAKEOVERS);
  });
});

describe("the per-trip switch", () => {
  test("when a trip is switched off, no reading of it is made and the next trip starts further on", () => {
    const builder = builderOf();
    builder.switchTripOff();
    const off = [...steady(0, 1_300).flatMap((sample) => [...builder.push(sample)]), ...builder.endTrip()];
    const next = steady(5_000, 5_060).map((sample) => ({
      ...sample,
      odometerM: (sample.odometerM as number) + 13_000,
    }));
    const [built] = [...next.flatMap((sample) => [...builder.push(sample)]), ...builder.endTrip()];
    assert.deepEqual(off, []);
    assert.equal(built?.reading.odometerStart, 14_000);
    assert.equal(built?.reading.sequence, 1);
  });

  test("when it is used on the way, the reading that was open does not leave either", () => {
    const builder = builderOf();
    for (const sample of steady(0, 300)) builder.push(sample);
    builder.switchTripOff();
    assert.deepEqual(builder.endTrip(), []);
  });
});

describe("bad samples", () => {
  const bad: [name: string, code: string, sample: RawSample][] = [
    ["goes back in time", "TIME_BACKWARDS", { time: GENESIS - 1, odometerM: 5 }],
    ["has no whole second", "TIME_INVALID", { time: GENESIS + 0.5, odometerM: 5 }],
    ["has no finite time", "TIME_INVALID", { time: Number.POSITIVE_INFINITY, odometerM: 5 }],
    ["has no finite distance", "VALUE_INVALID", { time: GENESIS + 1, odometerM: Number.NaN }],
  ];
  for (const [name, code, sample] of bad) {
    test(`when one ${name}, it is skipped and counted`, () => {
      const builder = builderOf();
      builder.push({ time: GENESIS, odometerM: 0 });
      builder.push(sample);
      builder.push({ time: GENESIS + 60, odometerM: 600 });
      assert.equal(metresOf(builder.endTrip()), 600);
      assert.equal(builder.skipped[code as keyof typeof builder.skipped], 1);
    });

    test(`when one ${name} and the log ought to be clean, it throws`, () => {
      const builder = builderOf({ onBadSample: "throw" });
      builder.push({ time: GENESIS, odometerM: 0 });
      assert.throws(
        () => builder.push(sample),
        (error: CairnError) => error.code === "SAMPLES_INVALID" && error.details.code === code,
      );
    });
  }

  test("when a trip has one sample, it makes no reading and is counted", () => {
    const builder = builderOf();
    builder.push({ time: GENESIS, odometerM: 0 });
    assert.deepEqual(builder.endTrip(), []);
    assert.equal(builder.skipped.SAMPLE_ALONE, 1);
  });

  test("when samples come faster than the device keeps, the distance still counts and the rest is counted as left", () => {
    const builder = builderOf();
    const readings = [];
    for (let i = 0; i <= 7_000; i++) {
      readings.push(...builder.push({ time: GENESIS + Math.floor(i / 14), odometerM: i }));
    }
    readings.push(...builder.endTrip());
    assert.equal(metresOf(readings), 7_000);
    assert.equal(decodeSamples(readings[0]?.opening.samples as Uint8Array).length, 6_000);
    assert.equal(builder.skipped.SAMPLE_LIMIT, 1_001);
  });
});

describe("the payload", () => {
  test("given the same samples and another salt, is another", () => {
    const payload = (salt: string): unknown =>
      build(steady(0, 60), { saltOf: () => salt } as object)[0]?.reading.payload;
    assert.notEqual(payload(SALT), payload(`0x${"44".repeat(32)}`));
  });

  test("when an opening is changed, it does not open the payload any more", () => {
    const [built] = build(steady(0, 60));
    assert.ok(built);
    const samples = built.opening.samples.slice();
    samples[samples.length - 1] = (samples[samples.length - 1] as number) ^ 1;
    assert.equal(opensPayload(built.reading, { ...built.opening, samples }), false);
  });

  test("given bytes that are no samples, decoding refuses them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeSamples(bytes);
        } catch (error) {
          assert.equal((error as CairnError).code, "SAMPLES_INVALID");
        }
      }),
    );
  });
});

describe("a drive whose samples end without a trip's end", () => {
  const lastTime = GENESIS + 100;
  const driven = () => {
    const builder = builderOf();
    for (const sample of steady(0, 100)) builder.push(sample);
    return builder;
  };

  test("when the next sample could still lengthen it, then the reading stays open", () => {
    assert.deepEqual(driven().rest(lastTime + 600), []);
  });

  test("when no sample can lengthen it any more, then the reading is completed at its last sample", () => {
    const built = driven().rest(lastTime + 601);
    assert.deepEqual(
      built.map(({ reading }) => [reading.startedAt, reading.endedAt, reading.odometerEnd - reading.odometerStart]),
      [[GENESIS, lastTime, 1_000]],
    );
  });

  test("when it goes on after a gap, then the gap is counted and nothing is told twice", () => {
    const builder = driven();
    const before = builder.rest(lastTime + 601);
    const after = steady(2_000, 2_100).flatMap((sample) => [...builder.push({ ...sample, odometerM: 2_500 })]);
    assert.equal(builder.skipped.GAP_TOO_LONG, 1);
    assert.equal(metresOf([...before, ...after, ...builder.endTrip()]), 1_000);
  });
});
