import type { AuditReport } from "../../src/auditor/index.ts";
import { judgeFindings } from "../../test/support/audit-expectations.ts";
import type { Demand, Means } from "../../test/support/corruptions/corruption.ts";

/** What became of one corruption. */
export interface Outcome {
  /** What was corrupted. */
  readonly where: string;
  readonly when: string;
  readonly means: Means;
  readonly by: string;
  /** Codes that had to be found, each with how often. */
  readonly demanded: Readonly<Record<string, number>>;
  /** What was demanded and not found. */
  readonly missing: readonly string[];
  /** What was found and not demanded. */
  readonly foreign: readonly string[];
}

/** Whether a corruption was found and rightly named. */
export function isFound({ missing, foreign }: Outcome): boolean {
  return missing.length === 0 && foreign.length === 0;
}

/** Holds what an audit says against what it had to find. */
export function outcomeOf(
  what: Pick<Outcome, "where" | "when" | "means" | "by">,
  report: AuditReport,
  demands: readonly Demand[],
): Outcome {
  const { where, when, means, by } = what;
  const { missing, surplus } = judgeFindings(report, demands);
  return {
    ...{ where, when, means, by },
    demanded: countOf(demands.map(([code]) => code)),
    missing: missing.map(([code, subject]) => `${code} ${subject}`),
    foreign: surplus.map(({ code, subject }) => `${code} ${subject}`),
  };
}

function countOf(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
