import { PURPOSE } from "../../protocol/codec/codes.ts";
import type { Check } from "../context.ts";

/**
 * The account held the vehicle throughout (before or after the vehicle followed a move, not across it), and consented: the operator, for the mining purpose, to every category of the mask
 * over the whole reading, and still when the drop began or the reading ended (docs/protocol.md 5.3). Periods of one consent
 * never overlap, so a reading is covered exactly when its parts within fitting periods add up to all of it.
 */
export const readingRights: Check = {
  name: "reading rights",
  async run({ database, findings, deployment, fromDay }) {
    const standing = `greatest(f.ended_at, drop_start(${deployment.genesis}, f.drop_no))`;
    await findings.addFrom(
      database,
      `WITH f AS (SELECT f.*, at_index(drop_no, position) AS subject, p.account IS NOT NULL AS paired, p.since, p.until,
           coalesce(p.since <= f.started_at AND f.ended_at <= p.until, false) AS paired_throughout,
           h.account IS NOT NULL AS held, h.since <= f.started_at AND f.ended_at <= h.until AS held_throughout
         FROM fact f LEFT JOIN pairing p USING (vehicle)
         LEFT JOIN holding h ON h.vehicle = f.vehicle AND h.account = f.account WHERE f.day >= ${fromDay}),
       mining AS (SELECT * FROM consent
         WHERE recipient = unhex('${deployment.operator.slice(2)}') AND purpose = ${PURPOSE.productIteration}),
       covered AS (SELECT f.drop_no, f.position,
           sum(greatest(0, least(m.valid_until, f.ended_at) - greatest(m.valid_from, f.started_at))) AS seconds,
           bool_or(m.valid_from <= ${standing} AND ${standing} < m.valid_until) AS stands
         FROM f JOIN mining m ON m.account = f.account AND (m.categories & f.categories) = f.categories GROUP BY ALL),
       g AS (SELECT f.*, coalesce(c.seconds, 0) AS seconds, coalesce(c.stands, false) AS stands
         FROM f LEFT JOIN covered c USING (drop_no, position))
       SELECT 'READING_VEHICLE_UNPAIRED' AS code, subject, 'paired from ' || started_at || ' to ' || ended_at AS expected,
         coalesce('paired from ' || since || ' to ' || until, 'never paired') AS actual, block, tx
       FROM g WHERE NOT paired_throughout
       UNION ALL SELECT 'READING_ACCOUNT_WRONG', subject, coalesce((SELECT any_value(hx(h.account)) FROM holding h
           WHERE h.vehicle = g.vehicle AND h.since <= g.started_at AND g.ended_at <= h.until), 'one holder throughout'),
         hx(account), block, tx
       FROM g WHERE paired AND (NOT held OR (paired_throughout AND NOT held_throughout))
       UNION ALL SELECT 'READING_CONSENT_MISSING', subject,
         'consent to mask ' || categories || ' for ' || ended_at - started_at || ' s', seconds || ' s', block, tx
       FROM g WHERE held AND seconds < ended_at - started_at
       UNION ALL SELECT 'READING_CONSENT_NOT_STANDING', subject,
         'consent to mask ' || categories || ' at ' || ${standing.replaceAll("f.", "")}, 'none', block, tx
       FROM g WHERE held AND seconds >= ended_at - started_at AND NOT stands`,
    );
    const { readings } = await database.row(`SELECT count(*) AS readings FROM fact WHERE day >= ${fromDay}`);
    return { subjects: Number(readings) };
  },
};
