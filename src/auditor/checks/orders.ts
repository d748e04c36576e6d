import { DAY_S } from "../../protocol/codec/codes.ts";
import type { AuditContext, Check } from "../context.ts";
import { ZERO_ADDRESS_SQL } from "../store/zero.ts";

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
    await findWrongVouchers(context);
    await findWrongChanges(context);
    await findWrongSpending(context);
    await findOverdrawn(context);
    const row = await database.row(
      `SELECT (SELECT count(*) FROM ev_order) AS events, (SELECT count(*) FROM order_now
         WHERE state IN ('placed', 'objected') AND deadline < ${head.time}) AS refundable`,
    );
    const note = `${row.refundable} orders are past their deadline and may be refunded by anyone`;
    return { subjects: Number(row.events), ...(row.refundable === 0n ? {} : { note }) };
  },
};

/**
 * `placed`: each order with the terms of its moment, a voucher's price being 0. `order_step`: each change of state, with who
 * stood for the order's account by then. `reserved`: what each order had set aside, with whom and from when until when.
 */
async function makeTables({ database }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE placed AS
     WITH terms AS (SELECT * FROM ev_item WHERE kind IN ('listed', 'changed'))
     SELECT o.* EXCLUDE (state), 'order ' || hx(o.order_id) AS subject, o.price = 0 AS by_voucher, i.price AS item_price, i.stock,
       i.opens_at, i.closes_at, i.fulfilment_s, i.min_days_paired, i.max_rank, i.milestone, i.seq AS terms_seq,
       count(*) FILTER (o.price > 0) OVER (PARTITION BY o.item, i.seq ORDER BY o.seq) AS nth_of_terms
     FROM ev_order o ASOF LEFT JOIN terms i ON i.item = o.item AND o.seq > i.seq WHERE o.state = 'placed'`,
  );
  await database.run(
    `CREATE TABLE order_step AS
     SELECT e.seq, e.block, e.tx, e.time, e.order_id, e.state, e.deadline, p.account, p.price, p.item,
       coalesce(s.holder, p.account) AS holder, 'order ' || hx(e.order_id) AS subject,
       lag(e.state) OVER v AS last_state, lag(e.deadline) OVER v AS last_deadline
     FROM ev_order e LEFT JOIN placed p USING (order_id)
     ASOF LEFT JOIN standing s ON s.account = p.account AND e.seq >= s.from_seq
     WINDOW v AS (PARTITION BY e.order_id ORDER BY e.seq)`,
  );
  await database.run(
    `CREATE TABLE reserved AS
     WITH span AS (SELECT p.order_id, p.account, p.price, p.seq AS from_seq, p.block, p.tx, min(e.seq) AS until_seq
       FROM placed p LEFT JOIN order_step e ON e.order_id = p.order_id AND e.state IN ('completed', 'cancelled', 'refunded')
       WHERE p.price > 0 GROUP BY ALL),
     part AS (SELECT *, lead(from_seq) OVER (PARTITION BY account ORDER BY from_seq) AS until_seq FROM standing)
     SELECT r.order_id, coalesce(h.holder, r.account) AS account, r.price, r.block, r.tx,
       greatest(r.from_seq, coalesce(h.from_seq, 0)) AS from_seq, least(r.until_seq, h.until_seq) AS until_seq
     FROM span r LEFT JOIN part h ON h.account = r.account AND coalesce(h.until_seq > r.from_seq, true)
       AND coalesce(h.from_seq < r.until_seq, true)`,
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
    `WITH o AS (SELECT o.*, k.rank, h.kind <> 'released' AND coalesce(h.target, h.account) = o.account AS held,
         EXISTS (FROM ev_move x WHERE x.kind = 'moved' AND x.account = o.account AND x.seq < o.seq) AS has_moved,
         p.time AS paired_at, o.milestone = 0 OR coalesce(m.kind = 'attested' AND m.counts_from <= o.time, false) AS reached
       FROM placed o
       ASOF LEFT JOIN ev_pairing h ON h.vehicle = o.vehicle AND o.seq > h.seq
       ASOF LEFT JOIN ev_milestone m ON m.milestone = o.milestone AND m.account = o.account AND o.seq > m.seq
       LEFT JOIN ev_pairing p ON p.kind = 'paired' AND p.vehicle = o.vehicle AND p.seq < o.seq
       LEFT JOIN ev_device_key k ON k.kind = 'registered' AND k.vehicle = o.vehicle)
     SELECT 'ORDER_PRICE_WRONG' AS code, subject, item_price::VARCHAR AS expected, price::VARCHAR AS actual, block, tx
     FROM placed WHERE item_price IS NULL OR (NOT by_voucher AND price <> item_price)
     UNION ALL SELECT 'ORDER_DEADLINE_WRONG', subject, (time + fulfilment_s)::VARCHAR, deadline::VARCHAR, block, tx
     FROM placed WHERE deadline <> time + fulfilment_s
     UNION ALL SELECT 'ORDER_ITEM_CLOSED', subject, 'from ' || opens_at || ' to ' || closes_at, 'at ' || time, block, tx
     FROM placed WHERE NOT by_voucher AND (time < opens_at OR time >= closes_at)
     UNION ALL SELECT 'ITEM_STOCK_NEGATIVE', 'item ' || item, 'at most ' || stock || ' orders', 'order ' || nth_of_terms, block, tx
     FROM placed WHERE NOT by_voucher AND nth_of_terms > stock
     UNION ALL SELECT 'ORDER_NOT_ELIGIBLE', subject, CASE WHEN by_voucher THEN 'vehicle ' || hx(vehicle) || ' held, by an account that has not moved'
         ELSE 'vehicle ' || hx(vehicle) || ' held, paired for ' || min_days_paired || ' days, rank ' || max_rank
           || ' or better (0: any), milestone ' || milestone || ' (0: none)' END,
       CASE WHEN by_voucher AND has_moved THEN 'the account has moved'
         WHEN held THEN concat('paired since ', paired_at, ', rank ', rank, ', milestone ', reached) ELSE 'not held' END, block, tx
     FROM o WHERE NOT coalesce(held, false) OR (by_voucher AND has_moved) OR (NOT by_voucher
       AND (time < paired_at + ${DAY_S} * min_days_paired OR (max_rank <> 0 AND rank > max_rank) OR NOT reached))`,
  );
}

/** A voucher is granted, follows a move, pays for an order, and comes back when that is not completed. */
async function findWrongVouchers({ database, findings }: AuditContext): Promise<void> {
  await database.run(
    `CREATE TABLE voucher_change AS
     SELECT seq, block, tx, account, item, CASE kind WHEN 'granted' THEN count ELSE -count END AS change FROM ev_voucher
     UNION ALL SELECT seq, block, tx, target, item, count FROM ev_voucher WHERE kind = 'followed'
     UNION ALL SELECT seq, block, tx, account, item, -1 FROM placed WHERE by_voucher
     UNION ALL SELECT seq, block, tx, account, item, 1 FROM order_step WHERE price = 0 AND state IN ('cancelled', 'refunded')`,
  );
  await findings.addFrom(
    database,
    `WITH after AS (SELECT *, sum(change) OVER (PARTITION BY account, item ORDER BY seq) AS vouchers FROM voucher_change)
     SELECT 'VOUCHER_OVERDRAWN' AS code, 'account ' || hx(account) || ' item ' || item AS subject, '0 vouchers or more' AS expected,
       vouchers::VARCHAR AS actual, block, tx FROM after WHERE vouchers < 0`,
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
         FROM ev_transfer WHERE receiver = ${ZERO_ADDRESS_SQL} GROUP BY tx, sender),
       gone AS (SELECT tx, holder AS account, price AS units, block FROM order_step WHERE state = 'completed' AND price > 0
         UNION ALL SELECT tx, account, units, block FROM ev_migrated),
       due AS (SELECT tx, account, sum(units) AS units, min(block) AS block FROM gone GROUP BY tx, account)
     SELECT 'ORDER_BURN_WRONG' AS code, 'account ' || hx(account) AS subject, coalesce(d.units, 0)::VARCHAR AS expected,
       coalesce(b.units, 0)::VARCHAR AS actual, coalesce(b.block, d.block) AS block, tx
     FROM burnt b FULL JOIN due d USING (tx, account) WHERE coalesce(b.units, 0) <> coalesce(d.units, 0)`,
  );
}

/** After no transaction may less than nothing be available: what came, less what went and what orders have set aside. */
async function findOverdrawn({ database, findings }: AuditContext): Promise<void> {
  await findings.addFrom(
    database,
    `WITH change AS (
       SELECT seq, receiver AS account, units FROM ev_transfer WHERE receiver <> ${ZERO_ADDRESS_SQL}
       UNION ALL SELECT seq, sender, -units FROM ev_transfer WHERE sender <> ${ZERO_ADDRESS_SQL}
       UNION ALL SELECT from_seq, account, -price FROM reserved
       UNION ALL SELECT until_seq, account, price FROM reserved WHERE until_seq IS NOT NULL),
     place AS (SELECT seq, block, tx FROM ev_transfer UNION SELECT seq, block, tx FROM ev_order),
     per_call AS (SELECT account, block, tx, max(seq) AS seq, sum(units) AS units
       FROM change JOIN place USING (seq) GROUP BY account, block, tx),
     after AS (SELECT *, sum(units) OVER (PARTITION BY account ORDER BY seq) AS available FROM per_call)
     SELECT 'ACCOUNT_OVERDRAWN' AS code, 'account ' || hx(account) AS subject, '0 units or more available' AS expected,
       available::VARCHAR AS actual, block, tx FROM after WHERE available < 0`,
  );
}
