import type { Command } from "commander";
import { IMPORTERS } from "../../fleet/importers/index.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { printJson } from "../output.ts";
import { addLogOptions, type LogOptions, utcOffsetOption } from "./log-options.ts";

const EXAMPLES = `
A recorded log is driven again through a whole programme at warped time: the very device code signs it, the relayer takes
it in over HTTP, every day is settled, credits are pushed, orders take their courses; at the end everything is audited. The
exit code is 1 when the auditor finds something.

Formats:
${IMPORTERS.map(({ format, describe }) => `  ${format.padEnd(14)}${describe}`).join("\n")}

Examples:
  cairn replay --format cabspotting --data ./taxis --utc-offset -07:00 --report week.html
  cairn replay --format envirocar --data ./tracks --utc-offset +02:00 --days 3 --json`;

/** `cairn replay`: a recorded log through a whole programme at warped chain time. */
export function replayCommand(program: Command, done: (code: ExitCode) => void): void {
  addLogOptions(
    program.command("replay").description("drive a recorded log again through a programme, and audit it"),
    IMPORTERS.map(({ format }) => format),
  )
    .addOption(utcOffsetOption().makeOptionMandatory())
    .option("--work <dir>", "a new folder for its chain, database and files (default: a temporary one)")
    .option("--keep-samples", "owners have their samples kept, sealed; their keys go into the work folder")
    .option("--report <file>", "write a page with pictures")
    .addHelpText("after", EXAMPLES)
    .action(
      async (options: LogOptions & { utcOffset: number; work?: string; report?: string; keepSamples?: boolean }) => {
        const { json = false, utcOffset, ...asked } = options;
        // Loaded when it is needed: every other command starts faster without it.
        const { replay } = await import("../replay/replay.ts");
        const { showReplay } = await import("../replay/summary.ts");
        const { summary, surprises } = await replay({ ...asked, utcOffsetS: utcOffset, quiet: json });
        if (json) printJson(summary);
        else showReplay(summary, surprises);
        done(summary.audit.verdict === "clean" && summary.readings.surprises === 0 ? EXIT.ok : EXIT.findings);
      },
    );
}
