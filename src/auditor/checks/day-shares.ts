import type { Check } from "../context.ts";

/**
 * Every account's share of every day, to the unit: floor(min(E, W · maxUnitsPerMetre) · w / W), with w the metres of the
 * window (docs/protocol.md 7.1). w is the difference of two days' published metres, which another check proves.
 */
export const dayShares: Check = {
  name: "day shares",
  async run({ database, findings, fromDay }) {
    await database.run(
      `CREATE TABLE window_metres AS
       WITH whole AS (SELECT day, bool_or(account IS NULL) AS erased FROM day_row GROUP BY day),
       mine AS (SELECT f.day, f.account, (f.metres - coalesce(o.metres, 0))::HUGEINT AS w, r.window_days
         FROM day_fact f JOIN rules_by_day r USING (day)
         LEFT JOIN day_row o ON o.day = f.day - r.window_days AND o.account = f.account),
       sums AS (SELECT day, any_value(window_days) AS window_days, sum(w) AS known_w FROM mine GROUP BY day)
       SELECT m.day, m.account, m.w, s.known_w,
         CASE WHEN n.erased OR coalesce(e.erased, false) THEN t.total_metres - coalesce(u.total_metres, 0)
           ELSE s.known_w END AS everyones,
         m.day - m.window_days NOT IN (SELECT day FROM gap_day) AS window_known
       FROM mine m JOIN sums s USING (day) JOIN whole n USING (day) JOIN settled t USING (day)
       LEFT JOIN whole e ON e.day = m.day - m.window_days LEFT JOIN settled u ON u.day = m.day - m.window_days`,
    );
    await database.run(
      `CREATE TABLE day_step AS
       SELECT f.day, f.position, f.account, f.stones, f.before_stones, f.before_known, f.block, f.tx,
         day_share(day_pot(emitted_on(f.day), w.everyones, r.max_units_per_metre), greatest(0, w.w), w.everyones) AS share,
         f.before_known AND w.window_known AND f.day >= ${fromDay} AS known
       FROM day_fact f JOIN window_metres w USING (day, account) JOIN rules_by_day r USING (day)`,
    );
    await findings.addFrom(
      database,
      `SELECT 'DAY_SHARE_WRONG' AS code, at_account(day, account) AS subject, share::VARCHAR AS expected,
         (stones - before_stones)::VARCHAR AS actual, block, tx FROM day_step WHERE known AND stones - before_stones <> share`,
    );
    const row = await database.row(
      `SELECT count(*) FILTER (known) AS known, count(DISTINCT day) FILTER (NOT known) AS open
       FROM day_step WHERE day >= ${fromDay}`,
    );
    return {
      subjects: Number(row.known),
      ...(row.open === 0n ? {} : { note: `${row.open} days not judged: files they need are missing or damaged` }),
    };
  },
};
