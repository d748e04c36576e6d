import { DAY_S } from "../../protocol/index.ts";
import type { ImportSkipCode } from "./codes.ts";

/** 1 January 2000 and 2100, unix seconds: clocks outside have never been set. */
const EARLIEST = 946_684_800;
const LATEST = 4_102_444_800;

const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/** A decimal number: undefined when nothing is there, NaN when what is there is none. */
export function decimal(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") return undefined;
  const number = DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(number) ? number : Number.NaN;
}

/** Whether a clock can have shown this, unix seconds. */
export function isClockTime(time: number): boolean {
  return Number.isSafeInteger(time) && time >= EARLIEST && time < LATEST;
}

/** A date and time of day as a clock shows them. Months count from 1. */
export interface ClockTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
}

/**
 * Unix seconds of what a clock shows.
 * @param utcOffsetS What the clock is ahead of UTC, seconds.
 * @returns Undefined when no calendar or clock shows that.
 */
export function unixOf(clock: ClockTime, utcOffsetS: number): number | undefined {
  const { year, month, day, hour = 0, minute = 0, second = 0 } = clock;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date carries the 31st of April over to May: only what comes back unchanged was a date.
  const same =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  const time = date.getTime() / 1000 - utcOffsetS;
  return same && isClockTime(time) ? time : undefined;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(Z?)$/;

/**
 * Reads `YYYY-MM-DD hh:mm:ss`, with a blank or a T, and a Z where the clock shows UTC.
 * @param utcOffsetS The offset of clocks without a Z, seconds.
 * @returns Unix seconds, or undefined.
 */
export function isoTime(text: string, utcOffsetS: number): number | undefined {
  const [, year, month, day, hour, minute, second, zone] = ISO.exec(text.trim()) ?? [];
  const clock = { year, month, day, hour, minute, second };
  return unixOf(numbers(clock), zone === "Z" ? 0 : utcOffsetS);
}

/** Texts of digits as numbers; what is missing becomes NaN, which no clock shows. */
export function numbers<Name extends string>(texts: Record<Name, string | undefined>): Record<Name, number> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Number(text)])) as Record<Name, number>;
}

/** A position as a sample has it. */
export interface Position {
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
}

/** A position on Earth, or why these degrees are none. */
export function positionOf(
  latitudeDeg: number | undefined,
  longitudeDeg: number | undefined,
): Position | Extract<ImportSkipCode, "POSITION_IMPOSSIBLE" | "POSITION_ZERO" | "ROW_INVALID"> {
  if (latitudeDeg === undefined || longitudeDeg === undefined) return "ROW_INVALID";
  if (Number.isNaN(latitudeDeg) || Number.isNaN(longitudeDeg)) return "ROW_INVALID";
  if (Math.abs(latitudeDeg) > 90 || Math.abs(longitudeDeg) > 180) return "POSITION_IMPOSSIBLE";
  return latitudeDeg === 0 && longitudeDeg === 0 ? "POSITION_ZERO" : { latitudeDeg, longitudeDeg };
}

/**
 * Whether a time can belong to a file that is named after a date: that day, or the day before or after it, since drives
 * go on over midnight.
 * @param midnight The first second of that date, unix seconds; undefined when the name has none, and then nothing fits.
 */
export function isNearDate(time: number, midnight: number | undefined): boolean {
  return midnight !== undefined && time >= midnight - DAY_S && time < midnight + 2 * DAY_S;
}
