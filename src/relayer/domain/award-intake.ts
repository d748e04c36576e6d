import type { TaskAward } from "../../protocol/codec/award.ts";
import type { AwardRefusalCode } from "../../protocol/errors.ts";
import { dayOf, dropStart } from "../../protocol/schedule.ts";

/** A task as it is awarded, restrictions that are not final yet included. */
export interface TaskSituation {
  readonly crystals: number;
  readonly perDay: number;
  readonly fromDay: number;
  /** First day on which it is not awarded, 0 = open. */
  readonly untilDay: number;
}

/** From when until when a task key signs: `from` inclusive, 0 = never; `until` exclusive, 0 = still. */
export interface TaskKeyPeriod {
  readonly from: number;
  readonly until: number;
}

/** What is known of an award's task, signer and account. */
export interface AwardSituation {
  readonly task: TaskSituation | undefined;
  /** The signer's periods, all of which must hold; none when it was never a task key. */
  readonly keyPeriods: readonly TaskKeyPeriod[];
  /** Whether the account is one that moved. */
  readonly hasMoved: boolean;
  /** Whether task, account and occurrence were awarded before. */
  readonly isAwarded: boolean;
  /** Awards of the task to the account on the day of the award. */
  readonly awardedOnDay: number;
  /** Crystals awarded so far in the drops of the day that settles it. */
  readonly crystalsOfDay: number;
}

/** The moment of acceptance. Times in unix seconds of chain time. */
export interface AwardMoment {
  readonly genesis: number;
  readonly chainTime: number;
  /** The drop that takes what is accepted now. */
  readonly drop: number;
  /** Rules of the drop's day. */
  readonly readingMaxAgeS: number;
  readonly maxCrystalsPerDay: number;
}

/**
 * What is wrong with an award whose signature is one, in the present state (docs/protocol.md 13.1).
 * @returns A refusal code, or undefined when it is to be accepted.
 */
export function checkAward(
  award: TaskAward,
  situation: AwardSituation,
  moment: AwardMoment,
): AwardRefusalCode | undefined {
  return (
    checkTime(award, moment) ??
    checkTask(award, situation.task, moment) ??
    checkRight(award, situation) ??
    checkLimits(award, situation, moment)
  );
}

function checkTime({ awardedAt }: TaskAward, moment: AwardMoment): AwardRefusalCode | undefined {
  if (moment.chainTime < moment.genesis) return "AWARD_BEFORE_GENESIS";
  if (awardedAt > moment.chainTime) return "AWARD_FROM_FUTURE";
  const ageS = dropStart(moment.genesis, moment.drop) - awardedAt;
  return ageS > moment.readingMaxAgeS ? "AWARD_TOO_OLD" : undefined;
}

function checkTask(
  { crystals, awardedAt }: TaskAward,
  task: TaskSituation | undefined,
  { genesis }: AwardMoment,
): AwardRefusalCode | undefined {
  if (task === undefined) return "AWARD_TASK_UNKNOWN";
  if (crystals !== task.crystals) return "AWARD_CRYSTALS_WRONG";
  const day = dayOf(genesis, awardedAt);
  const isGiven = task.fromDay <= day && (task.untilDay === 0 || day < task.untilDay);
  return isGiven ? undefined : "AWARD_TASK_CLOSED";
}

/** Whether a key signed at a moment, by all of its periods. */
export function isTaskKeyAt(periods: readonly TaskKeyPeriod[], time: number): boolean {
  const holds = ({ from, until }: TaskKeyPeriod) => from !== 0 && from <= time && (until === 0 || time < until);
  return periods.length > 0 && periods.every(holds);
}

function checkRight(
  { awardedAt }: TaskAward,
  { keyPeriods, hasMoved, isAwarded }: AwardSituation,
): AwardRefusalCode | undefined {
  if (!isTaskKeyAt(keyPeriods, awardedAt)) return "AWARD_KEY_INVALID";
  if (isAwarded) return "AWARD_ALREADY";
  return hasMoved ? "AWARD_ACCOUNT_MOVED" : undefined;
}

function checkLimits(
  { crystals }: TaskAward,
  { task, awardedOnDay, crystalsOfDay }: AwardSituation,
  { maxCrystalsPerDay }: AwardMoment,
): AwardRefusalCode | undefined {
  if (awardedOnDay >= (task?.perDay ?? 0)) return "AWARD_LIMIT_REACHED";
  return crystalsOfDay + crystals > maxCrystalsPerDay ? "AWARD_DAY_FULL" : undefined;
}
