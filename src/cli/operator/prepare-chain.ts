import type { Command } from "commander";
import { MAX_SEASON_DROPS } from "../../protocol/index.ts";
import { wholeNumber } from "../arguments.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { readJsonFile } from "../files.ts";
import { formatCount, formatFields, print, printJson } from "../output.ts";

const EXAMPLES = `
The chain is stored and backed up before its tip is printed. The tip goes into the terms of one season, and of no other.

Example:
  cairn operator prepare-chain --config operator.json --links 4320      for thirty days`;

/** `cairn operator prepare-chain`: makes the hash chain of a season that is to be opened. */
export function prepareChainCommand(operator: Command, done: (code: ExitCode) => void): void {
  operator
    .command("prepare-chain")
    .description("make the hash chain of a season of the mine box, and print its tip")
    .requiredOption("--config <file>", "the configuration of the operator that will reveal it")
    .requiredOption(
      "--links <number>",
      "drops with requests that the season can have",
      wholeNumber(1, MAX_SEASON_DROPS),
    )
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action(async ({ config, links, json }: { config: string; links: number; json?: boolean }) => {
      const { parseOperatorConfig, prepareChain } = await import("../../operator/index.ts");
      const parsed = parseOperatorConfig(readJsonFile(config, "CONFIG_INVALID"));
      const chain = await prepareChain(parsed, links);
      const shown = { ...chain, backupFile: parsed.boxBackupFile };
      if (json) printJson(shown);
      else {
        print(
          formatFields([
            ["tip", chain.tip],
            ["links", formatCount(chain.links)],
            ["backup", shown.backupFile],
          ]),
        );
      }
      done(EXIT.ok);
    });
}
