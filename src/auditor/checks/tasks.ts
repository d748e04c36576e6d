import type { Check } from "../context.ts";
import { wrongIntervals } from "./key-intervals.ts";

const MAX_CRYSTALS = 1_000_000;
const MAX_PER_DAY = 1_000;

/** Tasks begin on days that have not begun, one that has begun ends with notice, what their keys signed stays signed (13.1). */
export const tasks: Check = {
  name: "tasks",
  async run({ database, findings, deployment }) {
    await findings.addFrom(
      database,
      `WITH t AS (SELECT e.*, 'task ' || task AS subject, day_of(${deployment.genesis}, time) AS today,
           row_number() OVER (PARTITION BY kind ORDER BY seq) AS nth FROM ev_task e),
       d AS (FROM t WHERE kind = 'defined'),
       e AS (SELECT t.*, o.from_day AS begins, r.notice_s,
           CASE WHEN o.until_day > 0 THEN o.until_day END AS meant_until,
           lag(t.until_day) OVER (PARTITION BY t.task ORDER BY t.seq) AS last_until
         FROM t LEFT JOIN d o ON o.task = t.task AND o.seq < t.seq JOIN rules_by_day r ON r.day = t.today WHERE t.kind = 'ended')
       SELECT 'TASK_TERMS_WRONG' AS code, subject,
         'task ' || nth || ' of 1 to ${MAX_CRYSTALS} crystals, up to ${MAX_PER_DAY} a day, from day ' || today + 1
           || ' or later' AS expected,
         'task ' || task || ' of ' || crystals || ' crystals, ' || per_day || ' a day, from day ' || from_day
           || ' until ' || until_day AS actual, block, tx
       FROM d WHERE task <> nth OR crystals NOT BETWEEN 1 AND ${MAX_CRYSTALS} OR per_day NOT BETWEEN 1 AND ${MAX_PER_DAY}
         OR from_day <= today OR (until_day <> 0 AND until_day <= from_day)
       UNION ALL SELECT 'TASK_TERMS_WRONG', subject, 'an earlier end, on a day to come', 'an end on day ' || until_day, block, tx
       FROM e WHERE begins IS NULL OR until_day <= today OR until_day < begins
         OR until_day >= coalesce(last_until, meant_until, until_day + 1)
       UNION ALL SELECT 'TASK_WITHOUT_NOTICE', subject, 'an end at ' || time + notice_s || ' or later',
         'at ' || day_start(${deployment.genesis}, until_day), block, tx
       FROM e WHERE begins <= today AND day_start(${deployment.genesis}, until_day) < time + notice_s`,
    );
    await findings.addFrom(database, wrongIntervals("ev_task_key"));
    const { subjects } = await database.row(
      "SELECT (SELECT count(*) FROM ev_task) + (SELECT count(*) FROM ev_task_key) AS subjects",
    );
    return { subjects: Number(subjects) };
  },
};
