import { DEFAULT_RULES, type RuleSet } from "../../chain/write/rule-set.ts";
import { DAY_S, dayOf } from "../../protocol/index.ts";
import type { Judgements, TermChange } from "./term-changes.ts";
import { TermsFile } from "./terms-file.ts";

/** What makes a rule better for owners (docs/protocol.md, section 11). */
export const RULE_JUDGEMENTS: Judgements<RuleSet> = {
  dailyCapM: "higher",
  windowDays: "neither",
  maxUnitsPerMetre: "higher",
  challengeWindowS: "neither",
  noticeS: "higher",
  redemptionDelayDays: "lower",
  readingMaxAgeS: "higher",
  receiptDeadlineS: "lower",
  objectionS: "neither",
  maxFulfilmentS: "lower",
  pushIntervalDays: "neither",
  maxCrystalsPerDay: "higher",
  maxRegistrationsPerDay: "lower",
};

const RULE_NAMES = Object.keys(DEFAULT_RULES) as (keyof RuleSet)[];

/** The rules in a file; what it leaves out stays as in the version before. @throws FILE_UNREADABLE, ARGUMENT_INVALID. */
export function readRuleSet(path: string, before: RuleSet): RuleSet {
  const file = new TermsFile(path, RULE_NAMES);
  const entries = RULE_NAMES.map((name) => [
    name,
    name === "maxUnitsPerMetre" ? file.wide(name, 64, before[name]) : file.whole(name, 2 ** 32 - 1, before[name]),
  ]);
  return Object.fromEntries(entries) as RuleSet;
}

/** Time for people to read, ask and send before the day turns, seconds. */
const TO_SEND_S = 3_600;

/** What decides from which day a new version can hold. */
export interface RulesClock {
  readonly genesis: number;
  /** Chain time, unix seconds. */
  readonly now: number;
  /** noticeS of today's rules. */
  readonly noticeS: number;
  /** First day of the newest version. */
  readonly newestFrom: number;
}

/** The first day from which a version with some changes can hold. */
export function earliestDay(changes: readonly TermChange[], { genesis, now, noticeS, newestFrom }: RulesClock): number {
  const tomorrow = dayOf(genesis, now) + 1;
  const begun = Math.max(tomorrow, newestFrom);
  if (!changes.some(({ worse }) => worse)) return begun;
  const noticed = Math.ceil((now + TO_SEND_S + noticeS - genesis) / DAY_S);
  return Math.max(begun, noticed);
}
