import type { Command } from "commander";
import type { ExitCode } from "../failure.ts";
import { listCommand, showCommand } from "../poll/show.ts";
import { verifyCommand } from "../poll/verify.ts";
import { voteCommand } from "../poll/vote.ts";

const EXAMPLES = `
Examples:
  cairn poll show 1
  cairn poll vote 1 2 --key-file owner.key --out vote.json
  cairn poll verify vote.json`;

const SUBCOMMANDS = [listCommand, showCommand, voteCommand, verifyCommand];

/** `cairn poll …`: questions to owners. */
export function pollCommand(program: Command, done: (code: ExitCode) => void): void {
  const poll = program
    .command("poll")
    .description("polls: what is asked, votes, and whether they were counted")
    .addHelpText("after", EXAMPLES);
  for (const add of SUBCOMMANDS) add(poll, done);
}
