import type { Hex } from "../../../protocol/codec/bytes.ts";
import { DAY_S } from "../../../protocol/codec/codes.ts";
import type { DayRow } from "../../../protocol/codec/rows.ts";

/** An account's counted metres at the end of a day. */
type Metres = Pick<DayRow, "account" | "metres">;

/**
 * Accounts that have driven so far within the days that end with a day: whose metres grew by as much since the end of the day
 * before them.
 * @param at Rows of the day's file.
 * @param before Rows of the file of `withinDays` days earlier; none before day 0.
 * @param least Metres.
 * @returns In the order of the rows.
 */
export function reachedMetres(at: readonly Metres[], before: readonly Metres[], least: number): Hex[] {
  const had = new Map(before.map(({ account, metres }) => [account, metres]));
  return at.filter(({ account, metres }) => metres - (had.get(account) ?? 0) >= least).map(({ account }) => account);
}

/** The time for which a vehicle was held. */
export interface Holding {
  readonly account: Hex;
  /** Unix seconds at which the vehicle's pairing began, under whatever account. */
  readonly since: number;
  /** Unix seconds at which it ended, 0 = it stands. */
  readonly until: number;
}

/**
 * Accounts whose vehicle was held for so many days without a break, by a moment.
 * @param time Unix seconds of chain time.
 * @returns Each once, in ascending order.
 */
export function reachedDays(holdings: readonly Holding[], days: number, time: number): Hex[] {
  const reached = holdings.filter(
    ({ since, until }) => (until === 0 ? time : Math.min(until, time)) - since >= days * DAY_S,
  );
  return [...new Set(reached.map(({ account }) => account))].sort();
}
