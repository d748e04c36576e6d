import assert from "node:assert/strict";
import type { AuditReport, Finding } from "../../src/auditor/index.ts";
import type { Demand } from "./corruptions/corruption.ts";

/** What an audit says beside what it had to say. */
export interface Judgement {
  readonly missing: readonly Demand[];
  /** Findings that nobody asked for, or a second time. */
  readonly surplus: readonly Finding[];
}

/** Holds an audit's findings against what it must find: each demand takes one finding. */
export function judgeFindings({ findings }: Pick<AuditReport, "findings">, wanted: readonly Demand[]): Judgement {
  const surplus = [...findings];
  const missing = wanted.filter(([code, subject]) => {
    const at = surplus.findIndex((finding) => finding.code === code && matches(finding.subject, subject));
    if (at >= 0) surplus.splice(at, 1);
    return at < 0;
  });
  return { missing, surplus };
}

/**
 * Asserts that an audit found these things and nothing else.
 * @param wanted Code and subject of each finding; a subject may be a pattern.
 */
export function assertFindings(report: AuditReport, wanted: readonly Demand[]): void {
  assert.deepEqual(judgeFindings(report, wanted), { missing: [], surplus: [] });
  assert.equal(report.verdict, wanted.length === 0 ? "clean" : "findings");
}

function matches(actual: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? actual === wanted : wanted.test(actual);
}
