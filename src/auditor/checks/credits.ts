import { UNITS_PER_STONE } from "../../protocol/codec/codes.ts";
import type { AuditContext, Check } from "../context.ts";
import { ZERO_ADDRESS_SQL } from "../store/zero.ts";

/** The mining pool: 70 % of 300,000,000 stones (docs/protocol.md 8.2). */
const MINING_POOL = 210_000_000n * UNITS_PER_STONE;

/**
 * Nobody was credited more than the recomputed shares up to the day used, every credit came from a day that stood and was
 * creditable, all credits stay within the largest total of a day used, and the pool holds (docs/protocol.md 7.5, 8.1, 8.2).
 * Runs after the shares, whose steps it adds up.
 */
export const credits: Check = {
  name: "credits",
  async run(context) {
    const { database, findings } = context;
    await makeTables(context);
    await findings.addFrom(
      database,
      `SELECT 'CREDIT_ABOVE_ENTITLEMENT' AS code, at_account(c.day, m.account) AS subject,
         'at most ' || coalesce(e.units, o.units, 0) AS expected, m.mined::VARCHAR AS actual, m.block, m.tx
       FROM mint m JOIN ev_credited c ON c.seq = m.call_seq LEFT JOIN entitled e ON e.day = c.day AND e.account = m.account
       LEFT JOIN erased_stones o ON o.day = c.day AND o.account = m.account
       WHERE m.mined > coalesce(e.units, o.units, 0) AND c.day NOT IN (SELECT day FROM gap_day)
       UNION ALL SELECT 'CREDIT_NOT_CREDITABLE', 'day ' || c.day,
         coalesce('a credit from ' || s.creditable_at || ' on', 'a settled day'), 'a credit at ' || c.time, c.block, c.tx
       FROM ev_credited c LEFT JOIN (SELECT e.*, x.undone_seq FROM ev_settled e JOIN settlement x USING (seq)) s
         ON s.day = c.day AND s.seq < c.seq AND coalesce(s.undone_seq > c.seq, true)
       WHERE s.day IS NULL OR c.time < s.creditable_at
       UNION ALL SELECT 'CREDIT_SUM_WRONG', 'day ' || c.day, coalesce(sum(m.units), 0)::VARCHAR, c.units::VARCHAR, c.block, c.tx
       FROM ev_credited c LEFT JOIN mint m ON m.call_seq = c.seq GROUP BY c.seq, c.day, c.units, c.block, c.tx
       HAVING c.units <> coalesce(sum(m.units), 0)
       UNION ALL SELECT 'CREDIT_SUM_WRONG', 'account ' || hx(account), 'a credit call', units || ' units outside one', block, tx
       FROM mint WHERE call_seq IS NULL
       UNION ALL SELECT 'CREDIT_ABOVE_TOTAL', 'day ' || day, 'at most ' || largest, issued::VARCHAR, block, tx
       FROM (SELECT c.*, sum(c.units) OVER (ORDER BY c.seq) AS issued, max(s.total_stones) OVER (ORDER BY c.seq) AS largest
         FROM ev_credited c JOIN settled s USING (day)) WHERE issued > largest
       UNION ALL SELECT 'POOL_EXCEEDED', 'mining', 'at most ${MINING_POOL}', issued::VARCHAR, block, tx
       FROM (SELECT *, sum(units) OVER (ORDER BY seq) AS issued FROM mint) WHERE issued > ${MINING_POOL}`,
    );
    const { mints } = await database.row("SELECT count(*) AS mints FROM mint");
    return { subjects: Number(mints) };
  },
};

/**
 * `mint`: each payment that is no prize, with its call and the account's sum after it. `entitled`: the shares added up to each
 * day. `erased_stones`: what the erased rows of a day have together, the most that an account can have whose row may be one.
 */
async function makeTables({ database, deployment }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE mint AS
     WITH t AS (SELECT *, receiver AS account,
         sum(units) OVER (PARTITION BY receiver ORDER BY seq) AS mined
       FROM ev_transfer WHERE sender = ${ZERO_ADDRESS_SQL} AND seq NOT IN (SELECT seq FROM prize))
     SELECT t.seq, t.block, t.tx, t.account, t.units, t.mined, c.seq AS call_seq
     FROM t ASOF LEFT JOIN ev_credited c ON c.tx = t.tx AND t.seq <= c.seq`,
  );
  // After a day whose file is missing, an account's published sum is the base from which the next shares count.
  await database.run(
    `CREATE TABLE entitled AS
     WITH s AS (SELECT *, (SELECT count(*) FROM gap_day g WHERE g.day < s.day) AS stretch FROM day_step s),
     n AS (SELECT *, row_number() OVER (PARTITION BY account, stretch ORDER BY day) AS nth FROM s)
     SELECT day, account, sum(CASE WHEN stretch > 0 AND nth = 1 THEN stones::HUGEINT
         WHEN known THEN share ELSE (stones - before_stones)::HUGEINT END)
       OVER (PARTITION BY account, stretch ORDER BY day) AS units FROM n`,
  );
  await database.run(
    `CREATE TABLE erased_stones AS
     WITH o AS (SELECT s.day, any_value(s.total_stones) - coalesce(sum(r.stones), 0) AS units
       FROM settled s JOIN day_row r USING (day) GROUP BY s.day HAVING bool_or(r.account IS NULL))
     SELECT DISTINCT o.day, o.units, x.account
     FROM o JOIN erasable x ON x.since < day_start(${deployment.genesis}, o.day + 1)`,
  );
}
