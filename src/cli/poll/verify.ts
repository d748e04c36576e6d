import type { Command } from "commander";
import { VOTE_CHECKS, type VoteVerdict } from "../../sdk/index.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { readJsonFile, toJsonFile } from "../files.ts";
import { print, printJson } from "../output.ts";
import { connectOwner, type OwnerOptions, withOperator } from "../owner-client.ts";

const EXAMPLES = `
The operator is asked for the vote's leaf, the chain for everything else. With --out the leaf is kept too: then nobody but the
chain needs to be asked again. The exit code is 1 when the vote was not counted as it was cast.

Example:
  cairn poll verify vote.json`;

/** `cairn poll verify FILE`: whether a vote was counted. */
export function verifyCommand(poll: Command, done: (code: ExitCode) => void): void {
  withOperator(poll.command("verify"))
    .argument("<file>", "what `cairn poll vote` has kept")
    .description("check that a vote was counted as it was cast")
    .option("--out <file>", "where to keep the vote with its leaf")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: OwnerOptions & { out?: string }) => {
      const { cairn } = await connectOwner(options);
      const verdict = await cairn.verifyVote(readJsonFile(path, "EVIDENCE_INVALID"));
      if (options.out !== undefined) toJsonFile(options.out, verdict.file);
      if (options.json) printJson(verdict);
      else show(verdict);
      done(verdict.valid ? EXIT.ok : EXIT.findings);
    });
}

function show({ valid, checks, file }: VoteVerdict): void {
  const { poll, account, option } = file.vote;
  print(`Option ${option} of poll ${poll}, by ${account}\n`);
  for (const { check, ok, expected, actual } of checks) {
    print(`${ok ? "✓" : "✗"} ${VOTE_CHECKS[check]}`);
    if (!ok) print(`    expected ${expected}\n    found    ${actual}`);
  }
  print(valid ? "\nIt was counted as it was cast." : "\nIt was not counted as it was cast.");
}
