import { type Cycle, HWFET, UDDS, US06, WLTC_3B } from "./cycles/index.ts";
import type { RandomStream } from "./random.ts";

/** What kind of roads a trip takes: which schedules it is made of. */
export type Road = "town" | "mixed" | "highway";

/** A part of a trip: the first seconds of a schedule, driven somewhat faster or slower. */
interface Leg {
  readonly cycle: Cycle;
  readonly factor: number;
  readonly seconds: number;
}

export interface Trip {
  /** Unix seconds. */
  readonly startsAt: number;
  readonly durationS: number;
  readonly distanceM: number;
  readonly legs: readonly Leg[];
  /** Whether the owner has switched the device off for this trip. */
  readonly off: boolean;
}

/** Where a trip stands at a second. */
export interface TripState {
  /** Metres since its start. */
  readonly metres: number;
  readonly speedMps: number;
}

const SCHEDULES: Readonly<Record<Road, readonly [Cycle, ...Cycle[]]>> = {
  town: [UDDS],
  mixed: [WLTC_3B, WLTC_3B, UDDS, HWFET],
  highway: [HWFET, HWFET, US06, WLTC_3B],
};
const MAX_LEGS = 100;

/** The legs of a way of about that many metres: it ends at a standstill of a schedule, so seldom exactly there. */
export function composeTrip(
  random: RandomStream,
  target: { metres: number; road: Road },
): Omit<Trip, "startsAt" | "off"> {
  const legs: Leg[] = [];
  let distanceM = 0;
  let durationS = 0;
  while (distanceM < target.metres && legs.length < MAX_LEGS) {
    const restM = target.metres - distanceM;
    const drawn = random.pick(SCHEDULES[target.road]);
    const cycle = restM < drawn.distanceM / 2 ? UDDS : drawn;
    const factor = random.between(0.9, 1.1);
    const seconds = standstillAfter(cycle, restM / factor);
    legs.push({ cycle, factor, seconds });
    distanceM += (cycle.metresAt[seconds] as number) * factor;
    durationS += seconds;
  }
  return { legs, distanceM, durationS };
}

/** The first second at or after which a schedule has come to those metres and stands; else its last. */
function standstillAfter(cycle: Cycle, metres: number): number {
  for (let second = 1; second < cycle.durationS; second++) {
    if ((cycle.metresAt[second] as number) >= metres && cycle.speedsMps[second] === 0) return second;
  }
  return cycle.durationS;
}

/** Where a trip stands some whole seconds after its start. */
export function tripAt(trip: Trip, second: number): TripState {
  let metres = 0;
  let rest = second;
  for (const { cycle, factor, seconds } of trip.legs) {
    if (rest <= seconds) {
      return {
        metres: metres + (cycle.metresAt[rest] as number) * factor,
        speedMps: (cycle.speedsMps[rest] as number) * factor,
      };
    }
    metres += (cycle.metresAt[seconds] as number) * factor;
    rest -= seconds;
  }
  return { metres, speedMps: 0 };
}
