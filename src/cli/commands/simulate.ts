import { type Command, Option } from "commander";
import { shortText, wholeNumber } from "../arguments.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { printJson } from "../output.ts";
import type { SimulateOptions } from "../simulate/simulate.ts";

const EXAMPLES = `
A whole programme at warped time: cars drive, consents come and go, a car is sold, orders take their courses; at the end
everything is audited. One seed gives the same roots every time. The exit code is 1 when the auditor finds something.

Examples:
  cairn simulate --vehicles 12 --days 3
  cairn simulate --vehicles 200 --days 40 --seed 7 --work ./forty-days
  cairn up --work ./forty-days            afterwards, to look at it and to audit it`;

/** `cairn simulate`: a whole programme at warped chain time. */
export function simulateCommand(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("simulate")
    .description("run a whole programme at warped time, and audit it")
    .addOption(
      new Option("--vehicles <number>", "how many cars").argParser(wholeNumber(1, 5_000)).makeOptionMandatory(),
    )
    .addOption(new Option("--days <number>", "how many days").argParser(wholeNumber(1, 3_650)).makeOptionMandatory())
    .addOption(new Option("--seed <text>", "what everything random follows from").argParser(shortText).default("1"))
    .option("--work <dir>", "a new folder for its chain, database and files (default: a temporary one)")
    .option("--keep-samples", "owners have their samples kept, sealed; their keys go into the work folder")
    .option("--json", "print the summary as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (options: SimulateOptions & { json?: boolean }) => {
      const { json = false, ...asked } = options;
      // Loaded when it is needed: every other command starts faster without it.
      const { simulate } = await import("../simulate/simulate.ts");
      const { showSummary } = await import("../simulate/summary.ts");
      const { summary, surprises } = await simulate({ ...asked, quiet: json });
      if (json) printJson(summary);
      else showSummary(summary, surprises);
      done(summary.audit.verdict === "clean" && summary.readings.surprises === 0 ? EXIT.ok : EXIT.findings);
    });
}
