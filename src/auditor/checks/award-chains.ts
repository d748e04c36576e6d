import type { Check } from "../context.ts";
import { ZERO_HASH_SQL } from "../store/zero.ts";

/**
 * Awards of a drop stand in order of account and digest; each points to its account's last one and carries the sum of its
 * crystals on (docs/protocol.md 6.1). As with readings, each step is judged from the one before as it was published.
 */
export const awardChains: Check = {
  name: "award chains",
  async run({ database, findings, fromDay }) {
    await findings.addFrom(
      database,
      `WITH f AS (SELECT *, 'award ' || at_index(drop_no, position) AS subject,
           lag(account || digest) OVER (PARTITION BY drop_no ORDER BY position) AS above FROM award_fact),
       j AS (SELECT * FROM f WHERE day >= ${fromDay})
       SELECT 'AWARD_ORDER_WRONG' AS code, subject, at_index(drop_no, position) AS expected,
         at_index(row_drop, idx) AS actual, block, tx FROM j WHERE idx <> position OR row_drop <> drop_no
       UNION ALL SELECT 'AWARD_ORDER_WRONG', subject, 'after ' || hx(above), hx(account || digest), block, tx
       FROM j WHERE above > account || digest
       UNION ALL SELECT 'AWARD_RUNNING_TOTAL_WRONG', subject, (last_crystals + crystals)::VARCHAR,
         account_crystals_after::VARCHAR, block, tx
       FROM j WHERE account_known AND account_crystals_after <> last_crystals + crystals
       UNION ALL SELECT 'AWARD_CHAIN_WRONG', subject, hx(coalesce(last_award_leaf, ${ZERO_HASH_SQL})), hx(prev_award_leaf), block, tx
       FROM j WHERE account_known AND prev_award_leaf <> coalesce(last_award_leaf, ${ZERO_HASH_SQL})`,
    );
    const row = await database.row(
      `SELECT count(*) AS awards, count(*) FILTER (NOT account_known) AS open FROM award_fact WHERE day >= ${fromDay}`,
    );
    const note = `${row.open} awards follow a missing or damaged file: their pointers are not judged`;
    return { subjects: Number(row.awards), ...(row.open === 0n ? {} : { note }) };
  },
};
