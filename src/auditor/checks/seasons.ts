import { DRAWING_POOL_UNITS, DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import type { AuditContext, Check } from "../context.ts";
import { ZERO_HASH_SQL } from "../store/zero.ts";

const MOST_TIERS = 16;
const MOST_DROPS = 366 * DROPS_PER_DAY;
const MOST_CRYSTALS = 1_000_000;
const MOST_WEIGHT = 2 ** 32 - 1;

/**
 * Seasons are fixed ahead of their first drop, not too far, within bounds and after the one before that was not vetoed; they end
 * as the rules say and give no more than they promised (docs/protocol.md 9.1). That their terms still stand as they were fixed
 * is judged with the state.
 */
export const seasons: Check = {
  name: "seasons",
  async run(context) {
    await findWrongTerms(context);
    await findWrongEnds(context);
    await findPassedBudgets(context);
    const { seasons } = await context.database.row("SELECT count(*) AS seasons FROM season");
    return { subjects: Number(seasons) };
  },
};

async function findWrongTerms({ database, findings, deployment }: AuditContext): Promise<void> {
  const { genesis } = deployment;
  await findings.addFrom(
    database,
    `WITH t AS (SELECT season, count(*) AS tiers, sum(weight) AS weight, bool_and(weight > 0) AS weighted,
         bool_and(CASE kind WHEN 'stones' THEN amount > 0 WHEN 'crystals' THEN amount BETWEEN 1 AND ${MOST_CRYSTALS}
           ELSE amount = 0 END AND (kind = 'voucher') = (item > 0)) AS valued,
         max(amount) FILTER (kind = 'stones') AS worst, bool_or(kind = 'voucher') AS vouchers FROM ev_tier GROUP BY season),
     s AS (SELECT s.*, t.* EXCLUDE (season, vouchers), coalesce(t.vouchers, false) AS has_vouchers,
         row_number() OVER (ORDER BY s.seq) AS nth, drop_of(${genesis}, s.time + r.challenge_window_s) + 1 AS noticed_from,
         (SELECT kind FROM ev_tier g WHERE g.season = s.season AND g.tier = s.guaranteed_tier) AS guaranteed_kind,
         coalesce((SELECT max(CASE WHEN o.forced_seq < s.seq THEN o.last_end ELSE o.end_drop END) FROM season o
           WHERE o.seq < s.seq AND coalesce(o.vetoed_seq > s.seq, true)), 0) AS free_from
       FROM season s LEFT JOIN t USING (season) JOIN rules_by_day r ON r.day = day_of(${genesis}, s.time))
     SELECT 'SEASON_WITHOUT_NOTICE' AS code, subject, 'from drop ' || noticed_from || ' on' AS expected,
       'from drop ' || first_drop || ' on' AS actual, block, tx FROM s WHERE first_drop < noticed_from
     UNION ALL SELECT 'SEASON_TERMS_WRONG', subject,
       'season ' || nth || ' from drop ' || free_from || ' to ' || latest || ' on, at most ${MOST_DROPS} drops',
       'drops ' || first_drop || ' to ' || end_drop, block, tx
     FROM (SELECT *, greatest(free_from, noticed_from) + ${MOST_DROPS} AS latest FROM s)
     WHERE season <> nth OR first_drop NOT BETWEEN free_from AND latest
       OR end_drop <= first_drop OR end_drop > first_drop + ${MOST_DROPS}
     UNION ALL SELECT 'SEASON_TERMS_WRONG', subject, 'a price, links and a guarantee within the boxes of an account',
       concat_ws(', ', price, links, guarantee, max_boxes), block, tx
     FROM s WHERE price = 0 OR links = 0 OR max_boxes = 0 OR guarantee >= max_boxes OR tip = ${ZERO_HASH_SQL}
     UNION ALL SELECT 'SEASON_TERMS_WRONG', subject, 'a table of prizes with weights, and a guaranteed one',
       tiers || ' tiers of weight ' || weight || ', ' || guaranteed_kind || ' guaranteed', block, tx
     FROM s WHERE NOT coalesce(tiers <= ${MOST_TIERS} AND weighted AND valued AND weight <= ${MOST_WEIGHT}
       AND guaranteed_kind <> 'nothing' AND budget >= coalesce(worst, 0) AND has_vouchers = (vouchers > 0), false)`,
  );
}

async function findWrongEnds({ database, findings, deployment }: AuditContext): Promise<void> {
  const { genesis } = deployment;
  await findings.addFrom(
    database,
    `WITH e AS (SELECT e.*, s.subject, s.first_drop, CASE WHEN s.forced_seq < e.seq THEN s.last_end ELSE s.end_drop END AS over_from,
         s.vetoed_seq = e.seq - 1 AS by_veto, s.budget, drop_of(${genesis}, e.time) AS drop_now,
         (SELECT count(*) FROM box_request r WHERE r.season = e.season AND r.seq < e.seq AND NOT EXISTS
           (FROM ev_box b WHERE b.account = r.account AND b.first_box = r.first_box AND b.seq < e.seq)) AS waiting,
         (SELECT coalesce(sum(t.amount), 0) FROM box_request r JOIN ev_box b USING (account, first_box)
            JOIN ev_tier t ON t.season = r.season AND t.tier = b.tier AND t.kind = 'stones'
          WHERE r.season = e.season AND b.seq < e.seq) AS given
       FROM ev_season_end e LEFT JOIN season s USING (season))
     SELECT 'SEASON_END_WRONG' AS code, 'season ' || season AS subject, 'a veto before drop ' || first_drop AS expected,
       'in drop ' || drop_now AS actual, block, tx FROM e WHERE kind = 'vetoed' AND NOT coalesce(drop_now < first_drop, false)
     UNION ALL SELECT 'SEASON_END_WRONG', 'season ' || season, 'a close from drop ' || over_from || ' on, with nothing waiting',
       'in drop ' || drop_now || ' with ' || waiting || ' requests waiting', block, tx
     FROM e WHERE kind = 'closed' AND NOT coalesce(by_veto, false) AND NOT coalesce(drop_now >= over_from AND waiting = 0, false)
     UNION ALL SELECT 'SEASON_END_WRONG', 'season ' || season, budget - given || ' units left', units || ' units', block, tx
     FROM e WHERE kind = 'closed' AND units <> budget - given`,
  );
}

async function findPassedBudgets({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH g AS (SELECT r.season, b.block, b.tx, s.budget, s.vouchers,
         sum(CASE t.kind WHEN 'stones' THEN t.amount ELSE 0 END) OVER w AS units,
         sum((t.kind = 'voucher')::BIGINT) OVER w AS granted
       FROM ev_box b JOIN box_request r USING (account, first_box) JOIN season s ON s.season = r.season
       JOIN ev_tier t ON t.season = r.season AND t.tier = b.tier
       WINDOW w AS (PARTITION BY r.season ORDER BY b.seq, b.nth ROWS UNBOUNDED PRECEDING)),
     p AS (SELECT seq, block, tx, season, sum(units) OVER (ORDER BY seq) AS promised FROM (
         SELECT seq, block, tx, season, budget AS units FROM ev_season
         UNION ALL SELECT seq, block, tx, season, -units FROM ev_season_end WHERE kind = 'closed'))
     SELECT 'SEASON_BUDGET_PASSED' AS code, 'season ' || season AS subject,
       'at most ' || budget || ' units and ' || vouchers || ' vouchers' AS expected,
       units || ' units and ' || granted || ' vouchers' AS actual, block, tx
     FROM (FROM g WHERE units > budget OR granted > vouchers
       QUALIFY row_number() OVER (PARTITION BY season ORDER BY units, granted) = 1)
     UNION ALL SELECT 'SEASON_BUDGET_PASSED', 'season ' || season, 'at most ${DRAWING_POOL_UNITS} units promised together',
       promised::VARCHAR, block, tx FROM p WHERE promised > ${DRAWING_POOL_UNITS}`,
  );
}
