import { CATEGORY, type Category } from "./codes.ts";

/** What the filter knows of a signal of the car. */
export interface Signal {
  /** Its number in the encoding of let-out samples; never used again for another signal. */
  readonly bit: number;
  /** The category whose consent lets it out. */
  readonly category: Category;
  /** It leaves as a whole number of 1/scale: the coarsest precision that serves its purpose. */
  readonly scale: number;
  readonly min: number;
  readonly max: number;
  /** Name in the COVESA Vehicle Signal Specification. */
  readonly vss: string;
}

/**
 * Every signal that can leave the car. Each is one finite number within bounds, so nothing else, a face image above
 * all, fits through even under the name of a signal. What has no row here has no category and stays inside.
 */
export const SIGNALS = {
  odometerM: { bit: 0, category: "mileage", scale: 1, min: 0, max: 2 ** 31 - 1, vss: "Vehicle.TraveledDistance" },
  speedMps: { bit: 1, category: "drivingBehaviour", scale: 10, min: 0, max: 100, vss: "Vehicle.Speed" },
  accelerationMps2: {
    bit: 2,
    category: "drivingBehaviour",
    scale: 10,
    min: -50,
    max: 50,
    vss: "Vehicle.Acceleration.Longitudinal",
  },
  takeovers: { bit: 3, category: "takeovers", scale: 1, min: 0, max: 65_535, vss: "Vehicle.ADAS.ActiveAutonomyLevel" },
  stateOfChargePct: {
    bit: 4,
    category: "battery",
    scale: 10,
    min: 0,
    max: 100,
    vss: "Vehicle.Powertrain.TractionBattery.StateOfCharge.Current",
  },
  latitudeDeg: {
    bit: 5,
    category: "location",
    scale: 10_000,
    min: -90,
    max: 90,
    vss: "Vehicle.CurrentLocation.Latitude",
  },
  longitudeDeg: {
    bit: 6,
    category: "location",
    scale: 10_000,
    min: -180,
    max: 180,
    vss: "Vehicle.CurrentLocation.Longitude",
  },
  driverAttentionPct: {
    bit: 7,
    category: "driverState",
    scale: 1,
    min: 0,
    max: 100,
    vss: "Vehicle.Driver.AttentiveProbability",
  },
  driverFatiguePct: { bit: 8, category: "driverState", scale: 1, min: 0, max: 100, vss: "Vehicle.Driver.FatigueLevel" },
  chargingPowerKw: {
    bit: 9,
    category: "charging",
    scale: 10,
    min: -500,
    max: 2_000,
    vss: "Vehicle.Powertrain.TractionBattery.CurrentPower",
  },
  appActions: { bit: 10, category: "appActivity", scale: 1, min: 0, max: 65_535, vss: "" },
} as const satisfies Record<string, Signal>;

export type SignalName = keyof typeof SIGNALS;

/** {@link SIGNALS} as a list in order of their bits, with the category as a mask. */
export const SIGNAL_LIST: readonly (Signal & { readonly name: SignalName; readonly mask: number })[] = (
  Object.keys(SIGNALS) as SignalName[]
)
  .map((name) => ({ ...SIGNALS[name], name, mask: 1 << CATEGORY[SIGNALS[name].category] }))
  .sort((a, b) => a.bit - b.bit);
