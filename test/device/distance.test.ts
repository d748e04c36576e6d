import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createDevice, createDeviceKey, GPS_RULE, greatCircleM, SPEED_RULE } from "../../src/device/index.ts";
import type { CairnError } from "../../src/protocol/index.ts";
import { build, builderOf, DOMAIN, GENESIS, metresOf, VEHICLE } from "./support.ts";

/** Some 100 m along a meridian, degrees. */
const HUNDRED_METRES = 100.01 / ((6_371_008.8 * Math.PI) / 180);

describe("distance from positions", () => {
  test("given a quarter of a meridian, is a quarter of the Earth's girth", () => {
    const metres = greatCircleM({ a: 0, b: 20 }, { a: 90, b: 20 });
    assert.ok(Math.abs(metres - (Math.PI / 2) * 6_371_008.8) < 1e-3);
  });

  test("given two points on either side of the date line, takes the short way", () => {
    const metres = greatCircleM({ a: 0, b: 179.9 }, { a: 0, b: -179.9 });
    assert.ok(Math.abs(metres - 22_239) < 1);
  });

  test("when a step is faster than 160 km/h, leaves it out and counts it", () => {
    const builder = builderOf({ distance: GPS_RULE });
    builder.push({ time: GENESIS, latitudeDeg: 37, longitudeDeg: -122 });
    builder.push({ time: GENESIS + 60, latitudeDeg: 50, longitudeDeg: -122 });
    builder.push({ time: GENESIS + 120, latitudeDeg: 50 + HUNDRED_METRES, longitudeDeg: -122 });
    assert.equal(metresOf(builder.endTrip()), 100);
    assert.equal(builder.skipped.STEP_TOO_FAST, 1);
  });

  test("when a position is impossible, skips the sample and counts it", () => {
    const builder = builderOf({ distance: GPS_RULE });
    builder.push({ time: GENESIS, latitudeDeg: 34, longitudeDeg: -6 });
    builder.push({ time: GENESIS + 1, latitudeDeg: 34, longitudeDeg: 1555.6333 });
    builder.push({ time: GENESIS + 60, latitudeDeg: 34 + HUNDRED_METRES, longitudeDeg: -6 });
    assert.equal(metresOf(builder.endTrip()), 100);
    assert.equal(builder.skipped.VALUE_INVALID, 1);
  });

  test("when a gap is longer than 600 s, cuts the reading there and counts it", () => {
    const builder = builderOf({ distance: GPS_RULE });
    const readings = [0, 60, 700, 760].flatMap((time, i) => [
      ...builder.push({ time: GENESIS + time, latitudeDeg: i * HUNDRED_METRES, longitudeDeg: 0 }),
    ]);
    readings.push(...builder.endTrip());
    assert.deepEqual(
      readings.map(({ reading }) => [reading.startedAt - GENESIS, reading.endedAt - GENESIS]),
      [
        [0, 60],
        [700, 760],
      ],
    );
    assert.equal(metresOf(readings), 200);
    assert.equal(builder.skipped.GAP_TOO_LONG, 1);
  });
});

describe("distance from speed", () => {
  test("given a speed that rises, adds trapezoids", () => {
    const samples = [0, 10, 20].map((speedMps, i) => ({ time: GENESIS + 5 * i, speedMps }));
    assert.equal(metresOf(build(samples, { distance: SPEED_RULE })), 100);
  });

  test("when an interval is longer than the rule's, adds nothing for it", () => {
    const samples = [0, 5, 11, 16].map((after) => ({ time: GENESIS + after, speedMps: 10 }));
    assert.equal(metresOf(build(samples, { distance: SPEED_RULE })), 100);
  });

  test("when a speed is negative or above the limit, skips the sample", () => {
    const builder = builderOf({ distance: { ...SPEED_RULE, maxGapS: 60 } });
    [10, -1, 500, 10].map((speedMps, i) => builder.push({ time: GENESIS + 5 * i, speedMps }));
    assert.equal(metresOf(builder.endTrip()), 150);
    assert.equal(builder.skipped.VALUE_INVALID, 2);
  });
});

describe("distance from an odometer", () => {
  test("when the odometer falls, counts it and goes on from there", () => {
    const builder = builderOf();
    [1_000, 1_500, 200, 700].map((odometerM, i) => builder.push({ time: GENESIS + 60 * i, odometerM }));
    const readings = builder.endTrip();
    assert.equal(metresOf(readings), 1_000);
    assert.equal(readings[0]?.reading.odometerEnd, 2_000);
    assert.equal(builder.skipped.ODOMETER_BACKWARDS, 1);
  });

  test("when the car was driven over a gap, the odometer advances and no reading claims it", () => {
    const samples = [
      { time: GENESIS, odometerM: 0 },
      { time: GENESIS + 60, odometerM: 600 },
      { time: GENESIS + 4_000, odometerM: 20_600 },
      { time: GENESIS + 4_060, odometerM: 21_200 },
    ];
    const readings = build(samples);
    assert.deepEqual(
      readings.map(({ reading }) => [reading.odometerStart, reading.odometerEnd]),
      [
        [0, 600],
        [20_600, 21_200],
      ],
    );
  });

  test("when the odometer leaps impossibly, the leap is not taken over", () => {
    const samples = [0, 600, 99_000_600, 99_001_200].map((odometerM, i) => ({ time: GENESIS + 60 * i, odometerM }));
    assert.equal(build(samples).at(-1)?.reading.odometerEnd, 1_200);
  });

  test("when several samples share a second, the distance is not lost and they are counted", () => {
    const builder = builderOf();
    for (let i = 0; i <= 40; i++) builder.push({ time: GENESIS + Math.floor(i / 4), odometerM: 5 * i });
    assert.equal(metresOf(builder.endTrip()), 200);
    assert.equal(builder.skipped.SAME_SECOND, 30);
  });

  test("when the odometer is text, the sample is refused rather than coerced", () => {
    const builder = builderOf();
    builder.push({ time: GENESIS, odometerM: "5" } as object as { time: number });
    assert.equal(builder.skipped.VALUE_INVALID, 1);
  });
});

describe("a distance rule", () => {
  for (const limits of [{ maxGapS: 0 }, { maxGapS: 86_401 }, { maxSpeedMps: 70 }, { maxSpeedMps: Number.NaN }]) {
    test(`when it says ${JSON.stringify(limits)}, is refused`, () => {
      assert.throws(
        () =>
          createDevice({
            vehicle: VEHICLE,
            key: createDeviceKey(),
            domain: DOMAIN,
            genesis: GENESIS,
            distance: { ...GPS_RULE, ...limits },
          }),
        (error: CairnError) => error.code === "ARGUMENT_INVALID",
      );
    });
  }
});
