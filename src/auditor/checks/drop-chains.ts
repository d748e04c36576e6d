import type { Check } from "../context.ts";
import { ZERO_HASH_SQL } from "../store/zero.ts";

/**
 * Within a drop: order and index. Across drops: each leaf points to its vehicle's and account's last one, counts what the
 * daily cap leaves or, on days of an exclusion, nothing (13.3), and carries the running totals on (docs/protocol.md 6.1). Each step is judged from the one before as it
 * was published, so one wrong number is one finding; together the steps prove the whole.
 */
export const dropChains: Check = {
  name: "drop chains",
  async run({ database, findings, fromDay }) {
    await findings.addFrom(
      database,
      `WITH e AS (SELECT f.*, at_index(drop_no, position) AS subject,
           EXISTS (FROM exclusion x WHERE x.account = f.account AND x.from_day <= f.day AND f.day < x.end_day) AS excluded
         FROM fact f),
       f AS (SELECT e.*, lag(vehicle) OVER w AS above_vehicle, lag(sequence) OVER w AS above_sequence,
           CASE WHEN excluded THEN 0 WHEN r.day IS NULL THEN counted_m
             ELSE least(odometer_end_m - odometer_start_m, greatest(0, r.daily_cap_m - last_vehicle_day_m)) END AS should_count
         FROM e LEFT JOIN rules_by_day r ON r.day = e.day_driven
         WINDOW w AS (PARTITION BY drop_no ORDER BY position)),
       j AS (SELECT * FROM f WHERE day >= ${fromDay})
       SELECT 'DROP_ORDER_WRONG' AS code, subject, at_index(drop_no, position) AS expected,
         at_index(row_drop, idx) AS actual, block, tx FROM j WHERE idx <> position OR row_drop <> drop_no
       UNION ALL SELECT 'DROP_ORDER_WRONG', subject,
         'after vehicle ' || hx(above_vehicle) || ' sequence ' || above_sequence,
         'vehicle ' || hx(vehicle) || ' sequence ' || sequence, block, tx
       FROM j WHERE above_vehicle > vehicle OR (above_vehicle = vehicle AND above_sequence > sequence)
       UNION ALL SELECT 'DROP_COUNT_WRONG', subject, should_count::VARCHAR, counted_m::VARCHAR, block, tx
       FROM j WHERE vehicle_day_known AND counted_m <> should_count AND NOT excluded
       UNION ALL SELECT 'EXCLUSION_IGNORED', subject, '0 m, since its account is excluded on day ' || day,
         counted_m || ' m', block, tx
       FROM j WHERE counted_m <> 0 AND excluded
       UNION ALL SELECT 'DROP_RUNNING_TOTAL_WRONG', subject || ' vehicle',
         (last_vehicle_day_m + counted_m)::VARCHAR, vehicle_day_after_m::VARCHAR, block, tx
       FROM j WHERE vehicle_day_known AND vehicle_day_after_m <> last_vehicle_day_m + counted_m
       UNION ALL SELECT 'DROP_RUNNING_TOTAL_WRONG', subject || ' account',
         (last_account_m + counted_m)::VARCHAR, account_after_m::VARCHAR, block, tx
       FROM j WHERE account_known AND account_after_m <> last_account_m + counted_m
       UNION ALL SELECT 'DROP_CHAIN_WRONG', subject || ' vehicle',
         hx(coalesce(last_vehicle_leaf, ${ZERO_HASH_SQL})), hx(prev_vehicle_leaf), block, tx
       FROM j WHERE vehicle_known AND prev_vehicle_leaf <> coalesce(last_vehicle_leaf, ${ZERO_HASH_SQL})
       UNION ALL SELECT 'DROP_CHAIN_WRONG', subject || ' account',
         hx(coalesce(last_account_leaf, ${ZERO_HASH_SQL})), hx(prev_account_leaf), block, tx
       FROM j WHERE account_known AND prev_account_leaf <> coalesce(last_account_leaf, ${ZERO_HASH_SQL})`,
    );
    const row = await database.row(
      `SELECT count(*) AS readings, count(*) FILTER (NOT (vehicle_known AND account_known)) AS open
       FROM fact WHERE day >= ${fromDay}`,
    );
    const open = Number(row.open);
    return {
      subjects: Number(row.readings),
      ...(open > 0
        ? {
            note: `${open} readings follow a missing or damaged file, or rows that may be erased: their pointers are not judged`,
          }
        : {}),
    };
  },
};
