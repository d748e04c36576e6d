import { DAY_S } from "../../protocol/codec/codes.ts";
import type { AuditContext } from "../context.ts";
import { deriveBoxes } from "./derive-boxes.ts";
import { deriveExclusions } from "./derive-exclusions.ts";

/** An end that never comes. */
export const NEVER = 2n ** 62n;

/** Makes what follows from the events of the services: `task`, `task_key`, `poll_result`, and what boxes and exclusions were. */
export async function deriveServices(context: Pick<AuditContext, "database" | "deployment" | "head">): Promise<void> {
  const { database } = context;
  const statements = [
    // Ended days come only nearer, and only before they have come: the last one holds for all awards.
    `CREATE TABLE task AS
     WITH e AS (SELECT task, arg_max(until_day, seq) AS until_day FROM ev_task WHERE kind = 'ended' GROUP BY task)
     SELECT d.seq, d.task, d.crystals, d.per_day, d.from_day,
       CASE coalesce(e.until_day, d.until_day) WHEN 0 THEN ${NEVER} ELSE coalesce(e.until_day, d.until_day) END AS until_day
     FROM ev_task d LEFT JOIN e USING (task) WHERE d.kind = 'defined'`,
    `CREATE TABLE task_key AS SELECT signer, valid_from,
       CASE valid_until WHEN 0 THEN ${NEVER} ELSE valid_until END AS valid_until
     FROM ev_task_key QUALIFY row_number() OVER (PARTITION BY signer ORDER BY seq DESC) = 1`,
    // The results that stand at the audited head.
    `CREATE TABLE poll_result AS
     WITH last AS (FROM ev_poll_result QUALIFY row_number() OVER (PARTITION BY poll ORDER BY seq DESC) = 1)
     FROM last WHERE kind = 'published'`,
  ];
  for (const statement of statements) await database.run(statement);
  await deriveBoxes(context);
  await deriveExclusions(context);
}

/** Makes `award_fact`: each award beside what its account had before, and whether that is known, as `fact` does for readings. */
export async function deriveAwards({
  database,
  deployment,
}: Pick<AuditContext, "database" | "deployment">): Promise<void> {
  await database.run(
    `CREATE TABLE award_fact AS
     WITH gap AS (SELECT drop_no AS gap_at, count(*) OVER (ORDER BY drop_no) AS gaps FROM gap_drop),
     base AS (
       SELECT r.* EXCLUDE (salt, row_salt, row_hash), h.leaf, h.digest, a.block, a.tx, day_of_drop(r.drop_no) AS day,
         CASE WHEN awarded_at < ${deployment.genesis} THEN -1 ELSE (awarded_at - ${deployment.genesis}) // ${DAY_S} END
           AS day_awarded
       FROM award r JOIN award_hash h USING (drop_no, position) JOIN anchored a USING (drop_no)),
     near AS (SELECT b.*, coalesce(g.gaps, 0) AS gaps_to, coalesce(g.gaps, 0) - coalesce(b.drop_no = g.gap_at, false)::BIGINT
         AS gaps_before FROM base b ASOF LEFT JOIN gap g ON b.drop_no >= g.gap_at)
     SELECT *, lag(leaf) OVER a AS last_award_leaf, coalesce(lag(account_crystals_after) OVER a, 0) AS last_crystals,
       coalesce(lag(gaps_before) OVER a, 0) = gaps_to AS account_known
     FROM near WINDOW a AS (PARTITION BY account ORDER BY drop_no, position)`,
  );
}
