import { type Command, InvalidArgumentError, Option } from "commander";
import { shortText, wholeNumber } from "../arguments.ts";

/** What the commands that read logs are told about them. */
export interface LogOptions {
  readonly format: string;
  readonly data: string;
  /** Seconds; a report has no clock and needs none. */
  readonly utcOffset?: number;
  readonly vehicles?: number;
  readonly days?: number;
  readonly seed: string;
  readonly json?: boolean;
}

/** Adds the options that say which log is read and how. @param formats Names of the formats that the command reads. */
export function addLogOptions(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(new Option("--format <name>", "what the log is written in").choices(formats).makeOptionMandatory())
    .requiredOption("--data <dir>", "the folder of the log")
    .addOption(new Option("--vehicles <number>", "only so many vehicles").argParser(wholeNumber(1, 100_000)))
    .addOption(new Option("--days <number>", "only so many days").argParser(wholeNumber(1, 3_650)))
    .addOption(new Option("--seed <text>", "what identities and keys follow from").argParser(shortText).default("1"))
    .option("--json", "print the summary as JSON");
}

/** The option that says what the log's local time is. */
export function utcOffsetOption(): Option {
  return new Option("--utc-offset <±HH:MM>", "what the log's local time is ahead of UTC, as in -07:00").argParser(
    utcOffset,
  );
}

/** Seconds that a local time is ahead of UTC, from text as in `-07:00` (ISO 8601). */
function utcOffset(text: string): number {
  const found = /^([+-])(\d{2}):([0-5]\d)$/.exec(text);
  const seconds = Number(found?.[2]) * 3_600 + Number(found?.[3]) * 60;
  if (found === null || seconds > 14 * 3_600) {
    throw new InvalidArgumentError("It must be an offset such as +08:00 or -07:00.");
  }
  // Without the sum, an offset of nothing would be a negative zero.
  return (found[1] === "-" ? -seconds : seconds) + 0;
}
