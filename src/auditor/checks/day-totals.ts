import type { Check } from "../context.ts";

/**
 * A day's totals are the sums over its rows, and each row's prefixes the sums over smaller indices (docs/protocol.md 7.2).
 * Erased rows make totals unknown; prefixes are then judged from the row after an erased one on.
 */
export const dayTotals: Check = {
  name: "day totals",
  async run({ database, findings, fromDay }) {
    const total = (name: string, stated: string, sum: string) =>
      `SELECT 'DAY_TOTAL_WRONG' AS code, 'day ' || day || ' ${name}' AS subject, ${sum}::VARCHAR AS expected,
         ${stated}::VARCHAR AS actual, block, tx FROM t WHERE ${stated} <> ${sum}`;
    await findings.addFrom(
      database,
      `WITH sums AS (SELECT day, count(*) AS rows, sum(metres) AS metres, sum(stones) AS stones, sum(crystals) AS crystals
         FROM day_row GROUP BY day HAVING NOT bool_or(account IS NULL)),
       t AS (SELECT s.*, coalesce(rows, 0) AS rows, coalesce(metres, 0) AS metres, coalesce(stones, 0) AS stones,
           coalesce(crystals, 0) AS crystals
         FROM settled s LEFT JOIN sums USING (day)
         WHERE s.day >= ${fromDay} AND (sums.day IS NOT NULL OR s.accounts = 0))
       ${[
         total("accounts", "accounts", "rows"),
         total("metres", "total_metres", "metres"),
         total("stones", "total_stones", "stones"),
         total("crystals", "total_crystals", "crystals"),
       ].join(" UNION ALL ")}`,
    );
    await findings.addFrom(
      database,
      `WITH stretch AS (SELECT *, count(*) FILTER (account IS NULL) OVER (PARTITION BY day ORDER BY position) AS erased_above
         FROM day_row WHERE day >= ${fromDay}),
       p AS (SELECT *, first_value(position) OVER s AS first_position,
           first_value(prefix_metres) OVER s AS metres_base, first_value(prefix_stones) OVER s AS stones_base,
           first_value(prefix_crystals) OVER s AS crystals_base,
           coalesce(sum(metres) OVER above, 0) AS metres_above, coalesce(sum(stones) OVER above, 0) AS stones_above,
           coalesce(sum(crystals) OVER above, 0) AS crystals_above
         FROM stretch WHERE account IS NOT NULL
         WINDOW s AS (PARTITION BY day, erased_above ORDER BY position),
           above AS (PARTITION BY day, erased_above ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
       q AS (SELECT *, CASE erased_above WHEN 0 THEN 0 ELSE metres_base END + metres_above AS should_metres,
           CASE erased_above WHEN 0 THEN 0 ELSE stones_base END + stones_above AS should_stones,
           CASE erased_above WHEN 0 THEN 0 ELSE crystals_base END + crystals_above AS should_crystals FROM p)
       SELECT 'DAY_PREFIX_WRONG' AS code, at_account(q.day, account) AS subject,
         concat_ws(', ', should_metres, should_stones, should_crystals) AS expected,
         concat_ws(', ', prefix_metres, prefix_stones, prefix_crystals) AS actual, s.block, s.tx
       FROM q JOIN settled s ON s.day = q.day
       WHERE prefix_metres <> should_metres OR prefix_stones <> should_stones OR prefix_crystals <> should_crystals`,
    );
    const { days } = await database.row(`SELECT count(*) AS days FROM settled WHERE day >= ${fromDay}`);
    return { subjects: Number(days) };
  },
};
