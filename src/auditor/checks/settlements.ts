import { DAY_S, DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import type { AuditContext, Check } from "../context.ts";

/**
 * Days are settled in order, when they are over and their drops stand, within the bounds of the vehicles paired and the
 * emission; they become creditable when the rules say, and are undone only before (docs/protocol.md 7.3, 7.4).
 */
export const settlements: Check = {
  name: "settlements",
  async run(context) {
    const { database } = context;
    await findOrderAndTime(context);
    await findLateUndoing(context);
    await makePairedDays(context);
    await findPassedBounds(context);
    const { settlements } = await database.row("SELECT count(*) AS settlements FROM ev_settled");
    return { subjects: Number(settlements) };
  },
};

/** Also judges settlements that were undone later: each was a step of its own. */
async function findOrderAndTime({ database, findings, deployment, fromDay }: AuditContext): Promise<void> {
  const { genesis } = deployment;
  await findings.addFrom(
    database,
    `WITH s AS (SELECT e.*, 'day ' || e.day AS subject,
         (SELECT count(*) FROM settlement o WHERE o.seq < e.seq AND coalesce(o.undone_seq > e.seq, true)) AS next_day,
         coalesce((SELECT arg_max(first_drop + drops, a.seq) FROM ev_anchor a WHERE a.seq < e.seq), 0) AS next_drop,
         greatest(day_start(${genesis}, e.day + 1), coalesce(
           (SELECT arg_max(u.time + r.challenge_window_s, u.seq) FROM ev_unsettled u
              JOIN rules_by_day r ON r.day = day_of(${genesis}, u.time)
            WHERE u.kind = 'vetoed' AND u.day = e.day AND u.seq < e.seq), 0)) AS earliest,
         greatest(e.time + r.challenge_window_s, coalesce(
           (SELECT b.creditable_at FROM ev_settled b JOIN settlement o USING (seq)
            WHERE b.day = e.day - 1 AND b.seq < e.seq AND coalesce(o.undone_seq > e.seq, true)), 0)) AS should_be_creditable
       FROM ev_settled e JOIN rules_by_day r ON r.day = day_of(${genesis}, e.time) WHERE e.day >= ${fromDay})
     SELECT 'DAY_NOT_NEXT' AS code, subject, 'day ' || next_day AS expected, 'day ' || day AS actual, block, tx
     FROM s WHERE day <> next_day
     UNION ALL SELECT 'DAY_DROPS_MISSING', subject, 'anchored up to drop ' || ${DROPS_PER_DAY} * (day + 1),
       'anchored up to drop ' || next_drop, block, tx FROM s WHERE next_drop < ${DROPS_PER_DAY} * (day + 1)
     UNION ALL SELECT 'DAY_TOO_EARLY', subject, 'at ' || earliest || ' or later', 'at ' || time, block, tx
     FROM s WHERE time < earliest
     UNION ALL SELECT 'DAY_CREDITABLE_AT_WRONG', subject, should_be_creditable::VARCHAR, creditable_at::VARCHAR, block, tx
     FROM s WHERE creditable_at <> should_be_creditable`,
  );
}

async function findLateUndoing({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `SELECT 'VETO_TOO_LATE' AS code, 'day ' || u.day AS subject, u.kind || ' before ' || e.creditable_at AS expected,
       u.kind || ' at ' || u.time AS actual, u.block, u.tx
     FROM ev_unsettled u JOIN settlement s ON s.undone_seq = u.seq AND s.day = u.day JOIN ev_settled e ON e.seq = s.seq
     WHERE u.time >= e.creditable_at`,
  );
}

/**
 * `paired_day`: the vehicles paired for any second of each day, and the sum of their caps. A vehicle counts from its first day
 * to its last; released in the first second of a day after day 0, it was paired for none of that day.
 */
async function makePairedDays({ database, deployment, head }: AuditContext): Promise<void> {
  const { genesis } = deployment;
  const lastDay = Math.max(0, Math.floor((head.time - genesis) / DAY_S));
  await database.run(
    `CREATE TABLE paired_day AS
     WITH period AS (SELECT day_of(${genesis}, since) AS first_day,
         CASE WHEN until > ${head.time} THEN ${lastDay}
           WHEN until > ${genesis} AND until = day_start(${genesis}, day_of(${genesis}, until)) THEN day_of(${genesis}, until) - 1
           ELSE day_of(${genesis}, until) END AS last_day FROM pairing),
     change AS (SELECT first_day AS day, 1 AS change FROM period WHERE first_day <= last_day
       UNION ALL SELECT last_day + 1, -1 FROM period WHERE first_day <= last_day),
     counted AS (SELECT d.day, (SELECT coalesce(sum(c.change), 0) FROM change c WHERE c.day <= d.day) AS vehicles
       FROM range(0, ${lastDay + 1}) d(day))
     SELECT day, vehicles, sum(vehicles::HUGEINT * daily_cap_m) OVER (ORDER BY day) AS cap_sum
     FROM counted JOIN rules_by_day USING (day)`,
  );
}

async function findPassedBounds({ database, findings, fromDay }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH s AS (SELECT s.*, r.max_crystals_per_day, r.max_units_per_metre,
         coalesce(b.total_metres, 0) AS before_metres, coalesce(b.total_stones, 0) AS before_stones,
         coalesce(b.total_crystals, 0) AS before_crystals, coalesce(b.accounts, 0) AS before_accounts,
         p.cap_sum - coalesce(o.cap_sum, 0) AS most_metres,
         s.total_metres - coalesce(w.total_metres, 0) AS window_metres
       FROM settled s JOIN rules_by_day r USING (day) JOIN paired_day p USING (day)
       LEFT JOIN settled b ON b.day = s.day - 1
       LEFT JOIN settled w ON w.day = s.day - r.window_days
       LEFT JOIN paired_day o ON o.day = s.day - 1 - (r.reading_max_age_s + ${DAY_S}) // ${DAY_S}
       WHERE s.day >= ${fromDay}),
     g AS (
       SELECT day, 'metres' AS name, before_metres AS least, before_metres + most_metres AS most, total_metres AS total,
         block, tx FROM s
       UNION ALL SELECT day, 'stones', before_stones,
         before_stones + day_pot(emitted_on(day), window_metres, max_units_per_metre), total_stones, block, tx FROM s
       UNION ALL SELECT day, 'crystals', before_crystals, before_crystals + max_crystals_per_day, total_crystals, block, tx FROM s
       UNION ALL SELECT day, 'accounts', before_accounts, ${2 ** 40 - 1}, accounts, block, tx FROM s)
     SELECT 'DAY_BOUND_PASSED' AS code, 'day ' || day || ' ' || name AS subject, least || ' to ' || most AS expected,
       total::VARCHAR AS actual, block, tx FROM g WHERE total NOT BETWEEN least AND most`,
  );
}
