import { DAY_S } from "../../protocol/codec/codes.ts";
import type { Check } from "../context.ts";

const SUCCESSOR_NOTICE_S = 60 * DAY_S;
const MINING_END_NOTICE_S = 180 * DAY_S;

/**
 * Stones migrate to the announced successor after its notice, and mining ends with notice and never earlier than announced.
 * That migrated stones leave the account is judged with what orders spend.
 */
export const migrations: Check = {
  name: "migrations",
  async run({ database, findings, deployment }) {
    await findings.addFrom(
      database,
      `SELECT 'SUCCESSION_WRONG' AS code, 'successor ' || hx(successor) AS subject,
         'from ' || time + ${SUCCESSOR_NOTICE_S} || ' on' AS expected, 'from ' || migratable_from || ' on' AS actual, block, tx
       FROM ev_successor WHERE migratable_from <> time + ${SUCCESSOR_NOTICE_S}
       UNION ALL SELECT 'SUCCESSION_WRONG', 'account ' || hx(m.account),
         coalesce('to ' || hx(s.successor) || ' from ' || s.migratable_from || ' on', 'no migration'),
         'to ' || hx(m.successor) || ' at ' || m.time, m.block, m.tx
       FROM ev_migrated m ASOF LEFT JOIN ev_successor s ON m.seq > s.seq
       WHERE s.successor IS DISTINCT FROM m.successor OR m.time < s.migratable_from
       UNION ALL SELECT 'SUCCESSION_WRONG', 'end of mining', 'day ' || earliest || ' or later', 'day ' || day, block, tx
       FROM (SELECT *, greatest(coalesce(lag(day) OVER (ORDER BY seq), 0),
           day_of(${deployment.genesis}, time + ${MINING_END_NOTICE_S}) + 1) AS earliest FROM ev_mining_end) WHERE day < earliest
       UNION ALL SELECT 'SUCCESSION_WRONG', 'day ' || d.day, 'no settlement from day ' || e.day || ' on', 'a settlement', d.block, d.tx
       FROM ev_settled d ASOF JOIN ev_mining_end e ON d.seq > e.seq WHERE d.day >= e.day`,
    );
    const { subjects } = await database.row(
      `SELECT (SELECT count(*) FROM ev_migrated) + (SELECT count(*) FROM ev_successor) + (SELECT count(*) FROM ev_mining_end)
         AS subjects`,
    );
    return { subjects: Number(subjects) };
  },
};
