import { DAY_S } from "../../protocol/codec/codes.ts";
import { parseMilestoneRule } from "../../protocol/codec/milestone-rule.ts";
import type { AuditContext, Check } from "../context.ts";
import type { Document } from "../ingest/documents.ts";
import { blobHex, type Cell } from "../store/database.ts";
import { findWithheld } from "./milestones-withheld.ts";

/**
 * Milestones are attested once, for all accounts that have reached them, and taken back only before they count. Whether one was
 * reached is recomputed from days' files and pairings, by the rule in its published definition (docs/protocol.md 4.5).
 */
export const milestones: Check = {
  name: "milestones",
  async run(context) {
    const { database } = context;
    await findWrongRecords(context);
    await loadRules(context);
    await findUnearned(context);
    await findWithheld(context);
    const notes = await notesOf(context);
    const { attested } = await database.row("SELECT count(*) AS attested FROM ev_milestone WHERE kind = 'attested'");
    return { subjects: Number(attested), ...(notes.length === 0 ? {} : { note: notes.join("; ") }) };
  },
};

/** What could not be judged, and why. */
async function notesOf({ database, documents }: AuditContext): Promise<string[]> {
  const row = await database.row(
    `SELECT (SELECT count(DISTINCT milestone) FROM ev_milestone WHERE kind = 'attested'
         AND milestone NOT IN (SELECT milestone FROM milestone_rule)) AS undefined,
       (SELECT count(*) FROM metres_attested WHERE open) AS open,
       (SELECT coalesce(arg_max(rows, number), 0) FROM erased WHERE kind = 'day'
         AND EXISTS (FROM milestone_rule WHERE kind = 'metres')) AS erased`,
  );
  const undefinedNote =
    documents === undefined
      ? "whether they were reached was not judged: no documents were given"
      : `${row.undefined} milestones not judged: no document with their hash and a rule was given`;
  return [
    ...(row.undefined === 0n ? [] : [undefinedNote]),
    ...(row.open === 0n ? [] : [`${row.open} attestations not judged: rows of their accounts are erased or missing`]),
    ...(row.erased === 0n ? [] : [`what ${row.erased} erased accounts have reached not judged`]),
  ];
}

/** `attestation`: each with what came before it. One that counts already may follow a move, with the time of the first. */
async function findWrongRecords({ database, findings, deployment }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE attestation AS
     SELECT e.*, 'milestone ' || e.milestone || ' account ' || hx(e.account) AS subject,
       e.time + r.challenge_window_s AS should_count_from, lag(e.kind) OVER v AS last_kind, lag(e.counts_from) OVER v AS last_from,
       e.kind = 'attested' AND e.counts_from <> e.time + r.challenge_window_s AND EXISTS (
         FROM standing s JOIN ev_milestone o ON o.account = s.account AND o.milestone = e.milestone
         WHERE o.kind = 'attested' AND o.seq < e.seq AND o.counts_from = e.counts_from AND o.counts_from <= e.time
           AND s.holder = e.account AND s.account <> e.account AND s.from_seq <= e.seq) AS follows
     FROM ev_milestone e JOIN rules_by_day r ON r.day = day_of(${deployment.genesis}, e.time)
     WINDOW v AS (PARTITION BY e.milestone, e.account ORDER BY e.seq)`,
  );
  await findings.addFrom(
    database,
    `SELECT 'MILESTONE_RECORD_WRONG' AS code, subject, 'a defined milestone' AS expected, 'none' AS actual, block, tx
     FROM attestation a WHERE NOT EXISTS (FROM ev_milestone_defined d WHERE d.milestone = a.milestone AND d.seq < a.seq)
     UNION ALL SELECT 'MILESTONE_RECORD_WRONG', subject, 'once, from ' || should_count_from || ' on',
       coalesce('after ' || last_kind || ', ', '') || 'from ' || counts_from || ' on', block, tx
     FROM attestation WHERE kind = 'attested'
       AND (coalesce(last_kind = 'attested', false) OR (counts_from <> should_count_from AND NOT follows))
     UNION ALL SELECT 'MILESTONE_RECORD_WRONG', subject, 'taken back before ' || coalesce(last_from, 0), 'at ' || time, block, tx
     FROM attestation WHERE kind = 'revoked' AND NOT coalesce(last_kind = 'attested' AND time < last_from, false)`,
  );
}

/** Finds each milestone's definition among the documents, by its hash. */
async function loadRules({ database, documents = [] }: AuditContext): Promise<void> {
  const byHash = new Map(documents.map((document) => [document.hash, document]));
  const defined = await database.rows("SELECT milestone, content_hash FROM ev_milestone_defined ORDER BY milestone");
  const rules = defined.flatMap((row): Cell[][] => {
    const document = byHash.get(blobHex(row.content_hash));
    const rule = document === undefined ? undefined : ruleOf(document);
    return rule === undefined ? [] : [[row.milestone as bigint, ...rule]];
  });
  await database.append("milestone_rule", rules);
}

/** A definition's rule as cells; undefined for a document that is none. */
function ruleOf({ value }: Document): [kind: string, least: number, withinDays: number | null] | undefined {
  try {
    const rule = parseMilestoneRule((value as { rule?: unknown } | null)?.rule);
    return rule.kind === "metres" ? ["metres", rule.metres, rule.withinDays] : ["days", rule.days, null];
  } catch {
    return undefined;
  }
}

/**
 * `metres_attested`: the most metres that each account that was attested for metres had driven within the time. That is `open`
 * when a file of the days before is missing, or when the account's rows may be the erased ones.
 */
async function findUnearned({ database, findings, deployment, fromDay }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE judged_attestation AS SELECT a.*, m.kind AS rule, m.least, m.within_days,
       (SELECT max(s.day) FROM settled s WHERE s.seq < a.seq) AS last_day
     FROM attestation a JOIN milestone_rule m USING (milestone)
     WHERE a.kind = 'attested' AND NOT a.follows AND day_of(${deployment.genesis}, a.time) >= ${fromDay}`,
  );
  await database.run(
    `CREATE TABLE metres_attested AS
     WITH driven AS (SELECT a.seq, max(r.metres - coalesce(b.metres, 0)) AS most
       FROM judged_attestation a JOIN day_row r ON r.account = a.account AND r.day <= a.last_day
       LEFT JOIN day_row b ON b.account = r.account AND b.day = r.day - a.within_days GROUP BY a.seq)
     SELECT a.*, coalesce(d.most, 0) AS most,
       a.last_day >= (SELECT min(day) FROM gap_day) OR (a.account IN (SELECT account FROM erasable)
         AND EXISTS (FROM erased e WHERE e.kind = 'day' AND e.number = a.last_day)) AS open
     FROM judged_attestation a LEFT JOIN driven d USING (seq) WHERE a.rule = 'metres'`,
  );
  await findings.addFrom(
    database,
    `WITH held AS (SELECT a.seq, max(least(h.until, a.time) - p.since) AS most
         FROM judged_attestation a JOIN holding h ON h.account = a.account AND h.since <= a.time JOIN pairing p USING (vehicle)
         GROUP BY a.seq)
     SELECT 'MILESTONE_UNEARNED' AS code, subject, least || ' m within ' || within_days || ' days' AS expected,
       'at most ' || most || ' m' AS actual, block, tx
     FROM metres_attested WHERE most < least AND NOT coalesce(open, false)
     UNION ALL SELECT 'MILESTONE_UNEARNED', subject, 'a pairing for ' || least || ' days',
       'at most ' || coalesce(h.most, 0) // ${DAY_S} || ' days', block, tx
     FROM judged_attestation LEFT JOIN held h USING (seq) WHERE rule = 'days' AND coalesce(h.most, 0) < least * ${DAY_S}`,
  );
}
