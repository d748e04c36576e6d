import type { Command } from "commander";
import type { ExitCode } from "../failure.ts";
import { prepareChainCommand } from "../operator/prepare-chain.ts";
import { serveCommand } from "../operator/serve.ts";

const SUBCOMMANDS = [serveCommand, prepareChainCommand];

/** `cairn operator …`: what the people who run a programme do. */
export function operatorCommand(program: Command, done: (code: ExitCode) => void): void {
  const operator = program.command("operator").description("run a programme: its duties, and its desk");
  for (const add of SUBCOMMANDS) add(operator, done);
}
