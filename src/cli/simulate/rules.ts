import { DEFAULT_RULES, type RuleSet } from "../../chain/write/rule-set.ts";
import { DAY_S } from "../../protocol/index.ts";

/** A rule of a simulation that is not the published one. */
export interface RelaxedRule {
  readonly rule: string;
  readonly value: number;
  readonly default: number;
}

/** Pushes in a simulation: often enough that there are several, seldom enough that each is worth its gas. */
const LONGEST_PUSH_INTERVAL_DAYS = 10;
const OBJECTION_S = 2 * DAY_S;
/** How long the operator of a simulation may take to fulfil an order, seconds. */
export const FULFILMENT_S = 2 * DAY_S;

/** The rules of a simulation: the published ones, save that orders and credits come within its days. */
export function simulationRules(days: number): RuleSet {
  return {
    ...DEFAULT_RULES,
    redemptionDelayDays: 1,
    pushIntervalDays: Math.min(LONGEST_PUSH_INTERVAL_DAYS, Math.max(1, Math.floor(days / 3))),
    objectionS: OBJECTION_S,
  };
}

/** What of a simulation's rules differs from the published ones, by name. */
export function relaxedRules(rules: RuleSet): RelaxedRule[] {
  const names = Object.keys(DEFAULT_RULES) as (keyof RuleSet)[];
  const relaxed = names
    .filter((rule) => rules[rule] !== DEFAULT_RULES[rule])
    .map((rule) => ({ rule, value: Number(rules[rule]), default: Number(DEFAULT_RULES[rule]) }));
  // No rule of the contracts, but a deadline that real items would not have.
  return [...relaxed, { rule: "item.fulfilmentS", value: FULFILMENT_S, default: DEFAULT_RULES.maxFulfilmentS }];
}
