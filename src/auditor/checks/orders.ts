import { DAY_S } from "../../protocol/codec/codes.ts";
import type { AuditContext, Check } from "../context.ts";

const ZERO_ADDRESS = "unhex(repeat('00', 20))";

/**
 * Every order: its price and conditions at the moment it was placed, every change of its state, and what it spent
 * (docs/protocol.md, section 10). An order past its deadline that nobody has refunded yet is noted and no finding.
 */
export const orders: Check = {
  name: "orders",
  async run(context) {
    const { database, head } = context;
    await makeTables(context);
    await findWrongPlacing(context);
    await findWrongChanges(context);
    await findWrongSpending(context);
    const row = await database.row(
      `SELECT (SELECT count(*) FROM ev_order) AS events, (SELECT count(*) FROM order_now
         WHERE state IN ('placed', 'objected') AND deadline < ${head.time}) AS refundable`,
    );
    const note = `${row.refundable} orders are past their deadline and may be refunded by anyone`;
    return { subjects: Number(row.events), ...(row.refundable === 0n ? {} : { note }) };
  },
};

async function makeTables({ database }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE placed AS
     SELECT o.* EXCLUDE (state), 'order ' || hx(o.order_id) AS subject, i.price AS item_price, i.stock, i.opens_at, i.closes_at,
       i.fulfilment_s, i.min_days_paired, i.max_rank, i.seq AS terms_seq,
       row_number() OVER (PARTITION BY o.item, i.seq ORDER BY o.seq) AS nth_of_terms
     FROM ev_order o ASOF LEFT JOIN ev_item i ON i.item = o.item AND o.seq > i.seq WHERE o.state = 'placed'`,
  );
  await database.run(
    `CREATE TABLE order_step AS
     SELECT e.seq, e.block, e.tx, e.time, e.order_id, e.state, e.deadline, p.account, p.price, p.item,
       'order ' || hx(e.order_id) AS subject, lag(e.state) OVER v AS last_state, lag(e.deadline) OVER v AS last_deadline
     FROM ev_order e LEFT JOIN placed p USING (order_id) WINDOW v AS (PARTITION BY e.order_id ORDER BY e.seq)`,
  );
  await database.run(
    `CREATE TABLE order_now AS SELECT order_id, any_value(account) AS account, any_value(price) AS price,
       arg_max(state, seq) AS state, max_by(deadline, seq) FILTER (deadline IS NOT NULL) AS deadline
     FROM order_step GROUP BY order_id`,
  );
}

async function findWrongPlacing({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH held AS (SELECT p.vehicle, p.account, p.time, p.seq, min(r.seq) AS released_seq
       FROM ev_pairing p LEFT JOIN ev_pairing r ON r.kind = 'released' AND r.vehicle = p.vehicle AND r.seq > p.seq
       WHERE p.kind = 'paired' GROUP BY ALL)
     SELECT 'ORDER_PRICE_WRONG' AS code, subject, item_price::VARCHAR AS expected, price::VARCHAR AS actual, block, tx
     FROM placed WHERE item_price IS NULL OR price <> item_price
     UNION ALL SELECT 'ORDER_DEADLINE_WRONG', subject, (time + fulfilment_s)::VARCHAR, deadline::VARCHAR, block, tx
     FROM placed WHERE deadline <> time + fulfilment_s
     UNION ALL SELECT 'ORDER_ITEM_CLOSED', subject, 'from ' || opens_at || ' to ' || closes_at, 'at ' || time, block, tx
     FROM placed WHERE time < opens_at OR time >= closes_at
     UNION ALL SELECT 'ITEM_STOCK_NEGATIVE', 'item ' || item, 'at most ' || stock || ' orders', 'order ' || nth_of_terms, block, tx
     FROM placed WHERE nth_of_terms > stock
     UNION ALL SELECT 'ORDER_NOT_ELIGIBLE', subject,
       'vehicle ' || hx(o.vehicle) || ' held for ' || min_days_paired || ' days, rank ' || max_rank || ' or better (0: any)',
       coalesce('held since ' || p.time || ', rank ' || k.rank, 'not held'), o.block, o.tx
     FROM placed o
     LEFT JOIN held p ON p.vehicle = o.vehicle AND p.account = o.account AND p.seq < o.seq
       AND coalesce(p.released_seq > o.seq, true)
     LEFT JOIN ev_device_key k ON k.kind = 'registered' AND k.vehicle = o.vehicle
     WHERE p.time IS NULL OR o.time < p.time + ${DAY_S} * min_days_paired OR (max_rank <> 0 AND k.rank > max_rank)`,
  );
}

/** What may follow what: before the deadline, after it, or at any time (by the operator, the owner or the arbiter). */
const TRANSITIONS = `(VALUES
  ('placed', 'fulfilled', 'by'), ('placed', 'refunded', 'after'), ('placed', 'cancelled', 'any'),
  ('fulfilled', 'objected', 'by'), ('fulfilled', 'completed', 'any'), ('fulfilled', 'cancelled', 'any'),
  ('objected', 'completed', 'by'), ('objected', 'refunded', 'any'), ('objected', 'cancelled', 'any')
) t(last_state, state, timing)`;

async function findWrongChanges({ database, findings, deployment }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `SELECT 'ORDER_TRANSITION_ILLEGAL' AS code, subject,
       coalesce('after ' || s.last_state || ': ' || t.timing || ' ' || s.last_deadline, 'a change that may follow') AS expected,
       coalesce(s.last_state, 'nothing') || ' to ' || s.state || ' at ' || s.time AS actual, block, tx
     FROM order_step s LEFT JOIN ${TRANSITIONS} ON t.last_state = s.last_state AND t.state = s.state
     WHERE CASE WHEN s.last_state IS NULL THEN s.state <> 'placed'
       WHEN t.timing IS NULL THEN true
       WHEN t.timing = 'by' THEN s.time > s.last_deadline
       WHEN t.timing = 'after' THEN s.time <= s.last_deadline
       ELSE false END
     UNION ALL SELECT 'ORDER_DEADLINE_WRONG', subject, (s.time + r.objection_s)::VARCHAR, s.deadline::VARCHAR, block, tx
     FROM order_step s JOIN rules_by_day r ON r.day = day_of(${deployment.genesis}, s.time)
     WHERE s.state IN ('fulfilled', 'objected') AND s.deadline <> s.time + r.objection_s`,
  );
}

async function findWrongSpending({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH burnt AS (SELECT tx, sender AS account, sum(units) AS units, min(block) AS block
         FROM ev_transfer WHERE receiver = ${ZERO_ADDRESS} GROUP BY tx, sender),
       completed AS (SELECT tx, account, sum(price) AS units, min(block) AS block
         FROM order_step WHERE state = 'completed' GROUP BY tx, account)
     SELECT 'ORDER_BURN_WRONG' AS code, 'account ' || hx(account) AS subject, coalesce(c.units, 0)::VARCHAR AS expected,
       coalesce(b.units, 0)::VARCHAR AS actual, coalesce(b.block, c.block) AS block, tx
     FROM burnt b FULL JOIN completed c USING (tx, account) WHERE coalesce(b.units, 0) <> coalesce(c.units, 0)`,
  );
  // Credits add, orders reserve and give back or spend: what is available may never fall below nothing.
  await findings.addFrom(
    database,
    `WITH change AS (
       SELECT seq, block, tx, receiver AS account, units FROM ev_transfer WHERE sender = ${ZERO_ADDRESS}
       UNION ALL SELECT seq, block, tx, account, -price FROM order_step WHERE state = 'placed'
       UNION ALL SELECT seq, block, tx, account, price FROM order_step WHERE state IN ('cancelled', 'refunded')),
     after AS (SELECT *, sum(units) OVER (PARTITION BY account ORDER BY seq) AS available FROM change)
     SELECT 'ACCOUNT_OVERDRAWN' AS code, 'account ' || hx(account) AS subject, '0 units or more available' AS expected,
       available::VARCHAR AS actual, block, tx FROM after WHERE available < 0`,
  );
}
