import { DROP_S } from "../../protocol/codec/codes.ts";
import type { Check } from "../context.ts";

/**
 * What awards say: of a task that was open on their day, its crystals, once for each occurrence, not more often a day than it
 * allows, and taken into a drop of their time (docs/protocol.md 13.1).
 */
export const awards: Check = {
  name: "awards",
  async run({ database, findings, deployment, fromDay }) {
    const { genesis } = deployment;
    await findings.addFrom(
      database,
      `WITH a AS (SELECT a.*, 'award ' || at_index(drop_no, position) AS subject, t.task IS NOT NULL AS known,
           t.crystals AS task_crystals, t.per_day, t.from_day, t.until_day,
           drop_start(${genesis}, drop_no) AS starts_at, r.reading_max_age_s AS max_age_s,
           row_number() OVER (PARTITION BY a.task, a.account, a.occurrence ORDER BY drop_no, position) AS nth_same,
           row_number() OVER (PARTITION BY a.task, a.account, a.day_awarded ORDER BY drop_no, position) AS nth_of_day
         FROM award_fact a LEFT JOIN task t USING (task) JOIN rules_by_day r ON r.day = a.day),
       j AS (SELECT * FROM a WHERE day >= ${fromDay})
       SELECT 'AWARD_TASK_CLOSED' AS code, subject,
         coalesce('from day ' || from_day || ' to before day ' || until_day, 'a defined task') AS expected,
         'task ' || task || ' on day ' || day_awarded AS actual, block, tx
       FROM j WHERE NOT known OR day_awarded < from_day OR day_awarded >= until_day
       UNION ALL SELECT 'AWARD_CRYSTALS_WRONG', subject, task_crystals::VARCHAR, crystals::VARCHAR, block, tx
       FROM j WHERE known AND crystals <> task_crystals
       UNION ALL SELECT 'AWARD_DOUBLED', subject, 'once', 'time ' || nth_same || ' for occurrence ' || hx(occurrence), block, tx
       FROM j WHERE nth_same > 1
       UNION ALL SELECT 'AWARD_LIMIT_PASSED', subject, 'at most ' || per_day || ' on day ' || day_awarded,
         'number ' || nth_of_day, block, tx
       FROM j WHERE known AND nth_same = 1 AND nth_of_day > per_day
       UNION ALL SELECT 'AWARD_FROM_FUTURE', subject, 'awarded by ' || starts_at + ${DROP_S}, 'at ' || awarded_at, block, tx
       FROM j WHERE awarded_at > starts_at + ${DROP_S}
       UNION ALL SELECT 'AWARD_TOO_OLD', subject, 'awarded from ' || starts_at - max_age_s || ' on', 'at ' || awarded_at, block, tx
       FROM j WHERE starts_at - awarded_at > max_age_s`,
    );
    const row = await database.row(`SELECT count(*) AS awards FROM award_fact WHERE day >= ${fromDay}`);
    return { subjects: Number(row.awards) };
  },
};
