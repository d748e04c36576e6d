import type { Command } from "commander";
import { EXIT, type ExitCode } from "../failure.ts";
import { readJsonFile } from "../files.ts";
import { untilAskedToStop } from "../signals.ts";

/** `cairn relayer --config FILE`: the relayer alone; `up` and `simulate` run it as a process of its own. */
export function relayerCommand(program: Command, done: (code: ExitCode) => void): void {
  program
    .command("relayer")
    .description("run the relayer as a service (docs/operations.md)")
    .requiredOption("--config <file>", "its configuration as JSON")
    .action(async ({ config }: { config: string }) => {
      const asked = untilAskedToStop();
      // Loaded when it is needed: every other command starts faster without it.
      const { parseRelayerConfig, startRelayer } = await import("../../relayer/index.ts");
      const relayer = await startRelayer(parseRelayerConfig(readJsonFile(config, "CONFIG_INVALID")));
      await asked;
      await relayer.close();
      // The channel to the starting process would keep this one alive.
      if (process.connected) process.disconnect();
      done(EXIT.ok);
    });
}
