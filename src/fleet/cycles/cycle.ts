/** A standard schedule of speeds, one a second, and the distance it has come to by then. */
export interface Cycle {
  readonly name: string;
  /** Its last second. The arrays are one longer, since they begin with second 0. */
  readonly durationS: number;
  readonly distanceM: number;
  /** Speed at each second, m/s. */
  readonly speedsMps: Float64Array;
  /** Metres since second 0 at each second, by trapezoids. */
  readonly metresAt: Float64Array;
}

/**
 * Unpacks a schedule that is written as numbers between blanks.
 * @param perKmh How many of its units make 1 km/h.
 */
export function unpackCycle(name: string, perKmh: number, packed: string): Cycle {
  const speedsMps = Float64Array.from(packed.trim().split(/\s+/), (unit) => Number(unit) / perKmh / 3.6);
  const metresAt = new Float64Array(speedsMps.length);
  for (let second = 1; second < speedsMps.length; second++) {
    const mean = ((speedsMps[second - 1] as number) + (speedsMps[second] as number)) / 2;
    metresAt[second] = (metresAt[second - 1] as number) + mean;
  }
  const durationS = speedsMps.length - 1;
  return { name, durationS, distanceM: metresAt[durationS] as number, speedsMps, metresAt };
}
