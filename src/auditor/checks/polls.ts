import { DAY_S } from "../../protocol/codec/codes.ts";
import type { Check } from "../context.ts";

const MOST_OPEN_S = 90 * DAY_S;
const RESULT_WITHIN_S = 14 * DAY_S;
const [LEAST_OPTIONS, MOST_OPTIONS] = [2, 64];

/**
 * Polls are fixed before they open, within bounds; they have one result after they have closed, within 14 days, which the
 * guardian takes back only before it counts (docs/protocol.md 13.2).
 */
export const polls: Check = {
  name: "polls",
  async run({ database, findings, deployment, head }) {
    const { genesis } = deployment;
    await findings.addFrom(
      database,
      `WITH p AS (SELECT *, 'poll ' || poll AS subject, row_number() OVER (ORDER BY seq) AS nth,
           CASE weighting WHEN 0 THEN 0 ELSE day_of(${genesis}, opens_at) - 1 END AS latest_day FROM ev_poll),
       r AS (SELECT e.*, 'poll ' || e.poll AS subject, p.closes_at, e.time + c.challenge_window_s AS should_count_from,
           lag(e.kind) OVER v AS last_kind, lag(e.counts_from) OVER v AS last_from
         FROM ev_poll_result e LEFT JOIN ev_poll p ON p.poll = e.poll AND p.seq < e.seq
         JOIN rules_by_day c ON c.day = day_of(${genesis}, e.time) WINDOW v AS (PARTITION BY e.poll ORDER BY e.seq)),
       d AS (SELECT p.*, greatest(p.closes_at, coalesce((SELECT max(v.time) FROM ev_poll_result v
           WHERE v.poll = p.poll AND v.kind = 'vetoed'), 0)) + ${RESULT_WITHIN_S} AS due
         FROM p WHERE poll NOT IN (SELECT poll FROM poll_result))
       SELECT 'POLL_TERMS_WRONG' AS code, subject, 'poll ' || nth || ' of ${LEAST_OPTIONS} to ${MOST_OPTIONS} options, open after '
           || time || ' for at most ${MOST_OPEN_S} s, by stones of day ' || latest_day || ' or before' AS expected,
         options || ' options, weighting ' || weighting || ', from ' || opens_at || ' to ' || closes_at || ', day '
           || snapshot_day AS actual, block, tx
       FROM p WHERE poll <> nth OR options NOT BETWEEN ${LEAST_OPTIONS} AND ${MOST_OPTIONS} OR weighting > 1 OR opens_at <= time
         OR closes_at <= opens_at OR closes_at > opens_at + ${MOST_OPEN_S} OR snapshot_day > latest_day
       UNION ALL SELECT 'POLL_RESULT_WRONG', subject, 'one result from ' || coalesce(closes_at, 0) || ' on, which counts from '
           || should_count_from || ' on', 'at ' || time || coalesce(', after ' || last_kind, '') || ', counting from ' || counts_from,
         block, tx
       FROM r WHERE kind = 'published' AND (coalesce(time < closes_at, true) OR coalesce(last_kind = 'published', false)
         OR counts_from <> should_count_from)
       UNION ALL SELECT 'POLL_RESULT_WRONG', subject, 'taken back before ' || coalesce(last_from, 0), 'at ' || time, block, tx
       FROM r WHERE kind = 'vetoed' AND NOT coalesce(last_kind = 'published' AND time < last_from, false)
       UNION ALL SELECT 'POLL_RESULT_MISSING', subject, 'a result by ' || due, 'none at ${head.time}', block, tx
       FROM d WHERE due < ${head.time}`,
    );
    const { subjects } = await database.row("SELECT count(*) AS subjects FROM ev_poll");
    return { subjects: Number(subjects) };
  },
};
