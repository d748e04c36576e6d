import { DAY_S } from "../../protocol/codec/codes.ts";
import type { AuditContext, Check } from "../context.ts";
import { ZERO_ADDRESS_SQL } from "../store/zero.ts";

const BETWEEN_MOVES_S = 365 * DAY_S;
const RECOVERY_DELAY_S = 30 * DAY_S;
const LAST_REASON = 4;

/**
 * Accounts move once, to one without a history unless a recovery was announced in time, and stones go from one account to
 * another only with a move: all of them, to the one that stands for it.
 */
export const moves: Check = {
  name: "moves",
  async run(context) {
    const { database } = context;
    await findIllegalMoves(context);
    await findWrongRecoveries(context);
    await findWrongTransfers(context);
    const { moves } = await database.row(
      "SELECT (SELECT count(*) FROM ev_move) + (SELECT count(*) FROM ev_recovery) AS moves",
    );
    return { subjects: Number(moves) };
  },
};

async function findIllegalMoves({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH m AS (SELECT m.*, 'account ' || hx(m.account) AS subject, e.kind = 'announced' AND e.target = m.target
           AND m.time >= e.executable_at AND NOT EXISTS (FROM ev_move x WHERE x.kind = 'moved' AND x.account = m.account
             AND x.seq > e.seq AND x.seq < m.seq) AS recovered
         FROM ev_move m ASOF LEFT JOIN ev_recovery e ON e.account = m.account AND m.seq > e.seq WHERE m.kind = 'moved')
     SELECT 'MOVE_ILLEGAL' AS code, subject, 'a move to another account' AS expected, 'to ' || hx(target) AS actual, block, tx
     FROM m WHERE target = account OR target = ${ZERO_ADDRESS_SQL}
     UNION ALL SELECT 'MOVE_ILLEGAL', subject, 'accounts that have not moved', 'moved before: ' || hx(x.account), m.block, m.tx
     FROM m JOIN ev_move x ON x.kind = 'moved' AND x.seq < m.seq AND x.account IN (m.account, m.target)
     UNION ALL SELECT 'MOVE_ILLEGAL', subject, 'an account without a history, or a recovery announced in time',
       'to ' || hx(target), block, tx
     FROM m WHERE NOT coalesce(recovered, false)
       AND (EXISTS (FROM ev_transfer t WHERE t.receiver = m.target AND t.seq < m.seq)
         OR EXISTS (FROM ev_move x WHERE x.kind = 'moved' AND x.target = m.target AND x.seq < m.seq))
     UNION ALL SELECT 'MOVE_ILLEGAL', subject, 'a year since it was moved to, or a recovery announced in time',
       m.time - x.time || ' s', m.block, m.tx
     FROM m JOIN ev_move x ON x.kind = 'moved' AND x.target = m.account AND x.seq < m.seq
     WHERE NOT coalesce(recovered, false) AND m.time < x.time + ${BETWEEN_MOVES_S}
     UNION ALL SELECT 'MOVE_ILLEGAL', 'account ' || hx(s.account), 'a pointer to ' || coalesce(hx(n.target), 'where it led'),
       'to ' || hx(s.target), s.block, s.tx
     FROM ev_move s ASOF LEFT JOIN ev_move o ON o.account = s.account AND s.seq > o.seq
     ASOF LEFT JOIN ev_move n ON n.account = o.target AND s.seq > n.seq
     WHERE s.kind = 'shortened' AND n.target IS DISTINCT FROM s.target`,
  );
}

async function findWrongRecoveries({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH r AS (SELECT *, 'recovery ' || number AS subject,
         coalesce(lag(number) OVER (PARTITION BY kind ORDER BY seq), 0) + 1 AS next_number,
         lag(kind) OVER (PARTITION BY account ORDER BY seq) AS last_kind,
         lag(number) OVER (PARTITION BY account ORDER BY seq) AS last_number FROM ev_recovery)
     SELECT 'RECOVERY_WRONG' AS code, subject,
       'number ' || next_number || ', a known reason, from ' || time + ${RECOVERY_DELAY_S} || ' on' AS expected,
       'number ' || number || ', reason ' || reason || ', from ' || executable_at || ' on' AS actual, block, tx
     FROM r WHERE kind = 'announced' AND (number <> next_number OR reason NOT BETWEEN 1 AND ${LAST_REASON}
       OR executable_at <> time + ${RECOVERY_DELAY_S} OR last_kind = 'announced')
     UNION ALL SELECT 'RECOVERY_WRONG', subject, 'an announced recovery', 'a cancellation', block, tx
     FROM r WHERE kind = 'cancelled' AND coalesce(last_kind <> 'announced' OR last_number <> number, true)`,
  );
}

async function findWrongTransfers({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH change AS (SELECT seq, receiver AS account, units FROM ev_transfer
         UNION ALL SELECT seq, sender, -units FROM ev_transfer),
       balance AS (SELECT seq, account, sum(units) OVER (PARTITION BY account ORDER BY seq) AS units FROM change),
       t AS (SELECT t.*, 'account ' || hx(sender) AS subject, s.holder, b.units AS left_behind
         FROM ev_transfer t ASOF LEFT JOIN standing s ON s.account = t.sender AND t.seq >= s.from_seq
         LEFT JOIN balance b ON b.seq = t.seq AND b.account = t.sender
         WHERE sender <> ${ZERO_ADDRESS_SQL} AND receiver <> ${ZERO_ADDRESS_SQL})
     SELECT 'MOVE_TRANSFER_WRONG' AS code, subject, coalesce('to ' || hx(holder), 'no move') AS expected,
       'to ' || hx(receiver) AS actual, block, tx FROM t WHERE coalesce(holder, sender) <> receiver OR receiver = sender
     UNION ALL SELECT 'MOVE_TRANSFER_WRONG', subject, 'all of its stones', left_behind || ' units left', block, tx
     FROM t WHERE left_behind <> 0`,
  );
}
