import type { Command } from "commander";
import { EXIT, type ExitCode } from "../failure.ts";
import { readJsonFile } from "../files.ts";
import { untilAskedToStop } from "../signals.ts";

/** `cairn operator serve --config FILE`: the programme's duties besides the relayer's, until it is asked to stop. */
export function serveCommand(operator: Command, done: (code: ExitCode) => void): void {
  operator
    .command("serve")
    .description("run the operator's duties: reveal and open boxes, …")
    .requiredOption("--config <file>", "its configuration as JSON (docs/operator.md)")
    .action(async ({ config }: { config: string }) => {
      const asked = untilAskedToStop();
      // Loaded when it is needed: every other command starts faster without it.
      const { parseOperatorConfig, startOperator } = await import("../../operator/index.ts");
      const running = await startOperator(parseOperatorConfig(readJsonFile(config, "CONFIG_INVALID")));
      await asked;
      await running.close();
      // The channel to the starting process would keep this one alive.
      if (process.connected) process.disconnect();
      done(EXIT.ok);
    });
}
