import { DAY_S, dayOf, dayStart } from "../protocol/index.ts";
import type { FeedEvent, SampleFeed } from "./feed.ts";
import { tripsOfDay, type Usage } from "./habits.ts";
import { type RandomStream, randomStream } from "./random.ts";
import { type Trip, tripAt } from "./trip.ts";

export interface SimulatedCarOptions {
  readonly usage: Usage;
  /** First second of day 0, unix seconds: a local midnight. */
  readonly genesis: number;
  /** First second of its use, unix seconds. */
  readonly from: number;
  /** Day of the week of day 0: 0 Monday … 6 Sunday. */
  readonly firstWeekday: number;
  /** No trip begins on this day of the programme or later. */
  readonly endDay: number;
  readonly sampleIntervalS: number;
  readonly odometerM: number;
}

/** A trip on the way: where its last sample was taken; before the first one, at second -1. */
interface Drive {
  readonly trip: Trip;
  readonly random: RandomStream;
  second: number;
  metres: number;
  speedMps: number;
}

const BATTERY_KWH = 75;
const KWH_PER_M = 0.00017;
/** One unexpected takeover in about that many metres with driving assistance. */
const METRES_PER_TAKEOVER = 250_000;
const METRES_PER_DEGREE = 111_195;

/** A car that drives by its habit, and senses more than may ever leave it. */
export class SimulatedCar implements SampleFeed {
  readonly #options: SimulatedCarOptions;
  readonly #home: { latitudeDeg: number; longitudeDeg: number };
  #odometerM: number;
  #energyKwh = 0.8 * BATTERY_KWH;
  #planned: Trip[] = [];
  #nextDay: number;
  #free: number;
  #driving: Drive | undefined;

  constructor(options: SimulatedCarOptions) {
    this.#options = options;
    this.#odometerM = options.odometerM;
    this.#free = options.from;
    this.#nextDay = dayOf(options.genesis, options.from);
    const random = randomStream(options.usage.seed, options.usage.name, "home");
    this.#home = { latitudeDeg: random.between(31.1, 31.4), longitudeDeg: random.between(121.2, 121.7) };
  }

  /** Metres on the clock. */
  get odometerM(): number {
    return this.#odometerM;
  }

  until(time: number): FeedEvent[] {
    const events: FeedEvent[] = [];
    for (;;) {
      if (this.#driving === undefined) {
        const trip = this.#nextTrip(time);
        if (trip === undefined) return events;
        const random = randomStream(this.#options.usage.seed, this.#options.usage.name, "trip", trip.startsAt);
        this.#driving = { trip, random, second: -1, metres: 0, speedMps: 0 };
        if (trip.off) events.push({ mark: "trip-off" });
      }
      if (!this.#drive(this.#driving, time, events)) return events;
      this.#driving = undefined;
      events.push({ mark: "trip-ends" });
    }
  }

  /** The next trip that begins at or before a time; plans the days up to it. */
  #nextTrip(time: number): Trip | undefined {
    const { usage, genesis, firstWeekday, endDay } = this.#options;
    while (this.#planned.length === 0 && this.#nextDay < endDay && dayStart(genesis, this.#nextDay) <= time) {
      const day = this.#nextDay++;
      const weekday = (day + firstWeekday) % 7;
      const dayStartsAt = dayStart(genesis, day);
      this.#planned = tripsOfDay(usage, { day, weekday, dayStartsAt, earliest: this.#free });
      const last = this.#planned.at(-1);
      if (last !== undefined) this.#free = last.startsAt + last.durationS + 60;
    }
    const next = this.#planned[0];
    if (next === undefined || next.startsAt > time) return undefined;
    this.#planned.shift();
    // A car that stood long enough to be charged starts with a full battery.
    if ((next.startsAt - genesis) % DAY_S < 10 * 3_600) this.#energyKwh = Math.max(this.#energyKwh, 0.9 * BATTERY_KWH);
    return next;
  }

  /** Drives on up to a time. @returns Whether the trip is over. */
  #drive(driving: Drive, time: number, events: FeedEvent[]): boolean {
    const { trip } = driving;
    const { genesis, sampleIntervalS } = this.#options;
    while (driving.second < trip.durationS) {
      // Samples lie on a grid of whole intervals since genesis, besides a trip's first and last second.
      const sinceGrid = (trip.startsAt + driving.second - genesis) % sampleIntervalS;
      const next = driving.second < 0 ? 0 : Math.min(trip.durationS, driving.second + sampleIntervalS - sinceGrid);
      if (trip.startsAt + next > time) return false;
      this.#sample(driving, next, events);
    }
    return true;
  }

  #sample(driving: Drive, second: number, events: FeedEvent[]): void {
    const { trip, random } = driving;
    const { metres, speedMps } = tripAt(trip, second);
    const driven = metres - driving.metres;
    this.#odometerM += driven;
    this.#energyKwh -= driven * KWH_PER_M;
    if (this.#energyKwh < 0.05 * BATTERY_KWH) this.#energyKwh = 0.8 * BATTERY_KWH;
    events.push({
      time: trip.startsAt + second,
      odometerM: this.#odometerM,
      speedMps,
      accelerationMps2: second > driving.second ? (speedMps - driving.speedMps) / (second - driving.second) : 0,
      takeovers: random.chance(driven / METRES_PER_TAKEOVER) ? 1 : 0,
      stateOfChargePct: (100 * this.#energyKwh) / BATTERY_KWH,
      latitudeDeg: this.#home.latitudeDeg + metres / METRES_PER_DEGREE / 2,
      longitudeDeg: this.#home.longitudeDeg + metres / METRES_PER_DEGREE / 2,
      driverAttentionPct: 90,
      appActions: 0,
    });
    driving.second = second;
    driving.metres = metres;
    driving.speedMps = speedMps;
  }
}
