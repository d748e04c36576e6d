import type { AuditReport } from "../../../src/auditor/index.ts";
import { allEvents, auditWith, standingNumbers } from "../support/standing.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Scene } from "./scene.ts";

/** What is wrong after a soak; nothing, when it went well. */
export interface Verdict {
  readonly report: AuditReport;
  /** Readings that were acknowledged and do not stand, or stand without having been acknowledged. */
  readonly lost: number;
  /** Readings with two different receipts, and drops and days that stand twice or are missing. */
  readonly doubled: number;
  readonly settledDays: number;
}

/** Judges what stands on the chain and in the files against what the cars were told. */
export async function judge({ programme, filesDir }: Scene, deliveries: Deliveries): Promise<Verdict> {
  const report = await auditWith(programme, filesDir, deliveries.receipts.values());
  const { drops, days } = standingNumbers(await allEvents(programme));
  const outOfPlace = [drops, days].flatMap((numbers) => numbers.filter((number, at) => number !== at)).length;
  return {
    report,
    lost: Math.abs(report.totals.readings - deliveries.receipts.size),
    doubled: deliveries.doubled.length + outOfPlace,
    settledDays: days.length,
  };
}
