import type { Check } from "../context.ts";

/** Versions of the rules come one after another, each for a day that has not begun (docs/protocol.md, section 11). */
export const rules: Check = {
  name: "rules",
  async run({ database, findings, deployment }) {
    await findings.addFrom(
      database,
      `WITH v AS (SELECT *,
         coalesce(lag(version) OVER (ORDER BY seq), -1) + 1 AS next_version,
         greatest(coalesce(lag(from_day) OVER (ORDER BY seq), 0), day_of(${deployment.genesis}, time) + 1) AS earliest
       FROM ev_rules)
       SELECT 'RULES_NOT_AHEAD' AS code, 'rules version ' || version AS subject,
         'version ' || next_version || ' from day ' || CASE version WHEN 0 THEN '0' ELSE earliest || ' or later' END AS expected,
         'version ' || version || ' from day ' || from_day AS actual, block, tx
       FROM v WHERE version <> next_version OR CASE version WHEN 0 THEN from_day <> 0 ELSE from_day < earliest END`,
    );
    const { versions } = await database.row("SELECT count(*) AS versions FROM ev_rules");
    return { subjects: Number(versions) };
  },
};
