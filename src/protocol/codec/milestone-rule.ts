import { CairnError } from "../errors.ts";

/**
 * What an account must have done to reach a milestone (docs/operator.md, "Milestones"): so many counted metres within so many
 * consecutive days, or to have held one vehicle for so many days without a break.
 */
export type MilestoneRule =
  | { readonly kind: "metres"; readonly metres: number; readonly withinDays: number }
  | { readonly kind: "days"; readonly days: number };

/** Longest time that a rule may look back on, days: ten years. */
const MOST_DAYS = 3_653;

/**
 * The rule in a milestone's published text.
 * @param rule The text's member `rule`, as parsed from JSON.
 * @throws ARGUMENT_INVALID when it is no rule that this version knows.
 */
export function parseMilestoneRule(rule: unknown): MilestoneRule {
  const fields = (typeof rule === "object" && rule !== null ? rule : {}) as Readonly<Record<string, unknown>>;
  const { kind, metres, withinDays, days } = fields;
  const members = Object.keys(fields).length;
  if (kind === "metres" && members === 3 && isWhole(metres, 2 ** 32 - 1) && isWhole(withinDays, MOST_DAYS)) {
    return { kind, metres, withinDays };
  }
  if (kind === "days" && members === 2 && isWhole(days, MOST_DAYS)) return { kind, days };
  throw new CairnError("ARGUMENT_INVALID", "no rule of a milestone");
}

function isWhole(value: unknown, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= most;
}
