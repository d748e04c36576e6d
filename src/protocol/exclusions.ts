import type { Hex } from "./codec/bytes.ts";
import { dayOf } from "./schedule.ts";

/** What an exclusion can be excluded for, by its code (docs/protocol.md 13.3). */
export const EXCLUSION_REASONS = {
  1: "false readings",
  2: "tampered odometer or device",
  3: "several accounts for one purpose",
  4: "court or authority",
  5: "other breach of the terms",
} as const satisfies Record<number, string>;

/** States of an exclusion by their code on the chain. */
export const EXCLUSION_STATES = ["none", "stands", "appealed", "upheld", "lifted"] as const;
export type ExclusionState = (typeof EXCLUSION_STATES)[number];

/** An exclusion of one account, as the contract keeps it. Days are of the programme. */
export interface Exclusion {
  readonly account: Hex;
  readonly number: number;
  readonly reason: number;
  readonly state: ExclusionState;
  readonly fromDay: number;
  /** First day that counts again, as it stands; an appeal that is not decided in time ends it earlier. */
  readonly untilDay: number;
  /** Last second in which an appeal can be decided, unix seconds; 0 = not appealed. */
  readonly decideBy: number;
}

type Term = Pick<Exclusion, "state" | "fromDay" | "untilDay" | "decideBy">;

/** A moment of the chain by which an exclusion is judged, unix seconds. */
export interface ExclusionMoment {
  readonly genesis: number;
  readonly chainTime: number;
}

/**
 * The first day that counts again. An appeal that nobody decided in time ends the exclusion with the day after; as long as it
 * can be decided, the exclusion stands as long as it was meant to (docs/protocol.md 13.3).
 */
export function endOfExclusion(exclusion: Term, { genesis, chainTime }: ExclusionMoment): number {
  const { state, fromDay, untilDay, decideBy } = exclusion;
  if (state !== "appealed" || chainTime <= decideBy) return untilDay;
  return Math.min(untilDay, Math.max(fromDay, dayOf(genesis, decideBy) + 1));
}

/**
 * Whether readings in drops of a day count no metres: `isExcluded` of the contract. For days up to that of the moment the
 * answer never changes again; for later ones it is as things stand.
 * @param exclusions All of the account's.
 */
export function isExcluded(exclusions: readonly Term[], day: number, moment: ExclusionMoment): boolean {
  return exclusions.some((exclusion) => exclusion.fromDay <= day && day < endOfExclusion(exclusion, moment));
}

/** Whether the account's newest exclusion lasts beyond the day after the moment's: then it can be appealed, lifted, followed. */
export function standingExclusion<T extends Term>(exclusions: readonly T[], moment: ExclusionMoment): T | undefined {
  const newest = exclusions.at(-1);
  const tomorrow = dayOf(moment.genesis, moment.chainTime) + 1;
  return newest !== undefined && endOfExclusion(newest, moment) > tomorrow ? newest : undefined;
}
