import type { Check } from "../context.ts";

/**
 * An account is erased from all files, first from those of days (docs/protocol.md 12.1). So a drop, poll or round has at most
 * as many erased rows as accounts can have had that have no row in any day's file; more are rows that never were, which hide
 * what a root stands for. Awards give an index, and readings are of those who held a vehicle; a poll or round has one row for
 * each account.
 */
export const erasedRows: Check = {
  name: "erased rows",
  async run({ database, findings, deployment }) {
    const { genesis } = deployment;
    await findings.addFrom(
      database,
      `WITH day AS (SELECT number AS day, rows FROM erased WHERE kind = 'day'),
       known AS (SELECT day FROM settled WHERE day NOT IN (SELECT day FROM gap_day)),
       most AS (
         SELECT kind, number,
           CASE WHEN (SELECT min(since) FROM erasable) < drop_start(${genesis}, number + 1) THEN rows ELSE 0 END AS most
         FROM erased WHERE kind = 'drop'
         UNION ALL SELECT e.kind, e.number, CASE WHEN d.rows > 0 THEN e.rows ELSE 0 END
         FROM erased e JOIN known k ON k.day = day_of_drop(e.number) LEFT JOIN day d USING (day) WHERE e.kind = 'award'
         UNION ALL SELECT 'poll', p.poll, count(DISTINCT x.account)
         FROM ev_poll p LEFT JOIN erasable x ON x.since <= p.opens_at AND p.opens_at < x.until
         WHERE p.weighting = 0 GROUP BY p.poll
         UNION ALL SELECT 'poll', p.poll, coalesce(d.rows, 0)
         FROM ev_poll p JOIN known k ON k.day = p.snapshot_day LEFT JOIN day d USING (day) WHERE p.weighting = 1
         UNION ALL SELECT 'round', j.round, coalesce(d.rows, 0) + (SELECT count(*) FROM round_weight w
             WHERE w.round = j.round AND w.account NOT IN (SELECT account FROM day_row WHERE account IS NOT NULL)
               AND NOT EXISTS (FROM part p WHERE p.round = w.round AND p.account = w.account))
         FROM judged_round j JOIN known k USING (day) LEFT JOIN day d USING (day))
       SELECT 'ERASURE_UNFOUNDED' AS code, w.path AS subject, 'at most ' || most || ' erased rows' AS expected,
         rows || ' erased rows' AS actual, w.block, w.tx
       FROM erased JOIN most USING (kind, number) JOIN wanted_file w USING (kind, number) WHERE rows > most AND w.judged`,
    );
    const row = await database.row(
      `SELECT coalesce(sum(rows), 0) AS rows FROM erased JOIN wanted_file w USING (kind, number) WHERE w.judged`,
    );
    return { subjects: Number(row.rows) };
  },
};
