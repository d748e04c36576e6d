import { CommanderError } from "commander";
import { CairnError } from "../protocol/index.ts";
import { toJson } from "./output.ts";

/** What the command ends with (README, "Exit codes"). */
export const EXIT = { ok: 0, findings: 1, couldNotRun: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Codes by which commander says that it has shown what was asked for. */
const SHOWN: readonly string[] = ["commander.helpDisplayed", "commander.version"];

/**
 * Says what went wrong, as one line, and gives the exit code.
 * @param json Say it as JSON.
 */
export function reportFailure(thrown: unknown, json: boolean): ExitCode {
  if (thrown instanceof CommanderError && SHOWN.includes(thrown.code)) return EXIT.ok;
  // Without any command, commander has already shown the help.
  if (thrown instanceof CommanderError && thrown.code === "commander.help") return EXIT.couldNotRun;
  const error = asCairnError(thrown);
  const text = json
    ? toJson({ error: { code: error.code, message: error.message, details: error.details } })
    : `${error.code}: ${error.message.replace(/\s*\n\s*/g, " ")}`;
  process.stderr.write(`${text}\n`);
  if (process.env.CAIRN_DEBUG) console.error(thrown);
  return EXIT.couldNotRun;
}

function asCairnError(thrown: unknown): CairnError {
  if (thrown instanceof CairnError) return thrown;
  if (thrown instanceof CommanderError) {
    return new CairnError("ARGUMENT_INVALID", thrown.message.replace(/^error: /, ""), { cause: thrown });
  }
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return new CairnError("UNEXPECTED", `${said} (CAIRN_DEBUG=1 shows where)`, { cause: thrown });
}
