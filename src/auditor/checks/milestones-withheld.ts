import { DAY_S } from "../../protocol/codec/codes.ts";
import type { AuditContext } from "../context.ts";

/** Time in which an account that has reached a milestone is attested. */
const ATTESTED_WITHIN_S = 14 * DAY_S;

/**
 * Finds who has reached a milestone and was never attested, nor whoever stands for the account (docs/protocol.md 4.5). Metres
 * count from when their day can be credited, and only between rows that stand. What the guardian took back was attested.
 */
export async function findWithheld({ database, findings, head }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH m AS (SELECT r.*, d.time AS defined_at, d.block, d.tx FROM milestone_rule r JOIN ev_milestone_defined d USING (milestone)),
       reached AS (
         SELECT m.milestone, r.account, min(greatest(s.creditable_at, m.defined_at)) AS reached_at
         FROM m JOIN day_row r ON m.kind = 'metres' JOIN settled s ON s.day = r.day
         LEFT JOIN day_row b ON b.account = r.account AND b.day = r.day - m.within_days
         WHERE r.metres - coalesce(b.metres, 0) >= m.least AND r.day - m.within_days NOT IN (SELECT day FROM gap_day)
         GROUP BY m.milestone, r.account
         UNION ALL SELECT m.milestone, p.account, min(greatest(p.since + m.least * ${DAY_S}, h.since, m.defined_at))
         FROM m JOIN pairing p ON m.kind = 'days' AND least(p.until, ${head.time}) - p.since >= m.least * ${DAY_S}
         JOIN holding h ON h.vehicle = p.vehicle AND h.account = p.account
         GROUP BY m.milestone, p.account)
     SELECT 'MILESTONE_WITHHELD' AS code, 'milestone ' || milestone || ' account ' || hx(account) AS subject,
       'attested by ' || (reached_at + ${ATTESTED_WITHIN_S}) AS expected, 'not at ${head.time}' AS actual, m.block, m.tx
     FROM reached r JOIN m USING (milestone) WHERE reached_at + ${ATTESTED_WITHIN_S} < ${head.time}
       AND NOT EXISTS (FROM ev_milestone e WHERE e.kind = 'attested' AND e.milestone = r.milestone
         AND (e.account = r.account
           OR EXISTS (FROM standing t WHERE t.account = r.account AND t.holder = e.account)))`,
  );
}
