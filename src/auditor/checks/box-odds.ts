import type { Check } from "../context.ts";
import { oddsOf } from "../odds.ts";

/** Below it, counts and odds have nothing to do with each other; above it, chance says little about one season. */
const LEAST_P = 1e-9;

/** What a season's boxes gave agrees with the odds that it announced, by a chi-square test. Runs after the draws. */
export const boxOdds: Check = {
  name: "box odds",
  async run(context) {
    const odds = await oddsOf(context);
    for (const { season, statistic, degreesOfFreedom, pValue } of odds) {
      if (pValue >= LEAST_P) continue;
      context.findings.add({
        code: "BOX_ODDS_UNLIKELY",
        subject: `season ${season}`,
        expected: `p of ${LEAST_P} or more`,
        actual: `p = ${pValue.toExponential(2)}, chi-square ${statistic.toFixed(1)}, ${degreesOfFreedom} degrees of freedom`,
      });
    }
    return { subjects: odds.length };
  },
};
