import { DAY_S } from "../../protocol/codec/codes.ts";
import type { Check } from "../context.ts";
import { wrongIntervals } from "./key-intervals.ts";

const MOST_DAYS_AHEAD = 180;
const LONGEST_S = 90 * DAY_S;
/** Columns that may not be 0 (docs/protocol.md 1.6). */
const POSITIVE = [
  ...["daily_cap_m", "window_days", "max_units_per_metre", "challenge_window_s", "reading_max_age_s"],
  ...["receipt_deadline_s", "objection_s", "max_fulfilment_s", "push_interval_days"],
];
/** Columns, in seconds, that may be {@link LONGEST_S} at most. */
const BOUNDED = ["notice_s", "challenge_window_s", "objection_s"];

/** Columns that are worse for owners when they fall, when they rise, and when they change at all. */
const WORSE = {
  "<": ["daily_cap_m", "max_units_per_metre", "notice_s", "reading_max_age_s", "max_crystals_per_day"],
  ">": ["redemption_delay_days", "receipt_deadline_s", "max_fulfilment_s", "max_registrations_per_day"],
  "<>": ["window_days", "challenge_window_s", "objection_s", "push_interval_days"],
} as const;

/**
 * Versions of the rules come one after another, each for a day that has not begun and is not far, with notice those that are
 * worse than the version before and than what holds the day before, and none with values that break the programme; what a
 * receipt key signed stays signed (docs/protocol.md 1.6 and section 11).
 */
export const rules: Check = {
  name: "rules",
  async run({ database, findings, deployment }) {
    await findings.addFrom(
      database,
      `WITH v AS (SELECT *,
         coalesce(lag(version) OVER (ORDER BY seq), -1) + 1 AS next_version,
         greatest(coalesce(lag(from_day) OVER (ORDER BY seq), 0), day_of(${deployment.genesis}, time) + 1) AS earliest,
         day_of(${deployment.genesis}, time) + ${MOST_DAYS_AHEAD} AS latest
       FROM ev_rules)
       SELECT 'RULES_NOT_AHEAD' AS code, 'rules version ' || version AS subject,
         'version ' || next_version || ' from day ' || CASE version WHEN 0 THEN '0' ELSE earliest || ' to ' || latest END AS expected,
         'version ' || version || ' from day ' || from_day AS actual, block, tx
       FROM v WHERE version <> next_version OR CASE version WHEN 0 THEN from_day <> 0 ELSE from_day NOT BETWEEN earliest AND latest END`,
    );
    const wrong = [
      ...POSITIVE.map((column) => `CASE WHEN ${column} = 0 THEN '${column} 0' END`),
      ...BOUNDED.map((column) => `CASE WHEN ${column} > ${LONGEST_S} THEN '${column} ' || ${column} END`),
    ];
    await findings.addFrom(
      database,
      `WITH v AS (SELECT *, concat_ws(', ', ${wrong.join(", ")}) AS wrong FROM ev_rules)
       SELECT 'RULES_VALUE_WRONG' AS code, 'rules version ' || version AS subject,
         'values above 0, ${BOUNDED.join(", ")} up to ${LONGEST_S}' AS expected, wrong AS actual, block, tx
       FROM v WHERE wrong <> ''`,
    );
    await findings.addFrom(database, wrongIntervals("ev_receipt_key"));
    const worse = Object.entries(WORSE).flatMap(([sign, columns]) =>
      columns.map((column) => `CASE WHEN v.${column} ${sign} o.${column} THEN '${column}' END`),
    );
    const worseThanBefore = `concat_ws(', ', ${worse.join(", ")}) AS worse`;
    await findings.addFrom(
      database,
      `WITH n AS (SELECT v.seq, ${worseThanBefore} FROM ev_rules v ASOF JOIN ev_rules o ON v.seq > o.seq),
       w AS (SELECT v.*, ${worseThanBefore} FROM ev_rules v JOIN ev_rules o ON o.seq < v.seq AND o.from_day < v.from_day
         QUALIFY row_number() OVER (PARTITION BY v.seq ORDER BY o.seq DESC) = 1)
       SELECT 'RULES_WITHOUT_NOTICE' AS code, 'rules version ' || w.version AS subject,
         w.worse || ' worse at ' || w.time + r.notice_s || ' or later' AS expected,
         'at ' || day_start(${deployment.genesis}, w.from_day) AS actual, block, tx
       FROM w JOIN n USING (seq) JOIN rules_by_day r ON r.day = day_of(${deployment.genesis}, w.time)
       WHERE w.worse <> '' AND n.worse <> '' AND day_start(${deployment.genesis}, w.from_day) < w.time + r.notice_s`,
    );
    const { subjects } = await database.row(
      "SELECT (SELECT count(*) FROM ev_rules) + (SELECT count(*) FROM ev_receipt_key) AS subjects",
    );
    return { subjects: Number(subjects) };
  },
};
