import { createDevice, type Device, type DeviceReading } from "../../device/index.ts";
import { isMark } from "../../fleet/feed.ts";
import { usageOf } from "../../fleet/habits.ts";
import type { VehicleIdentity } from "../../fleet/index.ts";
import { SimulatedCar } from "../../fleet/simulated-car.ts";
import { type Domain, DROP_S } from "../../protocol/index.ts";

/** Where a car stood when it was last seen. */
export interface CarMemory {
  readonly odometerM: number;
  readonly sequence: number;
}

/** What a live car is made of. */
export interface LiveCarOptions {
  readonly seed: string;
  readonly name: string;
  readonly identity: VehicleIdentity;
  readonly domain: Domain;
  /** First second of day 0. */
  readonly genesis: number;
  /** Categories that its owner consents to, a mask. */
  readonly categories: number;
  readonly memory: CarMemory | undefined;
  /** First second of driving, unix seconds. */
  readonly from: number;
}

/** A short drive at once, so that there is something to see: about as fast and as long as a way to the next shop. */
const FIRST_DRIVE = { speedMps: 11, atLeastS: 20, spreadS: 60 } as const;
const PAUSE_S = 30;
/** Now and then an owner switches the device off for a trip. */
const OFF_RATE = 0.02;
/** For these cars it is twenty past seven when they start, whatever the clock says: there is traffic. A multiple of a drop. */
const LOCAL_START_S = 44 * DROP_S;

/** A simulated car that drives in real time. */
export class LiveCar {
  readonly identity: VehicleIdentity;
  readonly #device: Device;
  readonly #from: number;
  readonly #firstDriveEndsAt: number;
  readonly #startedAtM: number;
  readonly #car: SimulatedCar;
  #firstDriveEnded = false;

  constructor(options: LiveCarOptions, index: number) {
    const { seed, name, identity, domain, genesis, categories, memory, from } = options;
    this.identity = identity;
    this.#from = from;
    this.#startedAtM = memory?.odometerM ?? 1_000 * (12 + 7 * index);
    this.#firstDriveEndsAt = from + FIRST_DRIVE.atLeastS + ((index * 37) % FIRST_DRIVE.spreadS);
    this.#device = createDevice({
      vehicle: identity.vehicle,
      key: identity.key,
      domain,
      genesis,
      consentMaskAt: () => categories,
      sequence: memory?.sequence ?? 0,
      odometerM: this.#startedAtM,
    });
    const free = this.#firstDriveEndsAt + PAUSE_S;
    this.#car = new SimulatedCar({
      // Every other car is a taxi, so that something is always on its way.
      usage: usageOf(seed, `${name} ${from}`, { habit: index % 2 === 0 ? "taxi" : "commuter", offRate: OFF_RATE }),
      // The car's own midnight, a whole number of drops away from the programme's.
      genesis: from - ((from - genesis) % DROP_S) - LOCAL_START_S,
      from: free,
      firstWeekday: index % 5,
      endDay: Number.MAX_SAFE_INTEGER,
      sampleIntervalS: 5,
      odometerM: this.#startedAtM + FIRST_DRIVE.speedMps * (this.#firstDriveEndsAt - from),
    });
  }

  /** Where it stands, for the next start. */
  get memory(): CarMemory {
    return { odometerM: Math.ceil(this.#device.odometerM), sequence: this.#device.sequence };
  }

  /** Drives on up to a time. @returns The readings that it completed. */
  driveTo(time: number): DeviceReading[] {
    if (time < this.#firstDriveEndsAt) return this.#device.push(this.#firstDrive(time));
    const readings: DeviceReading[] = [];
    if (!this.#firstDriveEnded) {
      this.#firstDriveEnded = true;
      readings.push(...this.#device.push(this.#firstDrive(this.#firstDriveEndsAt)), ...this.#device.endTrip());
    }
    for (const event of this.#car.until(time)) {
      if (!isMark(event)) readings.push(...this.#device.push(event));
      else if (event.mark === "trip-ends") readings.push(...this.#device.endTrip());
      else this.#device.switchTripOff();
    }
    return readings;
  }

  #firstDrive(time: number) {
    const { speedMps } = FIRST_DRIVE;
    return { time, odometerM: this.#startedAtM + speedMps * (time - this.#from), speedMps, takeovers: 0 };
  }

  /** Ends whatever trip is under way. @returns Its last reading. */
  park(): DeviceReading[] {
    return this.#device.endTrip();
  }
}
