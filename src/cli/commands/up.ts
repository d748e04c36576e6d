import { type Command, Option } from "commander";
import { httpUrl, wholeNumber } from "../arguments.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { DEFAULT_WORK_DIR } from "../workspace.ts";

const EXAMPLES = `
Runs a programme until Ctrl-C: a chain, the contracts, relayer and operator. Started again with the same --work, it goes on.

Examples:
  cairn up --fleet 12
  cairn up --work ./demo --port 8420
  cairn up --rpc http://127.0.0.1:8545 --work ./on-hardhat      with \`npx hardhat node\` in another terminal

On a chain without unlocked accounts set CAIRN_DEPLOYER_KEY to a funded private key.`;

/** `cairn up`: runs a programme on this machine. */
export function upCommand(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("up")
    .description("run a programme on this machine")
    .addOption(new Option("--rpc <url>", "a chain to run on, instead of the embedded one").argParser(httpUrl))
    .option("--work <dir>", "work folder: chain, database, published files, keys", DEFAULT_WORK_DIR)
    .addOption(
      new Option("--port <number>", "port of the relayer's API (default: 8420, or any free one)").argParser(
        wholeNumber(1, 65_535),
      ),
    )
    .addOption(
      new Option("--fleet <number>", "simulated cars that drive in real time")
        .argParser(wholeNumber(0, 200))
        .default(0),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (options: { rpc?: string; work: string; port?: number; fleet: number }) => {
      // Loaded when it is needed: every other command starts faster without it.
      const { up } = await import("../up/up.ts");
      await up(options);
      done(EXIT.ok);
    });
}
