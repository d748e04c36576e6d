import { CairnError, DAY_S } from "../../src/protocol/index.ts";

/** First second of day 0: unix seconds, or the first midnight at a distance from UTC that is still to come. */
export type Genesis = number | `next midnight at ${string}`;

const NEXT_MIDNIGHT = /^next midnight at ([+-])(\d\d):(\d\d)$/;
/** Every clock in use is whole quarters of an hour away from UTC, so every midnight is one of these seconds. */
const QUARTER_S = 900;
/** Clocks on land reach from UTC-12 to UTC+14. */
const FARTHEST_S = 14 * 3_600;
/** Further ahead, it is milliseconds or a typing error. */
const FARTHEST_AHEAD_S = 366 * DAY_S;

/** Reads the field `genesis` of a configuration. @throws CONFIG_INVALID. */
export function parseGenesis(value: unknown): Genesis {
  if (typeof value === "string" && Math.abs(distanceFromUtc(value)) <= FARTHEST_S) return value as Genesis;
  if (Number.isSafeInteger(value) && (value as number) > 0 && (value as number) % QUARTER_S === 0) {
    return value as number;
  }
  return invalid(`a midnight in unix seconds, or "next midnight at +08:00" with the clock's distance from UTC`);
}

/**
 * The second that is meant. A genesis that has begun may not be older than a day: drops before the deployment can have no
 * readings, so what is emitted for them would be lost to everybody.
 * @param now Time of the chain, unix seconds.
 * @throws CONFIG_INVALID.
 */
export function resolveGenesis(genesis: Genesis, now: number): number {
  if (typeof genesis === "string") {
    const distance = distanceFromUtc(genesis);
    return Math.floor((now + distance) / DAY_S + 1) * DAY_S - distance;
  }
  if (genesis < now - DAY_S) return invalid(`of today or later: the chain's time is ${now}`);
  if (genesis > now + FARTHEST_AHEAD_S) return invalid(`within a year: the chain's time is ${now}`);
  return genesis;
}

/** Whether a configuration's genesis can have become this second. */
export function fitsGenesis(genesis: Genesis, second: number): boolean {
  if (typeof genesis === "number") return genesis === second;
  return (second + distanceFromUtc(genesis)) % DAY_S === 0;
}

/** Seconds by which a clock is ahead of UTC; not a number when the text is none of ours. */
function distanceFromUtc(text: string): number {
  const [, sign, hours, minutes] = NEXT_MIDNIGHT.exec(text) ?? [];
  const distance = Number(hours) * 3_600 + Number(minutes) * 60;
  return sign === "-" ? -distance : distance;
}

function invalid(wanted: string): never {
  throw new CairnError("CONFIG_INVALID", `genesis is not ${wanted}`, { details: { field: "genesis" } });
}
