import type { Hex } from "../../../protocol/codec/bytes.ts";
import { hashWords } from "../../../protocol/codec/keccak.ts";
import { CairnError } from "../../../protocol/errors.ts";
import type { TaskDocument } from "../../documents/schemas.ts";

/** A task's terms as the chain has them. */
export interface TaskTerms {
  readonly crystals: number;
  readonly perDay: number;
  readonly fromDay: number;
  /** First day on which it is not awarded any more, 0 = open. */
  readonly untilDay: number;
  readonly contentHash: Hex;
}

/** What was awarded on the day so far. */
export interface AwardsOfDay {
  /** Awards of the task to the account. */
  readonly ofAccount: number;
  /** Crystals of all tasks to all accounts. */
  readonly crystals: number;
}

/** Whether a task is awarded on a day. */
export function isOpenOn({ fromDay, untilDay }: Pick<TaskTerms, "fromDay" | "untilDay">, day: number): boolean {
  return day >= fromDay && (untilDay === 0 || day < untilDay);
}

/**
 * Requires that one more award of a task stays within its terms and the day's crystals.
 * @param so What was awarded on the day so far.
 * @param mostCrystals maxCrystalsPerDay of the day's rules.
 * @throws TASK_NOT_OPEN, AWARD_LIMIT_REACHED.
 */
export function requireAwardable(
  terms: TaskTerms,
  day: number,
  { so, mostCrystals }: { so: AwardsOfDay; mostCrystals: number },
): void {
  if (!isOpenOn(terms, day)) throw new CairnError("TASK_NOT_OPEN", undefined, { details: { day } });
  if (so.ofAccount >= terms.perDay) {
    throw new CairnError("AWARD_LIMIT_REACHED", "the account has had this task's awards of the day", {
      details: { day, perDay: terms.perDay },
    });
  }
  if (so.crystals + terms.crystals > mostCrystals) {
    throw new CairnError("AWARD_LIMIT_REACHED", "the programme's crystals of the day are awarded", {
      details: { day, maxCrystalsPerDay: mostCrystals },
    });
  }
}

/** The occurrence of a task of the day: `keccak256(abi.encode(day))`. */
export function occurrenceOfDay(day: number): Hex {
  return hashWords([day]);
}

/**
 * The occurrence for which a task is awarded.
 * @param given What the caller names; a task of the day needs none, and takes no other than the day's.
 * @throws BODY_INVALID when it is missing, zero, or another than the day's.
 */
export function occurrenceOf(task: Pick<TaskDocument, "occurrence">, day: number, given: Hex | undefined): Hex {
  const occurrence = task.occurrence === "day" ? occurrenceOfDay(day) : given;
  if (occurrence === undefined) throw new CairnError("BODY_INVALID", "the occurrence is missing");
  if (given !== undefined && given !== occurrence) {
    throw new CairnError("BODY_INVALID", "a task of the day has the occurrence of the day");
  }
  if (BigInt(occurrence) === 0n) throw new CairnError("BODY_INVALID", "the occurrence is zero");
  return occurrence;
}
