import { randomBytes } from "node:crypto";
import {
  type Domain,
  type Hex,
  type P256PublicKey,
  type PayloadOpening,
  readingDigest,
  type SignedReading,
  toHex,
} from "../protocol/index.ts";
import { type DistanceRule, ODOMETER_RULE, type SkipCode } from "./distance.ts";
import type { RawSample } from "./raw-sample.ts";
import { type BuiltReading, ReadingBuilder } from "./reading-builder.ts";
import { type DeviceKey, type Pairing, signPairing } from "./signer.ts";

export interface DeviceOptions {
  /** The vehicle's id in this ownership: `vehicleId(salt, vin)`. */
  readonly vehicle: Hex;
  readonly key: DeviceKey;
  /** VehicleRegistry's EIP-712 domain. */
  readonly domain: Domain;
  /** First second of day 0, unix seconds. */
  readonly genesis: number;
  /** The owner's consent for mining at a time, unix seconds: a category mask. Without it nothing ever leaves. */
  readonly consentMaskAt?: (time: number) => number;
  /** How the car knows its distance; by default from its odometer. */
  readonly distance?: DistanceRule;
  /** The salt of the reading with a sequence, 32 bytes. By default random; simulations derive it. */
  readonly saltOf?: (sequence: number) => Hex;
  /** The last sequence used, of a device that starts again. */
  readonly sequence?: number;
  /** Where its odometer stood, metres. */
  readonly odometerM?: number;
  /** See {@link ReadingBuilderOptions}; by default `skip`. */
  readonly onBadSample?: "skip" | "throw";
}

/** A signed reading, as it is sent, and what the owner keeps of it. */
export interface DeviceReading extends SignedReading {
  /** EIP-712 digest of the reading. */
  readonly digest: Hex;
  readonly opening: PayloadOpening;
}

/** What runs in the car. Times are unix seconds, in order; it holds the samples of one drop at most. */
export interface Device {
  readonly vehicle: Hex;
  readonly publicKey: P256PublicKey;
  /** The last sequence used, and the odometer in metres: what a device that starts again is given. */
  readonly sequence: number;
  readonly odometerM: number;
  /** How many samples or steps did not count, by code. */
  readonly skipped: Readonly<Record<SkipCode, number>>;
  /**
   * Takes the next sample through filter, builder and signer.
   * @returns The readings that it completed; mostly none.
   * @throws SAMPLES_INVALID for a bad sample when `onBadSample` is `throw`.
   */
  push(sample: RawSample): DeviceReading[];
  /**
   * Says that time has gone on without samples: completes a reading that no later sample can lengthen.
   * @param now Unix seconds.
   */
  rest(now: number): DeviceReading[];
  /** Ends the trip and completes its reading. A trip that was switched off is over; the next one is on. */
  endTrip(): DeviceReading[];
  /** From now to the trip's end nothing leaves, not even the reading that is open. The odometer goes on. */
  switchTripOff(): void;
  /** The device's half of a pairing with an account: P-256 `r ‖ s`. */
  signPairing(pairing: Pairing): Hex;
}

/**
 * Makes the device of a car. As delivered it lets nothing out: the owner's consent switches it on.
 * @throws ARGUMENT_INVALID when the distance rule, the sequence or the odometer is out of bounds.
 * @example
 * const device = createDevice({ vehicle, key: createDeviceKey(), domain, genesis, consentMaskAt: () => mask });
 * const readings = device.push({ time: 1_800_000_000, odometerM: 12_345.6, speedMps: 13.9 });
 */
export function createDevice(options: DeviceOptions): Device {
  const { vehicle, key, domain, genesis } = options;
  const builder = new ReadingBuilder({
    vehicle,
    genesis,
    distance: options.distance ?? ODOMETER_RULE,
    consentMaskAt: options.consentMaskAt ?? (() => 0),
    saltOf: options.saltOf ?? (() => toHex(randomBytes(32))),
    sequence: options.sequence ?? 0,
    odometerM: options.odometerM ?? 0,
    onBadSample: options.onBadSample ?? "skip",
  });
  const sign = ({ reading, opening }: BuiltReading): DeviceReading => {
    const digest = readingDigest(domain, reading);
    return { reading, signature: key.signDigest(digest), digest, opening };
  };
  return {
    vehicle,
    publicKey: key.publicKey,
    get sequence() {
      return builder.sequence;
    },
    get odometerM() {
      return builder.odometerM;
    },
    skipped: builder.skipped,
    push: (sample) => builder.push(sample).map(sign),
    rest: (now) => builder.rest(now).map(sign),
    endTrip: () => builder.endTrip().map(sign),
    switchTripOff: () => builder.switchTripOff(),
    signPairing: (pairing) => signPairing(key, domain, pairing),
  };
}
