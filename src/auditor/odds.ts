import { type ChiSquare, chiSquareTest } from "./chi-square.ts";
import type { AuditContext } from "./context.ts";

/** What a season's boxes gave, beside what it announced. */
export interface SeasonOdds extends ChiSquare {
  readonly season: number;
  readonly opened: number;
  /** Boxes that the guarantee decided, and those of a forced season: they say nothing of the odds. */
  readonly byGuarantee: number;
  readonly forced: number;
  /** Best first. `drawn` counts the boxes that the draw alone decided. */
  readonly tiers: readonly { readonly weight: number; readonly drawn: number; readonly opened: number }[];
}

/** The odds of every season, after its boxes were judged: boxes that the draw decided are independent of each other. */
export async function oddsOf({ database }: Pick<AuditContext, "database">): Promise<SeasonOdds[]> {
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
