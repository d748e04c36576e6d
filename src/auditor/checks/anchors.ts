import { DROPS_PER_DAY } from "../../protocol/codec/codes.ts";
import type { Check } from "../context.ts";

const MOST_DROPS_A_CALL = 7 * DROPS_PER_DAY;

/**
 * Drops are anchored in order, without a gap, each after its end, at most a week a call, and never anew once their day is
 * settled (docs/protocol.md 6.2).
 */
export const anchors: Check = {
  name: "anchors",
  async run({ database, findings, deployment }) {
    await findings.addFrom(
      database,
      `WITH call AS (SELECT *, 'drops ' || first_drop || ' to ' || first_drop + drops - 1 AS subject,
         coalesce(lag(first_drop + drops) OVER (ORDER BY seq), 0) AS next_drop,
         drop_start(${deployment.genesis}, first_drop + drops) AS ends_at FROM ev_anchor)
       SELECT 'ANCHOR_NOT_NEXT' AS code, subject,
         CASE WHEN superseded_next IS NULL THEN 'from drop ' || next_drop
           ELSE 'a supersession up to drop ' || next_drop END AS expected,
         'from drop ' || first_drop || coalesce(', superseding up to ' || superseded_next, '') AS actual, block, tx
       FROM call WHERE CASE WHEN superseded_next IS NULL THEN first_drop <> next_drop
         ELSE superseded_next <> next_drop OR first_drop >= next_drop END
       UNION ALL SELECT 'ANCHOR_TOO_MANY', subject, '1 to ${MOST_DROPS_A_CALL} drops', drops || ' drops', block, tx
       FROM call WHERE drops NOT BETWEEN 1 AND ${MOST_DROPS_A_CALL}
       UNION ALL SELECT 'ANCHOR_TOO_EARLY', subject, 'at ' || ends_at || ' or later', 'at ' || time, block, tx
       FROM call WHERE time < ends_at
       UNION ALL SELECT 'ANCHOR_SETTLED_DROP', subject, 'from drop ' || ${DROPS_PER_DAY} * settled || ' or later',
         'from drop ' || first_drop, block, tx
       FROM (SELECT call.*, (SELECT count(*) FROM settlement s
             WHERE s.seq < call.seq AND coalesce(s.undone_seq > call.seq, true)) AS settled FROM call)
       WHERE first_drop < ${DROPS_PER_DAY} * settled`,
    );
    const { calls } = await database.row("SELECT count(*) AS calls FROM ev_anchor");
    return { subjects: Number(calls) };
  },
};
