import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { effectiveMask, letOut, type RawSample, SIGNALS, type SignalName } from "../../src/device/index.ts";
import { CATEGORY, categoryMask } from "../../src/protocol/index.ts";

const FULL: RawSample = {
  time: 1,
  odometerM: 1_000,
  speedMps: 10,
  accelerationMps2: -1,
  takeovers: 1,
  stateOfChargePct: 80,
  latitudeDeg: 31.2304,
  longitudeDeg: 121.4737,
  driverAttentionPct: 90,
  driverFatiguePct: 10,
  chargingPowerKw: 0,
  appActions: 2,
};

describe("the on-board filter", () => {
  test("when only mileage is consented to, lets only the odometer out", () => {
    assert.deepEqual(letOut(FULL, categoryMask(["mileage"])), { time: 1, values: { odometerM: 1_000 } });
  });

  test("when nothing is consented to, lets nothing out", () => {
    assert.deepEqual(letOut(FULL, 0), { time: 1, values: {} });
  });

  test("when mileage is missing from the consent, lets nothing out", () => {
    assert.deepEqual(letOut(FULL, categoryMask(["drivingBehaviour", "location"])).values, {});
  });

  test("when every category is consented to, still keeps a face image in the car", () => {
    const sample: RawSample = { ...FULL, faceImage: new Uint8Array(1_000), cabinVideoUrl: "rtsp://cabin" };
    const { time, ...values } = FULL;
    assert.deepEqual(letOut(sample, 0xff), { time, values });
  });

  test("when the consent names categories that do not exist, they let nothing out", () => {
    assert.equal(effectiveMask(0xffff_ff01), categoryMask(["mileage"]));
  });

  test("when a signal carries something other than a number, keeps it in", () => {
    const disguised = { time: 1, odometerM: 5, speedMps: "data:image/jpeg;base64,…", appActions: [1, 2] };
    assert.deepEqual(letOut(disguised as object as RawSample, 0xff).values, { odometerM: 5 });
  });

  test("when a signal is out of its bounds or not finite, keeps it in", () => {
    const broken = { time: 1, odometerM: 5, speedMps: Number.NaN, stateOfChargePct: 1e9, longitudeDeg: 1555.6333 };
    assert.deepEqual(letOut(broken, 0xff).values, { odometerM: 5 });
  });

  test("when a sample inherits a signal instead of having it, keeps it in", () => {
    assert.deepEqual(letOut(Object.create(FULL) as RawSample, 0xff).values, {});
  });

  test("when a position leaves, it is no finer than some ten metres", () => {
    assert.equal(letOut({ time: 1, odometerM: 0, latitudeDeg: 31.230416789 }, 0xff).values.latitudeDeg, 31.2304);
  });

  test("given any sample and consent, only finite numbers of consented categories leave", () => {
    const names = Object.keys(SIGNALS) as SignalName[];
    const anyField = fc.oneof(fc.constantFrom(...names), fc.string());
    const anyValue = fc.oneof(fc.double(), fc.integer(), fc.anything());
    fc.assert(
      fc.property(fc.dictionary(anyField, anyValue), fc.integer({ min: 0, max: 0xffff }), (fields, consented) => {
        const { values } = letOut({ ...fields, time: 1 } as object as RawSample, consented);
        for (const [name, value] of Object.entries(values)) {
          const signal = SIGNALS[name as SignalName];
          assert.ok(Number.isFinite(value));
          assert.ok((consented >> CATEGORY[signal.category]) & 1 && consented & 1, name);
        }
      }),
    );
  });
});
