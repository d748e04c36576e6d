import type { Check } from "../context.ts";

/** Indices are given once, without gaps, to new accounts in ascending order of address (docs/protocol.md 7.2). */
export const dayAccounts: Check = {
  name: "day accounts",
  async run({ database, findings, fromDay }) {
    await findings.addFrom(
      database,
      `WITH f AS (SELECT f.*, b.account AS old_account, b.day IS NOT NULL AS old_index,
           max(f.account) FILTER (b.day IS NULL) OVER (PARTITION BY f.day ORDER BY f.position
             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS new_above,
           row_number() OVER (PARTITION BY f.day, f.account ORDER BY f.position) AS occurrence
         FROM day_fact f LEFT JOIN day_row b ON b.day = f.day - 1 AND b.position = f.position WHERE f.day >= ${fromDay})
       SELECT 'DAY_INDEX_WRONG' AS code, at_account(day, account) AS subject, 'index ' || position AS expected,
         'index ' || idx || ' of day ' || row_day AS actual, block, tx FROM f WHERE idx <> position OR row_day <> day
       UNION ALL SELECT 'DAY_INDEX_WRONG', 'day ' || day || ' index ' || position, hx(old_account), hx(account), block, tx
       FROM f WHERE old_index AND old_account <> account
       UNION ALL SELECT 'DAY_INDEX_WRONG', at_account(day, account), 'a new account above ' || hx(new_above), 'one below it',
         block, tx FROM f WHERE NOT old_index AND before_known AND account < new_above
       UNION ALL SELECT 'DAY_ACCOUNT_DOUBLED', at_account(day, account), 'one index', 'index ' || position || ' too', block, tx
       FROM f WHERE occurrence > 1
       UNION ALL SELECT 'DAY_ACCOUNT_TOO_EARLY', at_account(day, account), 'no index before the first counted metre or award',
         'index ' || position, block, tx FROM f WHERE NOT old_index AND before_known AND metres = 0 AND crystals = 0`,
    );
    // The first settled day in which an account had to stand, and does not.
    await findings.addFrom(
      database,
      `WITH first AS (SELECT account, day FROM fact WHERE counted_m > 0 UNION ALL SELECT account, day FROM award_fact),
       due AS (SELECT account, min(day) AS day FROM first GROUP BY account)
       SELECT 'DAY_ACCOUNT_MISSING' AS code, at_account(s.day, d.account) AS subject, 'a row' AS expected,
         'none' AS actual, s.block, s.tx
       FROM due d JOIN settled s ON s.day = greatest(d.day, ${fromDay})
       WHERE s.day NOT IN (SELECT day FROM gap_day)
         AND NOT EXISTS (FROM day_row r WHERE r.day = s.day AND r.account = d.account)
         AND NOT EXISTS (FROM day_row r WHERE r.day = s.day AND r.account IS NULL)`,
    );
    const { rows } = await database.row(`SELECT count(*) AS rows FROM day_fact WHERE day >= ${fromDay}`);
    return { subjects: Number(rows) };
  },
};
