import type { AuditContext } from "../context.ts";

/**
 * Makes `season` (each with when it was vetoed, forced or closed), `box_request` (each with its drop, and its account's requests
 * before it) and `box_drop` (the drops of a season that have requests, in the order in which they use its links).
 */
export async function deriveBoxes({
  database,
  deployment,
}: Pick<AuditContext, "database" | "deployment">): Promise<void> {
  const { genesis } = deployment;
  const statements = [
    `CREATE TABLE season AS
     WITH e AS (SELECT season, min(seq) FILTER (kind = 'vetoed') AS vetoed_seq, min(seq) FILTER (kind = 'forced') AS forced_seq,
         min(time) FILTER (kind = 'forced') AS forced_time, min(drop_no) FILTER (kind = 'forced') AS forced_drop,
         min(seq) FILTER (kind = 'closed') AS closed_seq, min(units) FILTER (kind = 'closed') AS closed_units
       FROM ev_season_end GROUP BY season)
     SELECT s.*, e.* EXCLUDE (season), 'season ' || s.season AS subject,
       -- Forced, it takes requests no longer than the drop in which that happened.
       least(s.end_drop, drop_of(${genesis}, e.forced_time) + 1) AS last_end
     FROM ev_season s LEFT JOIN e USING (season)`,
    `CREATE TABLE box_request AS
     SELECT r.*, drop_of(${genesis}, r.time) AS drop_no, 'account ' || hx(r.account) || ' box ' || r.first_box AS subject,
       coalesce(sum(r.count) OVER before, 0) AS boxes_before,
       coalesce(sum(r.count) OVER (PARTITION BY r.account, r.season ORDER BY r.seq), 0) AS season_boxes,
       lag(r.first_box) OVER (PARTITION BY r.account ORDER BY r.seq) AS last_first_box
     FROM ev_box_request r
     WINDOW before AS (PARTITION BY r.account ORDER BY r.seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`,
    `CREATE TABLE box_drop AS
     SELECT season, drop_no, min(seq) AS first_seq, min(block) AS first_block, max(block) AS last_block,
       count(DISTINCT block) AS blocks, row_number() OVER (PARTITION BY season ORDER BY min(seq)) AS nth
     FROM box_request GROUP BY season, drop_no`,
  ];
  for (const statement of statements) await database.run(statement);
}
