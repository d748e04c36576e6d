import assert from "node:assert/strict";
import type { AuditReport, FindingCode } from "../../src/auditor/index.ts";

/**
 * Asserts that an audit found these things and nothing else.
 * @param wanted Code and subject of each finding; a subject may be a pattern.
 */
export function assertFindings(
  report: AuditReport,
  wanted: readonly (readonly [FindingCode, string | RegExp])[],
): void {
  const found = report.findings.map(({ code, subject }) => [code, subject] as const);
  const missing = wanted.filter(
    ([code, subject]) => !found.some((finding) => finding[0] === code && matches(finding[1], subject)),
  );
  const surplus = report.findings.filter(
    (finding) => !wanted.some(([code, subject]) => finding.code === code && matches(finding.subject, subject)),
  );
  assert.deepEqual({ missing, surplus }, { missing: [], surplus: [] });
  assert.equal(report.findings.length, wanted.length, "each is found once");
  assert.equal(report.verdict, wanted.length === 0 ? "clean" : "findings");
}

function matches(actual: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? actual === wanted : wanted.test(actual);
}
