import { DEFAULT_RULES, type RuleSet } from "../../chain/write/rule-set.ts";
import { DAY_S, dayOf } from "../../protocol/index.ts";
import { type Judgements, termChanges } from "./term-changes.ts";
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
  /** The versions that there are, in order. */
  readonly versions: readonly RulesVersion[];
}

/** A version of the rules, and the first day on which it holds. */
export interface RulesVersion {
  readonly fromDay: number;
  readonly rules: RuleSet;
}

/** The rules that hold on the day before a version's first day: what it changes for owners. */
export function rulesBefore(versions: readonly RulesVersion[], fromDay: number): RuleSet {
  const before = versions.findLast((version) => version.fromDay < fromDay) ?? versions[0];
  if (before === undefined) throw new TypeError("a programme is deployed with rules");
  return before.rules;
}

/**
 * Whether rules need notice from a day on: when they are worse than the newest version and worse than what holds on the day before
 * (docs/protocol.md, section 11).
 */
export function needsNotice(rules: RuleSet, versions: readonly RulesVersion[], fromDay: number): boolean {
  const isWorseThan = (before: RuleSet) => termChanges(before, rules, RULE_JUDGEMENTS).some(({ worse }) => worse);
  const newest = versions.at(-1);
  return (newest === undefined || isWorseThan(newest.rules)) && isWorseThan(rulesBefore(versions, fromDay));
}

/** The first day from which rules can hold. */
export function earliestDay(rules: RuleSet, { genesis, now, noticeS, versions }: RulesClock): number {
  const begun = Math.max(dayOf(genesis, now) + 1, versions.at(-1)?.fromDay ?? 0);
  const noticed = Math.ceil((now + TO_SEND_S + noticeS - genesis) / DAY_S);
  return needsNotice(rules, versions, begun) ? Math.max(begun, noticed) : begun;
}
