import { DAY_S } from "../protocol/codec/codes.ts";
import type { AuditContext } from "./context.ts";
import type { AuditSeries } from "./report.ts";
import { blobHex } from "./store/database.ts";
import { ZERO_ADDRESS_SQL } from "./store/zero.ts";

const PERCENTILES = 100;

/** Reads the series of an audit whose events and files are in its tables. */
export async function readSeries(context: AuditContext): Promise<AuditSeries> {
  const [byDay, shares] = [await days(context), await lorenz(context)];
  return { days: byDay, lorenz: shares, orders: await orders(context), refusals: await refusals(context) };
}

async function days({ database, deployment }: AuditContext): Promise<AuditSeries["days"]> {
  const rows = await database.rows(
    `SELECT s.day, emitted_on(s.day)::DOUBLE / 1e9 AS emitted,
       (s.total_stones - coalesce(lag(s.total_stones) OVER w, 0))::DOUBLE / 1e9 AS issued,
       s.total_metres - coalesce(lag(s.total_metres) OVER w, 0) AS metres,
       (SELECT count(*) FROM consent c WHERE c.valid_from < e.at AND c.valid_until >= e.at) AS consents
     FROM settled s, LATERAL (SELECT ${deployment.genesis} + ${DAY_S} * (s.day + 1) AS at) e
     WINDOW w AS (ORDER BY s.day) ORDER BY s.day`,
  );
  return rows.map((row) => ({
    day: Number(row.day),
    emitted: Number(row.emitted),
    issued: Number(row.issued),
    metres: Number(row.metres),
    consents: Number(row.consents),
  }));
}

async function lorenz({ database }: AuditContext): Promise<number[]> {
  const rows = await database.rows(
    `WITH moved AS (SELECT receiver AS account, units FROM ev_transfer UNION ALL SELECT sender, -units FROM ev_transfer),
     balance AS (SELECT account, sum(units)::DOUBLE AS units FROM moved WHERE account <> ${ZERO_ADDRESS_SQL}
       GROUP BY account HAVING sum(units) > 0),
     ranked AS (SELECT row_number() OVER (ORDER BY units, account) AS place, count(*) OVER () AS holders,
       sum(units) OVER (ORDER BY units, account) / sum(units) OVER () AS share FROM balance)
     SELECT p.p, coalesce((SELECT max(share) FROM ranked WHERE place * ${PERCENTILES} <= p.p * holders), 0) AS share
     FROM range(0, ${PERCENTILES} + 1) p(p) WHERE EXISTS (FROM balance) ORDER BY p.p`,
  );
  return rows.map(({ share }) => Number(share));
}

async function orders({ database, head }: AuditContext): Promise<AuditSeries["orders"]> {
  const rows = await database.rows(
    `WITH last AS (SELECT order_id, arg_max(state, seq) AS state, max(time) AS since FROM ev_order GROUP BY order_id)
     SELECT state, count(*) AS orders, (${head.time} - min(since)) / ${DAY_S} AS oldest FROM last GROUP BY state ORDER BY state`,
  );
  return rows.map((row) => ({ state: String(row.state), orders: Number(row.orders), oldestDays: Number(row.oldest) }));
}

async function refusals({ database }: AuditContext): Promise<AuditSeries["refusals"]> {
  const rows = await database.rows(
    "SELECT reason, count(*) AS intents FROM ev_skipped GROUP BY reason ORDER BY reason",
  );
  return rows.map(({ reason, intents }) => ({ reason: blobHex(reason), intents: Number(intents) }));
}
