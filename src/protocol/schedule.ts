import { DROP_S, DROPS_PER_DAY, UNITS_PER_STONE } from "./codec/codes.ts";

/** Drops of one era: after each the reward halves (docs/protocol.md 1.3). */
export const DROPS_PER_ERA = 210_000;
const FIRST_REWARD = 500n * UNITS_PER_STONE;

/** Units that a drop emits. */
export function reward(drop: number): bigint {
  return FIRST_REWARD >> BigInt(Math.floor(drop / DROPS_PER_ERA));
}

/** Units emitted by all drops before `drop`, in closed form over the eras: Σ reward(k), k < drop. */
export function emittedBefore(drop: number): bigint {
  let sum = 0n;
  for (let era = 0; era * DROPS_PER_ERA < drop; era++) {
    const perDrop = FIRST_REWARD >> BigInt(era);
    if (perDrop === 0n) break;
    sum += perDrop * BigInt(Math.min(DROPS_PER_ERA, drop - era * DROPS_PER_ERA));
  }
  return sum;
}

/** E: units that a day emits. An era can end inside it. */
export function emittedOn(day: number): bigint {
  return emittedBefore(DROPS_PER_DAY * (day + 1)) - emittedBefore(DROPS_PER_DAY * day);
}

/** The drop of a moment at or after genesis. */
export function dropOf(genesis: number, time: number): number {
  return Math.floor((time - genesis) / DROP_S);
}

/** First second of a drop. */
export function dropStart(genesis: number, drop: number): number {
  return genesis + DROP_S * drop;
}

/** The day of a moment; what lies before genesis counts as day 0 (docs/protocol.md 1.2). */
export function dayOf(genesis: number, time: number): number {
  return Math.max(0, Math.floor(dropOf(genesis, time) / DROPS_PER_DAY));
}

/** First second of a day. */
export function dayStart(genesis: number, day: number): number {
  return dropStart(genesis, DROPS_PER_DAY * day);
}
