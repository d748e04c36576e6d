#!/usr/bin/env node
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { accountCommand } from "./commands/account.ts";
import { auditCommand } from "./commands/audit.ts";
import { boxCommand } from "./commands/box.ts";
import { dayCommand } from "./commands/day.ts";
import { dropCommand } from "./commands/drop.ts";
import { evidenceCommand } from "./commands/evidence.ts";
import { importCommand } from "./commands/import.ts";
import { keyCommand } from "./commands/key.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { operatorCommand } from "./commands/operator.ts";
import { orderCommand } from "./commands/order.ts";
import { pollCommand } from "./commands/poll.ts";
import { queryCommand } from "./commands/query.ts";
import { recoveryCommand } from "./commands/recovery.ts";
import { relayerCommand } from "./commands/relayer.ts";
import { replayCommand } from "./commands/replay.ts";
import { roundCommand } from "./commands/round.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { storeCommand } from "./commands/store.ts";
import { upCommand } from "./commands/up.ts";
import { verifyCommand } from "./commands/verify.ts";
import { EXIT, type ExitCode, reportFailure } from "./failure.ts";

const EXAMPLES = `
Examples:
  cairn up --fleet 12                                  a programme on this machine, with twelve simulated cars
  cairn simulate --vehicles 200 --days 40 --seed 7     forty days in some minutes, with an audit at the end
  cairn audit                                          recompute every number of the programme in ./.cairn
  cairn evidence --vehicle 0x3634… --from … --to …     one file that proves what a car did
  cairn account 0x7099…                                one account's stones, consents, vehicles and orders

Exit codes: 0 done, 1 something was found to be wrong, 2 it could not run.`;

const COMMANDS = [
  upCommand,
  simulateCommand,
  replayCommand,
  importCommand,
  auditCommand,
  queryCommand,
  accountCommand,
  dropCommand,
  dayCommand,
  evidenceCommand,
  verifyCommand,
  boxCommand,
  pollCommand,
  roundCommand,
  recoveryCommand,
  orderCommand,
  operatorCommand,
  keyCommand,
  migrateCommand,
  storeCommand,
  relayerCommand,
];

/**
 * Runs the command line.
 * @param argv The arguments after the program's name.
 * @returns The exit code.
 */
export async function run(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = new Command("cairn")
    .description("A data-rights ledger for connected cars: run it, simulate it, look into it, audit it.")
    .version(version(), "-V, --version")
    .addHelpText("after", EXAMPLES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const add of COMMANDS) {
    add(program, (result) => {
      code = result;
    });
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    return reportFailure(error, argv.includes("--json"));
  }
}

function version(): string {
  return (createRequire(import.meta.url)("../../package.json") as { version: string }).version;
}

/** Whether this file is what Node.js was asked to run, also by a link as npm makes them. */
function isMain(): boolean {
  const asked = process.argv[1];
  return asked !== undefined && realpathSync(asked) === fileURLToPath(import.meta.url);
}

if (isMain()) {
  // A reader that closes the pipe early, such as `head`, is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    throw error;
  });
  const code = await run(process.argv.slice(2));
  // Whatever is still under way after a failure must not keep the process alive; what was written must get out first.
  process.stdout.write("", () => process.exit(code));
}
