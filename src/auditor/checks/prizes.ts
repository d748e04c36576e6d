import { DRAWING_POOL_UNITS } from "../../protocol/codec/codes.ts";
import type { AuditContext, Check } from "../context.ts";

/**
 * Opened boxes give what their tiers say and nothing else does: vouchers, and stones at once or when they are claimed, then
 * only to who holds a vehicle (docs/protocol.md 9.5). Which tier a box had is not judged here.
 */
export const prizes: Check = {
  name: "prizes",
  async run(context) {
    const { database, findings } = context;
    await makeTables(context);
    await findings.addFrom(
      database,
      `SELECT 'PRIZE_WRONG' AS code, 'account ' || hx(d.account) AS subject, d.units || ' units' AS expected,
         coalesce(coalesce(p.units, w.units) || ' units to ' || hx(coalesce(p.receiver, w.account)), 'nothing') AS actual,
         d.block, d.tx
       FROM prize_due d LEFT JOIN prize p ON p.seq = d.due_seq
       LEFT JOIN ev_claimable w ON w.kind = 'waits' AND w.seq = d.due_seq AND d.kind = 'won'
       WHERE d.kind <> 'voucher'
         AND (coalesce(p.units, w.units, 0) <> d.units OR coalesce(p.receiver, w.account) IS DISTINCT FROM d.account)
       UNION ALL SELECT 'PRIZE_WRONG', 'account ' || hx(coalesce(v.account, d.account)),
         coalesce('a voucher for item ' || d.item, 'no voucher'),
         coalesce(v.count || ' vouchers for item ' || v.item, 'no voucher'), coalesce(v.block, d.block), coalesce(v.tx, d.tx)
       FROM (FROM ev_voucher WHERE kind = 'granted') v FULL JOIN (FROM prize_due WHERE kind = 'voucher') d ON d.due_seq = v.seq
       WHERE d.due_seq IS NULL OR v.seq IS NULL OR v.account <> d.account OR v.item <> d.item OR v.count <> 1
       UNION ALL SELECT 'PRIZE_WRONG', 'account ' || hx(account), 'all that waits', left_over || ' units left over', block, tx
       FROM claim WHERE left_over <> 0
       UNION ALL SELECT 'PRIZE_WITHOUT_VEHICLE', 'account ' || hx(receiver), 'a vehicle at ' || time, units || ' units', block, tx
       FROM prize p WHERE NOT EXISTS (FROM holding h WHERE h.account = p.receiver AND h.since <= p.time AND p.time <= h.until)
       UNION ALL SELECT 'POOL_EXCEEDED', 'prizes', 'at most ${DRAWING_POOL_UNITS}', issued::VARCHAR, block, tx
       FROM (SELECT *, sum(units) OVER (ORDER BY seq) AS issued FROM prize) WHERE issued > ${DRAWING_POOL_UNITS}`,
    );
    const { subjects } = await database.row("SELECT count(*) AS subjects FROM ev_box");
    return { subjects: Number(subjects) };
  },
};

/** `claimable_change`: what waits for whom. `claim`: each claim and move of it, with what it left over. */
async function makeTables({ database }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE claimable_change AS
     SELECT seq, block, tx, account, CASE kind WHEN 'waits' THEN units ELSE -units END AS units, kind <> 'waits' AS takes
     FROM ev_claimable
     UNION ALL SELECT seq, block, tx, target, units, false FROM ev_claimable WHERE kind = 'followed'`,
  );
  await database.run(
    `CREATE TABLE claim AS
     SELECT * FROM (SELECT *, sum(units) OVER (PARTITION BY account ORDER BY seq) AS left_over FROM claimable_change)
     WHERE takes`,
  );
}
