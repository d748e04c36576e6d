import { CHECKS } from "./checks/index.ts";
import type { AuditContext } from "./context.ts";
import { type Tell, tellerOf, withGathered } from "./gather.ts";
import { confirmRows } from "./ingest/confirm.ts";
import { deriveFromFiles } from "./ingest/derive.ts";
import { examineRows } from "./ingest/examine.ts";
import { assertNoReorganisation } from "./ingest/head.ts";
import type { AuditOptions, AuditReport, CheckResult } from "./report.ts";
import { reportOf } from "./report-figures.ts";
import { readSeries } from "./series.ts";
import { keepExamined } from "./state/examined.ts";
import { resume } from "./state/resume.ts";

/**
 * Recomputes a programme from the chain and the published files, and says whether every number is right.
 * @param options What to audit; `onProgress` hears how far it has come.
 * @returns The report. What is wrong stands in it as findings and is never thrown.
 * @throws AUDIT_INPUT_INVALID when the files, the manifest, the receipts or the state cannot be read at all.
 * @throws CHAIN_UNREACHABLE when the node does not answer.
 * @throws CHAIN_MISMATCH when it is another chain, or the chain was reorganised during the audit.
 * @throws DEPLOYMENT_INVALID when the deployment is not one.
 */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const tell = tellerOf(options);
  return withGathered(options, async (gathered) => {
    const { stateDir } = options;
    const { context, resumed } = stateDir === undefined ? { context: gathered } : await resume(gathered, stateDir);
    await examineRows(context, tell("hashes"));
    if (stateDir !== undefined) await keepExamined(context);
    await confirmRows(context);
    await deriveFromFiles(context);
    const checks = await runChecks(context, tell("checks"));
    await assertNoReorganisation(context);
    const report = { ...(await reportOf(context, checks)), ...(resumed === undefined ? {} : { resumed }) };
    return options.withSeries === true ? { ...report, series: await readSeries(context) } : report;
  });
}

async function runChecks(context: AuditContext, tell: ReturnType<Tell>): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of CHECKS) {
    tell(results.length, CHECKS.length, check.name);
    const { subjects, ran, note } = await check.run(context);
    results.push({ name: check.name, subjects, ran: ran ?? true, ...(note === undefined ? {} : { note }) });
  }
  tell(results.length, CHECKS.length);
  return results;
}
