/**
 * SQL that finds settings of keys that sign receipts or awards which hold for no time, or take from a key what it has signed:
 * of the time up to the setting, all for which it held it keeps (docs/protocol.md, section 11).
 * @param table `ev_receipt_key` or `ev_task_key`.
 */
export function wrongIntervals(table: "ev_receipt_key" | "ev_task_key"): string {
  return `WITH k AS (SELECT *, lag(valid_from) OVER w AS had_from, lag(valid_until) OVER w AS had_until
       FROM ${table} WINDOW w AS (PARTITION BY signer ORDER BY seq)),
     h AS (SELECT *, CASE WHEN had_until BETWEEN 1 AND time THEN had_until ELSE time END AS held_until FROM k)
     SELECT 'SIGNING_KEY_WRONG' AS code, 'key ' || hx(signer) AS subject,
       CASE WHEN had_from < time THEN 'from ' || had_from || ' or before, until ' || held_until || ' or later'
         ELSE 'a time in which it holds' END AS expected,
       'from ' || valid_from || ' until ' || valid_until AS actual, block, tx
     FROM h WHERE valid_from = 0 OR (valid_until > 0 AND valid_until <= valid_from)
       OR (had_from < time AND (valid_from > had_from OR (valid_until > 0 AND valid_until < held_until)))`;
}
