import { createDevice, type DistanceRule, type SkipCode } from "../device/index.ts";
import type { Domain, Hex } from "../protocol/index.ts";
import { type Delivery, Fleet, sumSkipped } from "./fleet.ts";
import { payloadSalt, type VehicleIdentity } from "./identity.ts";
import { type ImportedVehicle, recordedFeed } from "./importers/index.ts";

/** A vehicle of a log under the identity that the programme knows it by. */
export interface RecordedVehicle {
  readonly recorded: ImportedVehicle;
  readonly identity: VehicleIdentity;
}

export interface RecordedFleetOptions {
  readonly vehicles: readonly RecordedVehicle[];
  /** How distance comes of the log's samples. */
  readonly distance: DistanceRule;
  /** VehicleRegistry's EIP-712 domain. */
  readonly domain: Domain;
  /** First second of day 0, unix seconds. */
  readonly genesis: number;
  /** The consent for mining of a vehicle's owner at a time: a category mask, 0 for none. */
  readonly consentMaskAt: (vehicle: Hex, time: number) => number;
  /** How old a reading may be by the rules, seconds. */
  readonly readingMaxAgeS: number;
  /** Where the salts of payloads come from. */
  readonly seed: string;
}

/** Recorded cars that drive again, drop by drop. */
export interface RecordedFleet {
  /**
   * What is delivered in a drop; each reading ended at or before the drop's first second.
   * @param drop Number of the drop; higher than in the call before.
   * @throws ARGUMENT_INVALID when it is not; FILE_UNREADABLE, SAMPLES_INVALID for a log that changed under way.
   */
  readingsOfDrop(drop: number): Promise<Delivery[]>;
  /** Samples and steps that the devices did not count, by code. */
  readonly skipped: Readonly<Partial<Record<SkipCode, number>>>;
}

/**
 * A fleet of recorded cars: the log's samples go through the very device of a car, and its readings are delivered in the
 * drop after the one they were driven in. The log must stay open while the fleet is used; the memory is bounded by the
 * number of cars.
 */
export function createRecordedFleet(options: RecordedFleetOptions): RecordedFleet {
  const { domain, genesis, distance, consentMaskAt, readingMaxAgeS, seed } = options;
  const fleet = new Fleet({ domain, genesis, consentMaskAt, readingMaxAgeS, mischief: { rate: 0, kinds: [] } });
  const devices = options.vehicles.map(({ recorded, identity: { vehicle, key } }) => {
    const device = createDevice({
      ...{ vehicle, key, domain, genesis, distance },
      consentMaskAt: (time) => consentMaskAt(vehicle, time),
      saltOf: (sequence) => payloadSalt(seed, vehicle, sequence),
    });
    fleet.add({ device, key, feed: recordedFeed(recorded), from: genesis, until: Number.POSITIVE_INFINITY });
    return device;
  });
  return {
    readingsOfDrop: (drop) => fleet.readingsOfDrop(drop),
    get skipped() {
      return sumSkipped(devices.map(({ skipped }) => skipped));
    },
  };
}
