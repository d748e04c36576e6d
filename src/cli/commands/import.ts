import type { Command } from "commander";
import { IMPORTERS, REPORT_IMPORTERS } from "../../fleet/importers/index.ts";
import { CairnError } from "../../protocol/index.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { importLog, importReports } from "../import/import-log.ts";
import { formatCount, formatFields, formatKm, print, printJson } from "../output.ts";
import { addLogOptions, type LogOptions, utcOffsetOption } from "./log-options.ts";

const EXAMPLES = `
Makes signed readings of a recorded log and sends them nowhere: one JSON a line in DIR/readings.jsonl, the cars with their
public keys in DIR/vehicles.jsonl. They are signed for the programme of --deployment, or else for the one that
\`cairn replay\` deploys with the same seed. Reports of takeovers become DIR/takeovers.jsonl and DIR/cars.jsonl.

Examples:
  cairn import --format cabspotting --data ./taxis --utc-offset -07:00 --out ./readings
  cairn import --format dmv-disengagement --data ./reports --out ./takeovers`;

/** `cairn import`: signed readings of a recorded log, for use elsewhere. */
export function importCommand(program: Command, done: (code: ExitCode) => void): void {
  addLogOptions(program.command("import").description("make signed readings of a recorded log"), [
    ...IMPORTERS.map(({ format }) => format),
    ...REPORT_IMPORTERS.map(({ format }) => format),
  ])
    .addOption(utcOffsetOption())
    .requiredOption("--out <dir>", "where to write")
    .option("--deployment <file>", "the programme that the readings are signed for")
    .addHelpText("after", EXAMPLES)
    .action(async (options: LogOptions & { out: string; deployment?: string }) => {
      const { json = false, utcOffset, ...asked } = options;
      const isReport = REPORT_IMPORTERS.some(({ format }) => format === asked.format);
      if (!isReport && utcOffset === undefined) {
        throw new CairnError("ARGUMENT_INVALID", "a log needs --utc-offset: its days begin at local midnight");
      }
      const full = { ...asked, utcOffsetS: utcOffset ?? 0, quiet: json };
      const summary = isReport ? await importReports(full) : await importLog(full);
      if (json) printJson(summary);
      else {
        print(
          formatFields([
            ["vehicles", formatCount(summary.vehicles)],
            ["readings", formatCount(summary.readings)],
            ["takeovers", formatCount(summary.takeovers)],
            ["distance", formatKm(summary.metres)],
            ["read", formatCount(summary.samples.read)],
            ...Object.entries(summary.samples.skipped).map(
              ([code, n]) => [`skipped: ${code}`, formatCount(n)] as const,
            ),
            ...Object.entries(summary.samples.noted).map(([code, n]) => [`noted: ${code}`, formatCount(n)] as const),
            ["written to", summary.out],
          ]),
        );
      }
      done(EXIT.ok);
    });
}
