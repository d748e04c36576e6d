import { DAY_S } from "../../protocol/codec/codes.ts";
import type { AuditContext, Check } from "../context.ts";

/** How long an announced change can be applied, and how long windows stay open after mining has ended. */
const APPLY_WITHIN_S = 7 * DAY_S;
const OPEN_AFTER_MINING_S = 730 * DAY_S;

/** Units of a thousandth of a stone, of which each price is a multiple. */
const PRICE_STEP = 1_000_000;

const TERMS = ["price", "stock", "opens_at", "closes_at", "fulfilment_s", "min_days_paired", "max_rank", "milestone"];

/**
 * Items are listed within the rules of their day, change for the better of owners at any time, and otherwise only as
 * announced, with notice (docs/protocol.md 10.1).
 */
export const items: Check = {
  name: "items",
  async run(context) {
    const { database, findings, deployment } = context;
    await makeTables(context);
    await findings.addFrom(
      database,
      `SELECT 'ITEM_TERMS_WRONG' AS code, subject,
         'a price in steps of ${PRICE_STEP} units, fulfilment within ' || most_fulfilment_s || ' s, at least ' || least_days || ' days paired' AS expected,
         price || ' units, ' || fulfilment_s || ' s, ' || min_days_paired || ' days' AS actual, block, tx
       FROM item_change
       WHERE price = 0 OR price % ${PRICE_STEP} <> 0 OR fulfilment_s NOT BETWEEN 1 AND most_fulfilment_s OR min_days_paired < least_days
         OR closes_at <= opens_at OR changed <> (kind = 'changed') OR sku <> old_sku
       UNION ALL SELECT 'ITEM_TERMS_WRONG', subject, 'a SKU of its own', 'the SKU of item ' || o.item, i.block, i.tx
       FROM item_change i JOIN ev_item o ON o.kind = 'listed' AND o.sku = i.sku AND o.seq < i.seq AND o.item <> i.item
       WHERE i.kind = 'listed'
       UNION ALL SELECT 'ITEM_TERMS_WRONG', subject, 'a change for the better of owners, or as announced in its time',
         concat_ws(', ', ${TERMS.join(", ")}), block, tx
       FROM item_change WHERE changed AND worse AND NOT announced
       UNION ALL SELECT 'ITEM_TERMS_WRONG', subject, 'a window open until ' || open_until, opens_at || ' to ' || closes_at, block, tx
       FROM item_change WHERE changed AND (opens_at > old_opens_at OR closes_at < open_until) AND open_until IS NOT NULL
       UNION ALL SELECT 'ITEM_NOTICE_WRONG', 'item ' || item, 'from ' || time + notice_s || ' on', 'from ' || valid_from, block, tx
       FROM ev_item JOIN rules_by_day r ON r.day = day_of(${deployment.genesis}, time)
       WHERE kind = 'announced' AND valid_from <> time + notice_s`,
    );
    const { terms } = await database.row("SELECT count(*) AS terms FROM ev_item");
    return { subjects: Number(terms) };
  },
};

/**
 * `item_change`: each listing and change beside the terms before it, with the stock that orders had left by then, and whether
 * it was announced: the item's newest announcement names these terms, its time has come, and no worse change has used it.
 */
async function makeTables({ database, deployment }: AuditContext): Promise<void> {
  const old = (column: string) => `lag(${column}) OVER v AS old_${column}`;
  await database.run(
    `CREATE TABLE item_change AS
     WITH ordered AS (SELECT o.item, (SELECT max(i.seq) FROM ev_item i
           WHERE i.item = o.item AND i.seq < o.seq AND i.kind IN ('listed', 'changed')) AS terms
         FROM ev_order o WHERE o.state = 'placed' AND o.price > 0),
       sold AS (SELECT i.*, i.stock - (SELECT count(*) FROM ordered o WHERE o.terms = i.seq) AS stock_left
         FROM ev_item i WHERE i.kind IN ('listed', 'changed')),
       i AS (SELECT *, 'item ' || item AS subject, lag(seq) OVER v IS NOT NULL AS changed, ${old("sku")}, ${old("stock_left")},
           ${TERMS.map(old).join(", ")}
         FROM sold WINDOW v AS (PARTITION BY item ORDER BY seq)),
       w AS (SELECT i.*, price > old_price OR stock < old_stock_left OR opens_at > old_opens_at OR closes_at < old_closes_at
           OR fulfilment_s > old_fulfilment_s OR min_days_paired > old_min_days_paired
           OR (max_rank <> 0 AND (old_max_rank = 0 OR max_rank < old_max_rank))
           OR (milestone <> 0 AND milestone <> old_milestone) AS worse,
           greatest(r.max_fulfilment_s, coalesce(old_fulfilment_s, 0)) AS most_fulfilment_s,
           least(r.redemption_delay_days, coalesce(old_min_days_paired, r.redemption_delay_days)) AS least_days
         FROM i JOIN rules_by_day r ON r.day = day_of(${deployment.genesis}, i.time)),
       n AS (SELECT seq, item, kind, valid_from, ${TERMS.join(", ")} FROM ev_item WHERE kind IN ('announced', 'withdrawn')),
       m AS (SELECT seq, day_start(${deployment.genesis}, day) + ${OPEN_AFTER_MINING_S} AS until FROM ev_mining_end)
     SELECT w.*, least(w.old_closes_at, m.until) AS open_until,
       coalesce(n.kind = 'announced' AND w.time >= n.valid_from AND w.time < n.valid_from + ${APPLY_WITHIN_S}
         AND w.stock = least(n.stock, w.old_stock_left)
         AND ${TERMS.filter((column) => column !== "stock")
           .map((column) => `w.${column} = n.${column}`)
           .join(" AND ")}
         AND NOT EXISTS (FROM w used WHERE used.item = w.item AND used.worse AND used.seq > n.seq AND used.seq < w.seq),
         false) AS announced
     FROM w ASOF LEFT JOIN n ON n.item = w.item AND w.seq > n.seq ASOF LEFT JOIN m ON w.seq > m.seq`,
  );
}
