import { ALL_CATEGORIES_MASK, DROP_S, MAX_SPEED_MPS } from "../../protocol/codec/codes.ts";
import type { Check } from "../context.ts";

/** What one reading says by itself, and when its drop took it (docs/protocol.md 5.3). */
export const readingForm: Check = {
  name: "reading form",
  async run({ database, findings, deployment, fromDay }) {
    const { genesis } = deployment;
    const finding = (code: string, wrong: string, expected: string, actual: string) =>
      `SELECT '${code}' AS code, at_index(drop_no, position) AS subject, (${expected})::VARCHAR AS expected,
         (${actual})::VARCHAR AS actual, block, tx FROM f WHERE ${wrong}`;
    await findings.addFrom(
      database,
      `WITH f AS (SELECT f.*, drop_start(${genesis}, drop_no) AS starts_at, r.reading_max_age_s AS max_age_s,
           odometer_end_m - odometer_start_m AS metres, ended_at - started_at AS seconds
         FROM fact f JOIN rules_by_day r ON r.day = f.day WHERE f.day >= ${fromDay})
       ${[
         finding("READING_BEFORE_GENESIS", `started_at < ${genesis}`, `'from ${genesis} on'`, "started_at"),
         finding("READING_INTERVAL_EMPTY", "seconds <= 0", "'an end after ' || started_at", "ended_at"),
         finding(
           "READING_ACROSS_DAYS",
           `seconds > 0 AND started_at >= ${genesis} AND day_of(${genesis}, started_at) <> day_of(${genesis}, ended_at - 1)`,
           `'an end on day ' || day_of(${genesis}, started_at)`,
           `'an end on day ' || day_of(${genesis}, ended_at - 1)`,
         ),
         finding(
           "READING_FROM_FUTURE",
           `ended_at > starts_at + ${DROP_S}`,
           `'an end by ' || starts_at + ${DROP_S}`,
           "ended_at",
         ),
         finding(
           "READING_TOO_OLD",
           "starts_at - ended_at > max_age_s",
           "'an end from ' || starts_at - max_age_s",
           "ended_at",
         ),
         finding(
           "READING_TOO_FAST",
           `seconds > 0 AND metres > ${MAX_SPEED_MPS} * seconds`,
           `'at most ' || ${MAX_SPEED_MPS} * seconds || ' m'`,
           "metres || ' m'",
         ),
         finding("READING_WITHOUT_MILEAGE", "categories & 1 = 0", "'a mask with bit 0'", "categories"),
         finding("READING_CATEGORY_UNKNOWN", `categories > ${ALL_CATEGORIES_MASK}`, "'known categories'", "categories"),
         finding("READING_PAYLOAD_ZERO", "payload_zero", "'a commitment'", "'zero'"),
       ].join(" UNION ALL ")}`,
    );
    const { readings } = await database.row(`SELECT count(*) AS readings FROM fact WHERE day >= ${fromDay}`);
    return { subjects: Number(readings) };
  },
};
