import type { Hex } from "./codec/bytes.ts";
import type { ExclusionState } from "./codec/codes.ts";
import { dayOf } from "./schedule.ts";

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
  const { state, untilDay, decideBy } = exclusion;
  if (state !== "appealed" || chainTime <= decideBy) return untilDay;
  return Math.min(untilDay, dayOf(genesis, decideBy) + 1);
}

/**
 * Whether readings in drops of a day count no metres: `isExcluded` of the contract. For days up to that of the moment the
 * answer never changes again; for later ones it is as things stand.
 * @param exclusions All of the account's.
 */
export function isExcluded(exclusions: readonly Term[], day: number, moment: ExclusionMoment): boolean {
  return exclusions.some((exclusion) => exclusion.fromDay <= day && day < endOfExclusion(exclusion, moment));
}

/** Whether an exclusion lasts beyond the day after the moment's: then it can be appealed, decided, lifted and followed. */
export function standsBeyondTomorrow(exclusion: Term, moment: ExclusionMoment): boolean {
  return endOfExclusion(exclusion, moment) > dayOf(moment.genesis, moment.chainTime) + 1;
}
