import type { RuleSet, RulesVersion } from "../domain/rules.ts";
import type { Db } from "./open.ts";

/** The numbers that the relayer works with, of a rule set as the contract gives it. */
export function parseRules(rules: RuleSet): RuleSet {
  return {
    dailyCapM: rules.dailyCapM,
    windowDays: rules.windowDays,
    maxUnitsPerMetre: rules.maxUnitsPerMetre,
    challengeWindowS: rules.challengeWindowS,
    readingMaxAgeS: rules.readingMaxAgeS,
    receiptDeadlineS: rules.receiptDeadlineS,
    pushIntervalDays: rules.pushIntervalDays,
    maxCrystalsPerDay: rules.maxCrystalsPerDay,
  };
}

/** Rules as they are stored. */
export function stringifyRules(rules: RuleSet): string {
  return JSON.stringify({ ...rules, maxUnitsPerMetre: rules.maxUnitsPerMetre.toString() });
}

/** All final versions of the rules, in order. */
export async function readRules(db: Db): Promise<RulesVersion[]> {
  const rows = await db.selectFrom("chain_rules").selectAll().orderBy("version").execute();
  return rows.map(({ version, from_day, rules }) => {
    const stored = JSON.parse(rules) as Omit<RuleSet, "maxUnitsPerMetre"> & { maxUnitsPerMetre: string };
    return { version, fromDay: from_day, rules: { ...stored, maxUnitsPerMetre: BigInt(stored.maxUnitsPerMetre) } };
  });
}
