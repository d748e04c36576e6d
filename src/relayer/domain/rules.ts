import { CairnError } from "../../protocol/errors.ts";

/** The numbers of one version of the rules that the relayer works with (docs/protocol.md 1.6). */
export interface RuleSet {
  readonly dailyCapM: number;
  readonly windowDays: number;
  /** Units per metre. */
  readonly maxUnitsPerMetre: bigint;
  readonly challengeWindowS: number;
  readonly readingMaxAgeS: number;
  readonly receiptDeadlineS: number;
  readonly pushIntervalDays: number;
  /** Crystals that one day's settlement may add. */
  readonly maxCrystalsPerDay: number;
}

/** A version and the first day for which it holds. */
export interface RulesVersion {
  readonly version: number;
  readonly fromDay: number;
  readonly rules: RuleSet;
}

/**
 * The rules of a day: the newest version whose first day is not later.
 * @param versions In ascending order of version.
 * @throws UNEXPECTED when there is no version for the day, which the contract rules out.
 */
export function rulesOn(versions: readonly RulesVersion[], day: number): RuleSet {
  const found = versions.findLast(({ fromDay }) => fromDay <= day);
  if (found === undefined) throw new CairnError("UNEXPECTED", `no rules for day ${day}`);
  return found.rules;
}
