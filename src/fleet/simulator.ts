import { createDevice, type DeviceKey, type SkipCode } from "../device/index.ts";
import { CairnError, type Domain, DROP_S, type Hex } from "../protocol/index.ts";
import { type Delivery, Fleet, type FleetMember, MISCHIEF_BY_RATE, sumSkipped } from "./fleet.ts";
import { type Habit, usageOf } from "./habits.ts";
import { payloadSalt } from "./identity.ts";
import { Link, type OfflineRates } from "./link.ts";
import type { MischiefKind } from "./mischief.ts";
import { randomStream } from "./random.ts";
import { SimulatedCar } from "./simulated-car.ts";

/** A simulated vehicle in one ownership. */
export interface SimulatedVehicle {
  /** Labels its streams: one name for each car and ownership. The same seed and name give the same driving. */
  readonly name: string;
  readonly vehicle: Hex;
  readonly key: DeviceKey;
  /** First second of the pairing, unix seconds. */
  readonly from: number;
  /** End of the pairing, unix seconds; by default it has none. */
  readonly until?: number;
  /** By default drawn from the seed. */
  readonly habit?: Habit;
  /** The id of the same car in its earlier ownership: its odometer goes on from there. */
  readonly follows?: Hex;
}

export interface SimulatedFleetOptions {
  readonly seed: string;
  /** VehicleRegistry's EIP-712 domain. */
  readonly domain: Domain;
  /** First second of day 0, unix seconds: a local midnight. */
  readonly genesis: number;
  /** Days on which trips begin; what is late is delivered after them. */
  readonly days: number;
  readonly vehicles: readonly SimulatedVehicle[];
  /**
   * The consent for mining of a vehicle's owner at a time, unix seconds: a category mask, 0 for none. It is asked for
   * times up to the first second of the drop that is being made, and must stay true to what it once answered.
   */
  readonly consentMaskAt: (vehicle: Hex, time: number) => number;
  /** 0 Monday (default) … 6 Sunday. */
  readonly firstWeekday?: number;
  /** Seconds between samples; by default 10. It should divide 600, so that samples fall on the edges of drops. */
  readonly sampleIntervalS?: number;
  /** How often an owner switches the device off for a trip; by default 0.02. */
  readonly offRate?: number;
  /** By default 0.02 a car and day late, none too long. */
  readonly offline?: OfflineRates;
  /** Forgeries and repetitions for each honest reading; by default none. */
  readonly mischief?: { readonly rate: number; readonly kinds?: readonly MischiefKind[] };
  /** By default seven days, as in the default rules. */
  readonly readingMaxAgeS?: number;
}

export interface SimulatedFleet {
  /** Samples and steps that did not count, by code, of all cars together. */
  readonly skipped: Readonly<Partial<Record<SkipCode, number>>>;
  /** Readings that stayed in the car, since consent had ended before they could be delivered. */
  readonly withheld: number;
  /**
   * What is delivered in a drop, in the order of the vehicles and of each one's sequence. To be delivered while chain
   * time is in that drop; every honest reading ended at or before its first second.
   * @param drop Number of the drop; higher than in the call before.
   * @throws ARGUMENT_INVALID when it is not.
   */
  readingsOfDrop(drop: number): Promise<Delivery[]>;
  /** Adds a vehicle on the way. @throws ARGUMENT_INVALID when the fleet has it already or what it follows is unknown. */
  add(vehicle: SimulatedVehicle): void;
}

const DEFAULT_OFFLINE: OfflineRates = { late: 0.02, tooLong: 0 };

/**
 * A fleet that drives by habits over standard driving cycles (WLTC class 3b, UDDS, HWFET, US06), all from one seed: the
 * same options give the same readings, and one vehicle more or less changes nothing for the others.
 * @throws ARGUMENT_INVALID when a parameter is out of bounds or a vehicle is there twice.
 */
export function createSimulatedFleet(options: SimulatedFleetOptions): SimulatedFleet {
  const { genesis, domain, consentMaskAt, mischief, sampleIntervalS = 10 } = options;
  if (!Number.isSafeInteger(sampleIntervalS) || sampleIntervalS < 1 || sampleIntervalS > DROP_S) {
    throw new CairnError("ARGUMENT_INVALID", `a sample every ${sampleIntervalS} s`);
  }
  const members = new Map<Hex, FleetMember & { readonly feed: LazyCar }>();
  const fleet = new Fleet({
    domain,
    genesis,
    consentMaskAt,
    readingMaxAgeS: options.readingMaxAgeS ?? 604_800,
    mischief: { rate: mischief?.rate ?? 0, kinds: mischief?.kinds ?? MISCHIEF_BY_RATE },
  });
  const add = (vehicle: SimulatedVehicle): void => {
    const before = vehicle.follows === undefined ? undefined : members.get(vehicle.follows);
    if (vehicle.follows !== undefined && before === undefined) {
      throw new CairnError("ARGUMENT_INVALID", `${vehicle.name} follows a vehicle that the fleet does not have`);
    }
    const feed = new LazyCar(() => carOf(options, vehicle, before?.feed.odometerM));
    const member = { ...memberOf(options, vehicle), feed };
    fleet.add(member);
    members.set(vehicle.vehicle, member);
  };
  for (const vehicle of options.vehicles) add(vehicle);
  return {
    get skipped() {
      return sumSkipped([...members.values()].map(({ device }) => device.skipped));
    },
    get withheld() {
      return fleet.withheld;
    },
    readingsOfDrop: (drop) => fleet.readingsOfDrop(drop),
    add,
  };
}

/** A car that is made when it is first driven: only then is it known where its odometer stands. */
class LazyCar {
  readonly #make: () => SimulatedCar;
  #car: SimulatedCar | undefined;

  constructor(make: () => SimulatedCar) {
    this.#make = make;
  }

  get odometerM(): number {
    return this.#car?.odometerM ?? 0;
  }

  until(time: number): ReturnType<SimulatedCar["until"]> {
    this.#car ??= this.#make();
    return this.#car.until(time);
  }
}

function carOf(options: SimulatedFleetOptions, vehicle: SimulatedVehicle, beforeM: number | undefined): SimulatedCar {
  const { seed, genesis, days, firstWeekday = 0, sampleIntervalS = 10, offRate = 0.02 } = options;
  const { name, from, habit } = vehicle;
  return new SimulatedCar({
    usage: usageOf(seed, name, habit === undefined ? { offRate } : { habit, offRate }),
    genesis,
    from,
    firstWeekday,
    endDay: days,
    sampleIntervalS,
    odometerM: beforeM ?? randomStream(seed, name, "odometer").integer(10, 60_000) * 1_000,
  });
}

function memberOf(options: SimulatedFleetOptions, vehicle: SimulatedVehicle): Omit<FleetMember, "feed"> {
  const { seed, genesis, domain, consentMaskAt, offline = DEFAULT_OFFLINE } = options;
  const link = new Link(seed, vehicle.name, genesis, offline);
  const device = createDevice({
    vehicle: vehicle.vehicle,
    key: vehicle.key,
    domain,
    genesis,
    consentMaskAt: (time) => consentMaskAt(vehicle.vehicle, time),
    saltOf: (sequence) => payloadSalt(seed, vehicle.vehicle, sequence),
  });
  return {
    device,
    key: vehicle.key,
    from: vehicle.from,
    until: vehicle.until ?? Number.POSITIVE_INFINITY,
    isOnline: (time) => link.isOnline(time),
    mischief: randomStream(seed, vehicle.name, "mischief"),
  };
}
