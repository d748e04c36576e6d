import type { Check } from "../context.ts";
import { ZERO_HASH_SQL } from "../store/zero.ts";

/** An account's metres grow by what the day's drops count for it, and its head is its newest leaf (docs/protocol.md 7.1, 7.2). */
export const dayMetres: Check = {
  name: "day metres",
  async run({ database, findings, fromDay }) {
    await database.run(
      `CREATE TABLE day_counted AS
       WITH c AS (SELECT day, account, sum(counted_m) AS counted_m, arg_max(leaf, (drop_no, position)) AS last_leaf
         FROM fact GROUP BY day, account)
       SELECT f.day, f.position, f.account, f.metres, f.before_metres, f.head_leaf, f.block, f.tx,
         coalesce(c.counted_m, 0) AS counted_m, coalesce(c.last_leaf, f.before_head_leaf, ${ZERO_HASH_SQL}) AS should_head,
         f.before_known AND f.day NOT IN (SELECT day_of_drop(drop_no) FROM gap_drop) AS known
       FROM day_fact f LEFT JOIN c USING (day, account) WHERE f.day >= ${fromDay}`,
    );
    await findings.addFrom(
      database,
      `SELECT 'DAY_METRES_WRONG' AS code, at_account(day, account) AS subject, (before_metres + counted_m)::VARCHAR AS expected,
         metres::VARCHAR AS actual, block, tx FROM day_counted WHERE known AND metres <> before_metres + counted_m
       UNION ALL SELECT 'DAY_HEAD_WRONG', at_account(day, account), hx(should_head), hx(head_leaf), block, tx
       FROM day_counted WHERE known AND head_leaf <> should_head`,
    );
    const row = await database.row(
      "SELECT count(*) FILTER (known) AS known, count(DISTINCT day) FILTER (NOT known) AS open FROM day_counted",
    );
    return {
      subjects: Number(row.known),
      ...(row.open === 0n ? {} : { note: `${row.open} days not judged: files they need are missing or damaged` }),
    };
  },
};
