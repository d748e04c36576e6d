import type { Command } from "commander";
import { drawRulesOf, type PrizeRecord, type SeasonRecord } from "../../chain/read/mine-box.ts";
import { dropStart, type TierOdds, tierOdds } from "../../protocol/index.ts";
import { createCairnClient } from "../../sdk/index.ts";
import { wholeNumber } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { formatCount, formatFields, formatStones, formatTable, formatTime, print, printJson } from "../output.ts";

const EXAMPLES = `
Examples:
  cairn box odds
  cairn box odds --season 2 --rpc http://127.0.0.1:8545 --deployment deployment.json --json`;

/** `cairn box odds`: what a season's boxes can win, and how likely. */
export function oddsCommand(box: Command, done: (code: ExitCode) => void): void {
  withConnection(box.command("odds"))
    .description("show what a season's boxes can win, and how likely")
    .option("--season <number>", "the season, counted from 1; else the newest", wholeNumber(1, 2 ** 16 - 1))
    .addHelpText("after", EXAMPLES)
    .action(async (options: ConnectionOptions & { season?: number }) => {
      const { rpcUrl, deployment } = await connect(options);
      const { season: number } = options;
      const season = await createCairnClient({ rpcUrl, deployment }).getSeason(
        number === undefined ? {} : { season: number },
      );
      const odds = tierOdds(drawRulesOf(season).weights);
      const tiers = season.prizes.map((prize, tier) => ({ tier, ...prize, odds: odds[tier] as TierOdds }));
      if (options.json) printJson({ ...season, prizes: tiers });
      else show(season, tiers, deployment.genesis);
      done(EXIT.ok);
    });
}

interface ShownTier extends PrizeRecord {
  readonly tier: number;
  readonly odds: TierOdds;
}

function show(season: SeasonRecord, tiers: readonly ShownTier[], genesis: number): void {
  print(`Season ${season.season}\n`);
  print(
    formatFields([
      ["from", formatTime(dropStart(genesis, season.firstDrop))],
      ["to", formatTime(dropStart(genesis, season.endDrop))],
      ["a box costs", `${formatCount(season.price)} crystals`],
      ["boxes", `at most ${formatCount(season.maxBoxes)} an account`],
      [
        "guarantee",
        `after ${season.guarantee} boxes in a row below tier ${season.guaranteedTier} the next is at least that`,
      ],
      ["left", `${formatStones(season.budgetLeft)}, ${formatCount(season.vouchersLeft)} vouchers`],
      ...(season.firstDrop === season.endDrop ? [["vetoed", "it takes no requests"] as const] : []),
      ...(season.forced ? [["forced", `drop ${season.forcedFrom} was not revealed in time`] as const] : []),
    ]),
  );
  print();
  print(
    formatTable(
      ["tier", "prize", "odds", "of 100 boxes"],
      tiers.map((tier) => [
        String(tier.tier),
        prizeText(tier),
        `${tier.odds.numerator} in ${tier.odds.denominator}`,
        (100 * tier.odds.probability).toPrecision(6),
      ]),
    ),
  );
}

function prizeText({ kind, amount, item }: PrizeRecord): string {
  if (kind === "stones") return formatStones(amount);
  if (kind === "crystals") return `${formatCount(amount)} crystals`;
  return kind === "voucher" ? `a voucher for item ${item}` : "nothing";
}
