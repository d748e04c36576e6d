import { DAY_S } from "../../protocol/codec/codes.ts";
import type { AuditContext, Check } from "../context.ts";

/**
 * A day's totals are the sums over its rows, and each row's prefixes the sums over smaller indices (docs/protocol.md 7.2).
 * Beside erased rows, totals are bounded by the rows that stand and follow from the day's drops; prefixes are then judged from
 * the row after an erased one on.
 */
export const dayTotals: Check = {
  name: "day totals",
  async run(context) {
    const { database, findings, fromDay } = context;
    await findWrongSums(context);
    await findWrongGrowth(context);
    await findings.addFrom(
      database,
      `WITH stretch AS (SELECT *, count(*) FILTER (account IS NULL) OVER (PARTITION BY day ORDER BY position) AS erased_above
         FROM day_row WHERE day >= ${fromDay}),
       p AS (SELECT *, first_value(position) OVER s AS first_position,
           first_value(prefix_metres) OVER s AS metres_base, first_value(prefix_stones) OVER s AS stones_base,
           first_value(prefix_crystals) OVER s AS crystals_base,
           coalesce(sum(metres) OVER above, 0) AS metres_above, coalesce(sum(stones) OVER above, 0) AS stones_above,
           coalesce(sum(crystals) OVER above, 0) AS crystals_above
         FROM stretch WHERE account IS NOT NULL
         WINDOW s AS (PARTITION BY day, erased_above ORDER BY position),
           above AS (PARTITION BY day, erased_above ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
       q AS (SELECT *, CASE erased_above WHEN 0 THEN 0 ELSE metres_base END + metres_above AS should_metres,
           CASE erased_above WHEN 0 THEN 0 ELSE stones_base END + stones_above AS should_stones,
           CASE erased_above WHEN 0 THEN 0 ELSE crystals_base END + crystals_above AS should_crystals FROM p)
       SELECT 'DAY_PREFIX_WRONG' AS code, at_account(q.day, account) AS subject,
         concat_ws(', ', should_metres, should_stones, should_crystals) AS expected,
         concat_ws(', ', prefix_metres, prefix_stones, prefix_crystals) AS actual, s.block, s.tx
       FROM q JOIN settled s ON s.day = q.day
       WHERE prefix_metres <> should_metres OR prefix_stones <> should_stones OR prefix_crystals <> should_crystals`,
    );
    const { days } = await database.row(`SELECT count(*) AS days FROM settled WHERE day >= ${fromDay}`);
    return { subjects: Number(days) };
  },
};

/** Every account has a row, erased or not; what the rows that stand add up to is all, or without the erased ones a part. */
async function findWrongSums({ database, findings, fromDay }: AuditContext): Promise<void> {
  const total = (name: string) =>
    `SELECT 'DAY_TOTAL_WRONG' AS code, 'day ' || day || ' ${name}' AS subject, least || ${name} AS expected,
       total_${name}::VARCHAR AS actual, block, tx
     FROM t WHERE total_${name} < ${name} OR (total_${name} > ${name} AND erased IS NULL)`;
  await findings.addFrom(
    database,
    `WITH sums AS (SELECT day, count(*) AS rows, sum(metres) AS metres, sum(stones) AS stones, sum(crystals) AS crystals
       FROM day_row GROUP BY day),
     t AS (SELECT s.*, e.rows AS erased, CASE WHEN e.rows IS NULL THEN '' ELSE 'at least ' END AS least,
         coalesce(sums.rows, 0) AS rows, coalesce(metres, 0) AS metres, coalesce(stones, 0) AS stones,
         coalesce(crystals, 0) AS crystals
       FROM settled s LEFT JOIN sums USING (day) LEFT JOIN erased e ON e.kind = 'day' AND e.number = s.day
       WHERE s.day >= ${fromDay} AND s.day NOT IN (SELECT day FROM gap_day))
     SELECT 'DAY_TOTAL_WRONG' AS code, 'day ' || day || ' accounts' AS subject, rows::VARCHAR AS expected,
       accounts::VARCHAR AS actual, block, tx FROM t WHERE accounts <> rows
     UNION ALL ${["metres", "stones", "crystals"].map(total).join(" UNION ALL ")}`,
  );
}

/**
 * Where rows of a day are erased, its drops still tell by how much its totals grow: exactly, or at least where some of theirs
 * are erased, too. More can then only be what the vehicles of erased holders could have driven: their cap for each day of which
 * readings were taken.
 */
async function findWrongGrowth({ database, findings, deployment, fromDay }: AuditContext): Promise<void> {
  const growth = ({ name, facts, counted, kind, spare }: Growth) =>
    `SELECT 'DAY_TOTAL_WRONG' AS code, 'day ' || day || ' ${name}' AS subject,
       least || CASE WHEN erased THEN ' to ' || least + spare ELSE '' END AS expected, total::VARCHAR AS actual, block, tx
     FROM (SELECT s.day, s.block, s.tx, s.total_${name} AS total, ${spare} AS spare,
         coalesce(b.total_${name}, 0) + (SELECT coalesce(sum(${counted}), 0) FROM ${facts} f WHERE f.day = s.day) AS least,
         EXISTS (FROM erased x WHERE x.kind = '${kind}' AND day_of_drop(x.number) = s.day) AS erased
       FROM s LEFT JOIN settled b ON b.day = s.day - 1)
     WHERE total NOT BETWEEN least AND least + CASE WHEN erased THEN spare ELSE 0 END`;
  const vehicles = `(SELECT count(*) FROM erasable x WHERE x.since < day_start(${deployment.genesis}, s.day + 1))`;
  const days = `1 + least(s.day, (s.reading_max_age_s + ${DAY_S}) // ${DAY_S})`;
  const drivenM = `${vehicles} * (SELECT max(daily_cap_m) FROM rules_by_day) * (${days})`;
  const totals: readonly Growth[] = [
    { name: "metres", facts: "fact", counted: "counted_m", kind: "drop", spare: drivenM },
    { name: "crystals", facts: "award_fact", counted: "crystals", kind: "award", spare: "s.max_crystals_per_day" },
  ];
  await findings.addFrom(
    database,
    `WITH s AS (SELECT s.*, r.reading_max_age_s, r.max_crystals_per_day
       FROM settled s JOIN erased e ON e.kind = 'day' AND e.number = s.day JOIN rules_by_day r ON r.day = s.day
       WHERE s.day >= ${fromDay} AND s.day NOT IN (SELECT day_of_drop(drop_no) FROM gap_drop))
     ${totals.map(growth).join(" UNION ALL ")}`,
  );
}

/** What a total of a day grows by: the sum of a column of the day's `facts`, and what erased rows of a kind of file may add. */
interface Growth {
  readonly name: "metres" | "crystals";
  readonly facts: string;
  readonly counted: string;
  readonly kind: string;
  /** The most that erased rows can add, as SQL. */
  readonly spare: string;
}
