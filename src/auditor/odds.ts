import { chiSquareTest } from "./chi-square.ts";
import type { SeasonOdds } from "./report.ts";
import type { AuditDatabase } from "./store/database.ts";

/** The odds of every season, after its boxes were judged: boxes that the draw decided are independent of each other. */
export async function oddsOf({ database }: { database: AuditDatabase }): Promise<SeasonOdds[]> {
  const rows = await database.rows(
    `SELECT t.season, t.tier, t.weight, count(w.tier) AS opened, count(*) FILTER (w.decided_by = 'draw') AS drawn,
       count(*) FILTER (w.decided_by = 'guarantee') AS guaranteed, count(*) FILTER (w.decided_by = 'force') AS forced
     FROM ev_tier t LEFT JOIN box_won w USING (season, tier) GROUP BY ALL ORDER BY t.season, t.tier`,
  );
  const bySeason = Map.groupBy(rows, (row) => Number(row.season));
  return [...bySeason].map(([season, tiers]) => {
    const numbers = (column: string) => tiers.map((row) => Number(row[column]));
    const sum = (column: string) => numbers(column).reduce((total, each) => total + each, 0);
    return {
      season,
      opened: sum("opened"),
      byGuarantee: sum("guaranteed"),
      forced: sum("forced"),
      tiers: tiers.map((row) => ({
        weight: Number(row.weight),
        drawn: Number(row.drawn),
        opened: Number(row.opened),
      })),
      ...chiSquareTest(numbers("drawn"), numbers("weight")),
    };
  });
}
