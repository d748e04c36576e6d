import type { Check } from "../context.ts";

/**
 * A reading goes on from its vehicle's last one: sequence, time and odometer (docs/protocol.md 5.3). The same reading twice
 * breaks all three at once and is told as that alone.
 */
export const readingHistory: Check = {
  name: "reading history",
  async run({ database, findings, fromDay }) {
    await findings.addFrom(
      database,
      `WITH f AS (SELECT *, at_index(drop_no, position) AS subject,
           row_number() OVER (PARTITION BY digest ORDER BY drop_no, position) AS occurrence,
           first_value(at_index(drop_no, position)) OVER (PARTITION BY digest ORDER BY drop_no, position) AS original
         FROM fact)
       SELECT CASE WHEN occurrence > 1 THEN 'READING_DOUBLED'
           WHEN sequence <= last_sequence THEN 'READING_SEQUENCE_OLD'
           WHEN started_at < last_ended_at THEN 'READING_OVERLAPS'
           ELSE 'READING_ODOMETER_BACKWARDS' END AS code,
         subject,
         CASE code WHEN 'READING_DOUBLED' THEN 'once, in ' || original
           WHEN 'READING_SEQUENCE_OLD' THEN 'above ' || last_sequence
           WHEN 'READING_OVERLAPS' THEN 'from ' || last_ended_at || ' on'
           ELSE 'from ' || coalesce(greatest(last_odometer_m, odometer_start_m), odometer_start_m) || ' m on' END AS expected,
         CASE code WHEN 'READING_DOUBLED' THEN 'again'
           WHEN 'READING_SEQUENCE_OLD' THEN sequence::VARCHAR
           WHEN 'READING_OVERLAPS' THEN started_at::VARCHAR
           ELSE odometer_start_m || ' m to ' || odometer_end_m || ' m' END AS actual, block, tx
       FROM f WHERE day >= ${fromDay} AND (occurrence > 1 OR sequence <= last_sequence OR started_at < last_ended_at
         OR odometer_start_m < last_odometer_m OR odometer_end_m < odometer_start_m)`,
    );
    const { readings } = await database.row(`SELECT count(*) AS readings FROM fact WHERE day >= ${fromDay}`);
    return { subjects: Number(readings) };
  },
};
