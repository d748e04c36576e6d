import type { Check } from "../context.ts";
import { ZERO_HASH_SQL } from "../store/zero.ts";

/** An account's crystals grow by the awards of the day's drops, and its head is its newest one (docs/protocol.md 7.2, 13.1). */
export const dayCrystals: Check = {
  name: "day crystals",
  async run({ database, findings, fromDay }) {
    await findings.addFrom(
      database,
      `WITH c AS (SELECT day, account, sum(crystals) AS crystals, arg_max(leaf, (drop_no, position)) AS last_leaf
         FROM award_fact GROUP BY day, account),
       d AS (SELECT f.day, f.account, f.crystals, f.head_award, f.block, f.tx,
           f.before_crystals + coalesce(c.crystals, 0) AS should_have,
           coalesce(c.last_leaf, f.before_head_award, ${ZERO_HASH_SQL}) AS should_head
         FROM day_fact f LEFT JOIN c USING (day, account)
         WHERE f.day >= ${fromDay} AND f.before_known AND f.day NOT IN (SELECT day_of_drop(drop_no) FROM gap_drop))
       SELECT 'DAY_CRYSTALS_WRONG' AS code, at_account(day, account) AS subject, should_have::VARCHAR AS expected,
         crystals::VARCHAR AS actual, block, tx FROM d WHERE crystals <> should_have
       UNION ALL SELECT 'DAY_AWARD_HEAD_WRONG', at_account(day, account), hx(should_head), hx(head_award), block, tx
       FROM d WHERE head_award <> should_head`,
    );
    const row = await database.row(`SELECT count(*) AS rows FROM day_fact WHERE day >= ${fromDay}`);
    return { subjects: Number(row.rows) };
  },
};
