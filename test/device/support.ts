import fc from "fast-check";
import type { BuiltReading } from "../../src/device/index.ts";
import { type DistanceRule, ODOMETER_RULE, type RawSample, ReadingBuilder } from "../../src/device/index.ts";
import { categoryMask, type Domain, domainOf, type Hex } from "../../src/protocol/index.ts";

export const GENESIS = 1_700_000_000;
export const VEHICLE: Hex = `0x${"11".repeat(32)}`;
export const SALT: Hex = `0x${"22".repeat(32)}`;
export const MILEAGE = categoryMask(["mileage"]);
export const DOMAIN: Domain = domainOf("vehicleRegistry", 31_337, `0x${"33".repeat(20)}`);

export interface BuilderSetup {
  readonly distance?: DistanceRule;
  readonly consentMaskAt?: (time: number) => number;
  readonly onBadSample?: "skip" | "throw";
  readonly odometerM?: number;
}

export function builderOf(setup: BuilderSetup = {}): ReadingBuilder {
  return new ReadingBuilder({
    vehicle: VEHICLE,
    genesis: GENESIS,
    distance: ODOMETER_RULE,
    consentMaskAt: () => MILEAGE,
    saltOf: () => SALT,
    ...setup,
  });
}

/** Pushes all samples and ends the trip. */
export function build(samples: readonly RawSample[], setup: BuilderSetup = {}): BuiltReading[] {
  const builder = builderOf(setup);
  return [...samples.flatMap((sample) => [...builder.push(sample)]), ...builder.endTrip()];
}

/** Metres of all readings together. */
export function metresOf(built: readonly BuiltReading[]): number {
  return built.reduce((sum, { reading }) => sum + reading.odometerEnd - reading.odometerStart, 0);
}

/** A drive without gaps: seconds between samples and metres driven in them, up to 60 m/s. */
export const drives = fc
  .record({
    startsAfterS: fc.integer({ min: 0, max: 3 * 86_400 }),
    odometerM: fc.double({ min: 0, max: 500_000_000, noNaN: true }),
    steps: fc.array(
      fc.record({
        seconds: fc.integer({ min: 1, max: 400 }),
        speedMps: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 60, noNaN: true })),
        takeovers: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 60 },
    ),
  })
  .map(({ startsAfterS, odometerM, steps }) => {
    let time = GENESIS + startsAfterS;
    let odometer = odometerM;
    const samples = [{ time, odometerM: odometer, takeovers: 0 }];
    for (const { seconds, speedMps, takeovers } of steps) {
      time += seconds;
      odometer += speedMps * seconds;
      samples.push({ time, odometerM: odometer, takeovers });
    }
    return samples;
  });
