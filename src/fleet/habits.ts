import { DAY_S } from "../protocol/index.ts";
import { type RandomStream, randomStream } from "./random.ts";
import { composeTrip, type Road, type Trip } from "./trip.ts";

/**
 * How a car is used. `commuter`: to work and back; `errands`: short ways in town; `weekender`: outings; `traveller`:
 * long distances on workdays, often above a daily cap of 200 km; `taxi`: shifts in town; `idle`: stands for days.
 */
export type Habit = "commuter" | "errands" | "weekender" | "traveller" | "taxi" | "idle";

/** A car's habit with what it keeps from day to day. */
export interface Usage {
  readonly seed: string;
  /** Labels its streams: the car's name and its ownership. */
  readonly name: string;
  readonly habit: Habit;
  /** The way to work, or of a usual long journey, metres. */
  readonly usualM: number;
  /** How often the owner switches the device off for a trip. */
  readonly offRate: number;
}

interface Way {
  /** Seconds since midnight. */
  readonly at: number;
  readonly metres: number;
  readonly road: Road;
}

/** A hundred cars by habit: a fleet of private cars with a few that drive for a living. */
const SHARES: readonly (readonly [habit: Habit, percent: number])[] = [
  ["commuter", 44],
  ["errands", 20],
  ["weekender", 12],
  ["traveller", 9],
  ["taxi", 5],
  ["idle", 10],
];
const HOUR_S = 3_600;
const MAX_WAYS_A_DAY = 60;

/** Draws a habit by its share of a fleet. */
function drawHabit(random: RandomStream): Habit {
  let rest = random.float() * 100;
  for (const [habit, percent] of SHARES) {
    if (rest < percent) return habit;
    rest -= percent;
  }
  return "idle";
}

/** A car's usage from the seed; a habit that is given is taken, else one is drawn. */
export function usageOf(seed: string, name: string, given: { habit?: Habit; offRate: number }): Usage {
  const random = randomStream(seed, name, "usage");
  const drawn = drawHabit(random);
  const habit = given.habit ?? drawn;
  const usualKm = habit === "traveller" ? random.between(70, 180) : 5 + 45 * random.float() ** 2;
  return { seed, name, habit, usualM: 1_000 * usualKm, offRate: given.offRate };
}

/**
 * The trips that begin on a day, in order and without overlap.
 * @param day Day of the programme, for the car's stream of that day.
 * @param weekday 0 Monday … 6 Sunday.
 * @param dayStartsAt Local midnight, unix seconds.
 * @param earliest When the car is free again, unix seconds.
 */
export function tripsOfDay(
  usage: Usage,
  { day, weekday, dayStartsAt, earliest }: { day: number; weekday: number; dayStartsAt: number; earliest: number },
): Trip[] {
  const random = randomStream(usage.seed, usage.name, "day", day);
  const ways = waysOfDay(usage, weekday >= 5, random)
    .slice(0, MAX_WAYS_A_DAY)
    .sort((a, b) => a.at - b.at);
  const trips: Trip[] = [];
  let free = Math.max(earliest, dayStartsAt);
  for (const way of ways) {
    const composed = composeTrip(random, way);
    const off = random.chance(usage.offRate);
    const startsAt = Math.max(dayStartsAt + Math.round(Math.max(0, way.at)), free);
    if (startsAt >= dayStartsAt + DAY_S) break;
    trips.push({ ...composed, startsAt, off });
    free = startsAt + composed.durationS + random.integer(60, 600);
  }
  return trips;
}

function waysOfDay(usage: Usage, weekend: boolean, random: RandomStream): Way[] {
  switch (usage.habit) {
    case "commuter":
      return weekend ? outing(random, { chance: 0.6, km: [4, 50] }) : commute(usage, random);
    case "errands":
      return errands(random, 0.7);
    case "weekender":
      return weekend ? outing(random, { chance: 0.85, km: [25, 120] }) : errands(random, 0.1);
    case "traveller":
      return weekend ? errands(random, 0.5) : journey(usage, random);
    case "taxi":
      return shift(random);
    case "idle":
      return errands(random, 0.12);
  }
}

/** To work in the morning peak, back in the evening peak, now and then somewhere else before or after. */
function commute({ usualM }: Usage, random: RandomStream): Way[] {
  if (!random.chance(0.92)) return errands(random, 0.4);
  const road: Road = usualM > 12_000 ? "mixed" : "town";
  const ways: Way[] = [
    { at: random.normal(7.7 * HOUR_S, 0.6 * HOUR_S), metres: usualM, road },
    { at: random.normal(17.6 * HOUR_S, 0.9 * HOUR_S), metres: usualM, road },
  ];
  if (random.chance(0.25)) ways.push(...thereAndBack(random, random.normal(19.5 * HOUR_S, HOUR_S), "town", [2, 8]));
  return ways;
}

function errands(random: RandomStream, chance: number): Way[] {
  if (!random.chance(chance)) return [];
  return Array.from({ length: random.integer(1, 3) }, () => random.between(9, 19) * HOUR_S).flatMap((at) =>
    thereAndBack(random, at, "town", [1.5, 10]),
  );
}

function outing(random: RandomStream, { chance, km }: { chance: number; km: readonly [number, number] }): Way[] {
  return random.chance(chance) ? thereAndBack(random, random.between(8, 15) * HOUR_S, "mixed", km) : [];
}

/** A long way out early and back late; some days another in between, so that the day exceeds the cap. */
function journey({ usualM }: Usage, random: RandomStream): Way[] {
  if (!random.chance(0.75)) return errands(random, 0.3);
  const metres = usualM * random.between(0.8, 1.2);
  const ways: Way[] = [
    { at: random.normal(7 * HOUR_S, 0.7 * HOUR_S), metres, road: "highway" },
    { at: random.normal(17 * HOUR_S, 1.2 * HOUR_S), metres, road: "highway" },
  ];
  if (random.chance(0.2)) ways.push({ at: 13 * HOUR_S, metres: metres / 2, road: "highway" });
  return ways;
}

/** Fares back to back; some shifts run past midnight. */
function shift(random: RandomStream): Way[] {
  if (!random.chance(0.85)) return [];
  const startsAt = random.pick([5, 6, 14, 16] as const) * HOUR_S;
  const endsAt = startsAt + random.between(7, 11) * HOUR_S;
  const ways: Way[] = [];
  for (let at = startsAt; at < endsAt && ways.length < MAX_WAYS_A_DAY; at += random.between(900, 2_400)) {
    ways.push({ at, metres: 1_000 * (2 + 18 * random.float() ** 2), road: "town" });
  }
  return ways;
}

function thereAndBack(random: RandomStream, at: number, road: Road, [minKm, maxKm]: readonly [number, number]): Way[] {
  const metres = 1_000 * random.between(minKm, maxKm);
  const stayS = random.between(0.3, 3) * HOUR_S;
  return [
    { at, metres, road },
    // The way back begins after some time on the way and there; a way that would overlap is put off by the caller.
    { at: at + metres / 10 + stayS, metres, road },
  ];
}
