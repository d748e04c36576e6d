import type { Check } from "../context.ts";

/** Items are listed within the rules of their day and change only for the better of owners (docs/protocol.md 10.1). */
export const items: Check = {
  name: "items",
  async run({ database, findings, deployment }) {
    await findings.addFrom(
      database,
      `WITH ordered AS (SELECT o.seq, o.item, (SELECT max(i.seq) FROM ev_item i WHERE i.item = o.item AND i.seq < o.seq) AS terms
         FROM ev_order o WHERE o.state = 'placed'),
       sold AS (SELECT i.*, i.stock - (SELECT count(*) FROM ordered o WHERE o.terms = i.seq) AS stock_left FROM ev_item i),
       i AS (SELECT *, 'item ' || item AS subject, lag(seq) OVER v IS NOT NULL AS changed, lag(price) OVER v AS old_price,
           lag(stock_left) OVER v AS old_stock,
           lag(opens_at) OVER v AS old_opens, lag(closes_at) OVER v AS old_closes, lag(fulfilment_s) OVER v AS old_fulfilment,
           lag(min_days_paired) OVER v AS old_days, lag(max_rank) OVER v AS old_rank
         FROM sold WINDOW v AS (PARTITION BY item ORDER BY seq))
       SELECT 'ITEM_TERMS_WRONG' AS code, subject,
         'a price, fulfilment within ' || max_fulfilment_s || ' s, at least ' || redemption_delay_days || ' days paired' AS expected,
         price || ' units, ' || fulfilment_s || ' s, ' || min_days_paired || ' days' AS actual, block, tx
       FROM i JOIN rules_by_day r ON r.day = day_of(${deployment.genesis}, i.time)
       WHERE price = 0 OR fulfilment_s NOT BETWEEN 1 AND max_fulfilment_s OR min_days_paired < redemption_delay_days
         OR closes_at <= opens_at OR changed <> (kind = 'changed')
       UNION ALL SELECT 'ITEM_TERMS_WRONG', subject, 'a change for the better of owners',
         concat_ws(', ', price, stock, opens_at, closes_at, fulfilment_s, min_days_paired, max_rank), block, tx
       FROM i WHERE changed AND (price > old_price OR stock < old_stock OR opens_at > old_opens OR closes_at < old_closes
         OR fulfilment_s > old_fulfilment OR min_days_paired > old_days
         OR (max_rank <> 0 AND (old_rank = 0 OR max_rank < old_rank)))`,
    );
    const { terms } = await database.row("SELECT count(*) AS terms FROM ev_item");
    return { subjects: Number(terms) };
  },
};
