import type { Hex } from "../../protocol/codec/bytes.ts";
import type { AuditContext } from "../context.ts";
import { ExclusionCourse, type ExclusionEvent } from "../exclusion-course.ts";
import { blobHex, type Value } from "../store/database.ts";

/**
 * Follows all exclusions through their events, into `exclusion` (each account's times of exclusion as they stand at the audited
 * head; those up to today never change any more) and `exclusion_fault` (what no rule allowed).
 */
export async function deriveExclusions({
  database,
  deployment,
  head,
}: Pick<AuditContext, "database" | "deployment" | "head">): Promise<void> {
  const rows = await database.rows(
    `SELECT e.*, day_of(${deployment.genesis}, e.time) AS today, r.objection_s,
       EXISTS (FROM ev_move m WHERE m.kind = 'moved' AND m.account = e.account AND m.seq < e.seq) AS has_moved,
       coalesce(s.holder, e.account) AS holder
     FROM ev_exclusion e JOIN rules_by_day r ON r.day = day_of(${deployment.genesis}, e.time)
     ASOF LEFT JOIN standing s ON s.account = e.account AND e.seq >= s.from_seq ORDER BY e.seq`,
  );
  const course = new ExclusionCourse(deployment.genesis);
  for (const row of rows) course.take(eventOf(row));
  await database.append(
    "exclusion",
    course.records.map((record, nth) => [
      ...[nth, record.number, record.account, record.reason, record.state, record.fromDay, record.untilDay],
      ...[course.endOf(record, head.time), record.decideBy],
    ]),
  );
  await database.append(
    "exclusion_fault",
    course.faults.map(({ code, event, expected, actual }) => [
      ...[code, `exclusion ${event.number} of ${event.account}`, expected, actual, event.block, event.tx],
    ]),
  );
}

function eventOf(row: Record<string, Value>): ExclusionEvent {
  const number = (column: string) => Number(row[column] ?? 0);
  const hex = (column: string): Hex | undefined => (row[column] === null ? undefined : blobHex(row[column]));
  return {
    kind: row.kind as ExclusionEvent["kind"],
    number: number("number"),
    account: hex("account") as Hex,
    target: hex("target"),
    reason: number("reason"),
    evidence: hex("evidence"),
    fromDay: number("from_day"),
    untilDay: number("until_day"),
    decideBy: number("decide_by"),
    block: number("block"),
    tx: hex("tx") as Hex,
    time: number("time"),
    today: number("today"),
    objectionS: number("objection_s"),
    hasMoved: row.has_moved === true,
    holder: hex("holder") as Hex,
  };
}
