import { type Hex, ZERO_HASH } from "../../protocol/codec/bytes.ts";
import type { AuditContext, Check } from "../context.ts";
import { groupRoots } from "../hash/group-roots.ts";
import { blobHex } from "../store/database.ts";

/**
 * The votes of each result that stands: who could vote, once, in the poll's time, for an option that there is, with the right
 * weight; and the result's root, tallies and voters are those of the published votes (docs/protocol.md 13.2).
 */
export const votes: Check = {
  name: "votes",
  async run(context) {
    const { database, deployment, fromDay } = context;
    await database.run(
      `CREATE TABLE judged_poll AS SELECT p.*, r.root, r.voters, r.block AS result_block, r.tx AS result_tx,
         p.poll IN (SELECT poll FROM vote WHERE account IS NULL) AS erased,
         r.voters = 0 OR EXISTS (FROM published f WHERE f.kind = 'poll' AND f.number = p.poll AND f.loaded) AS known
       FROM ev_poll p JOIN poll_result r USING (poll)
       WHERE day_of(${deployment.genesis}, p.closes_at) >= ${fromDay}`,
    );
    await findWrongVotes(context);
    await findWrongRoots(context);
    await findWrongTallies(context);
    const row = await database.row(
      `SELECT (SELECT count(*) FROM vote JOIN judged_poll USING (poll)) AS votes,
         (SELECT count(*) FROM judged_poll WHERE erased OR NOT known) AS open`,
    );
    const note = `${row.open} results not judged in full: their files are missing, damaged or partly erased`;
    return { subjects: Number(row.votes), ...(row.open === 0n ? {} : { note }) };
  },
};

async function findWrongVotes({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH v AS (SELECT v.* EXCLUDE (salt, row_salt, row_hash), p.options, p.weighting, p.snapshot_day, p.opens_at, p.closes_at,
         p.result_block AS block, p.result_tx AS tx, 'poll ' || v.poll || ' index ' || v.position AS subject,
         row_number() OVER (PARTITION BY v.poll, v.account ORDER BY v.position) AS nth,
         lag(v.account) OVER (PARTITION BY v.poll ORDER BY v.position) AS above,
         CASE p.weighting WHEN 0 THEN EXISTS (FROM holding h
             WHERE h.account = v.account AND h.since <= p.opens_at AND p.opens_at < h.until)::BIGINT
           ELSE coalesce(d.stones, 0) END AS should_weigh,
         p.weighting = 0 OR d.account IS NOT NULL OR (p.snapshot_day NOT IN (SELECT day FROM gap_day)
           AND NOT EXISTS (FROM erased e WHERE e.kind = 'day' AND e.number = p.snapshot_day)) AS weight_known
       FROM vote v JOIN judged_poll p USING (poll)
       LEFT JOIN day_row d ON d.day = p.snapshot_day AND d.account = v.account WHERE v.account IS NOT NULL)
     SELECT 'VOTE_ORDER_WRONG' AS code, subject, subject AS expected, 'poll ' || row_poll || ' index ' || idx AS actual, block, tx
     FROM v WHERE idx <> position OR row_poll <> poll
     UNION ALL SELECT 'VOTE_ORDER_WRONG', subject, 'after ' || hx(above), hx(account), block, tx FROM v WHERE above > account
     UNION ALL SELECT 'VOTE_NOT_ELIGIBLE', subject, CASE weighting WHEN 0 THEN 'a holder of a vehicle at ' || opens_at
         ELSE 'an account with stones on day ' || snapshot_day END, hx(account), block, tx
     FROM v WHERE weight_known AND should_weigh = 0
     UNION ALL SELECT 'VOTE_WEIGHT_WRONG', subject, should_weigh::VARCHAR, weight::VARCHAR, block, tx
     FROM v WHERE weight_known AND should_weigh > 0 AND weight <> should_weigh
     UNION ALL SELECT 'VOTE_DOUBLED', subject, 'one vote of ' || hx(account), 'vote ' || nth, block, tx FROM v WHERE nth > 1
     UNION ALL SELECT 'VOTE_OUT_OF_TIME', subject, 'from ' || opens_at || ' to before ' || closes_at, 'at ' || cast_at, block, tx
     FROM v WHERE cast_at < opens_at OR cast_at >= closes_at
     UNION ALL SELECT 'VOTE_OPTION_UNKNOWN', subject, 'below ' || options, choice::VARCHAR, block, tx FROM v WHERE choice >= options`,
  );
}

async function findWrongRoots({ database, findings }: AuditContext): Promise<void> {
  const roots = await groupRoots(
    database,
    `SELECT poll, leaf FROM vote_hash WHERE poll IN (SELECT poll FROM judged_poll WHERE NOT erased) ORDER BY poll, leaf`,
  );
  const results = await database.rows("SELECT * FROM judged_poll WHERE known AND NOT erased ORDER BY poll");
  for (const row of results) {
    const expected: Hex = roots.get(Number(row.poll)) ?? ZERO_HASH;
    const actual = blobHex(row.root);
    if (expected === actual) continue;
    const place = { block: Number(row.result_block), transaction: blobHex(row.result_tx) };
    findings.add({ code: "POLL_ROOT_WRONG", subject: `poll ${row.poll}`, expected, actual, ...place });
  }
}

/**
 * Voters are the rows, erased or not, and tallies the sums of the weights that stand. Erased votes may only add to those: with
 * weighting 0 one each, with 1 no more than all of the snapshot day's stones leave beside the weights that stand.
 */
async function findWrongTallies({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH s AS (SELECT poll, choice, sum(weight) AS weight FROM vote GROUP BY poll, choice),
       n AS (SELECT poll, count(*) AS voters FROM vote GROUP BY poll),
       t AS (SELECT p.*, t.choice, t.weight AS told, coalesce(s.weight, 0) AS stands, sum(t.weight) OVER (PARTITION BY p.poll) AS all_told
         FROM judged_poll p JOIN poll_result r USING (poll) JOIN ev_tally t ON t.seq = r.seq
         LEFT JOIN s ON s.poll = p.poll AND s.choice = t.choice WHERE p.known)
     SELECT 'POLL_TALLY_WRONG' AS code, 'poll ' || poll || ' option ' || choice AS subject,
       CASE WHEN erased THEN 'at least ' ELSE '' END || stands AS expected, told::VARCHAR AS actual, result_block AS block,
       result_tx AS tx FROM t WHERE told < stands OR (told > stands AND NOT erased)
     UNION ALL SELECT DISTINCT 'POLL_TALLY_WRONG', 'poll ' || poll, t.voters || ' together', all_told || ' together',
       result_block, result_tx FROM t WHERE erased AND weighting = 0 AND all_told <> t.voters
     UNION ALL SELECT DISTINCT 'POLL_TALLY_WRONG', 'poll ' || poll, 'at most ' || d.total_stones || ' together',
       all_told || ' together', result_block, result_tx
     FROM t JOIN settled d ON d.day = t.snapshot_day WHERE erased AND weighting = 1 AND all_told > d.total_stones
     UNION ALL SELECT 'POLL_TALLY_WRONG', 'poll ' || poll || ' voters', coalesce(n.voters, 0)::VARCHAR, p.voters::VARCHAR,
       result_block, result_tx
     FROM judged_poll p LEFT JOIN n USING (poll) WHERE known AND p.voters <> coalesce(n.voters, 0)`,
  );
}
