import type { Command } from "commander";
import type { ExitCode } from "../failure.ts";
import { claimCommand } from "../round/claim.ts";
import { sendClaimsCommand } from "../round/send-claims.ts";
import { listCommand, showCommand } from "../round/show.ts";
import { signClaimCommand } from "../round/sign-claim.ts";

const EXAMPLES = `
Examples:
  cairn round show 1 --account 0x7099…
  cairn round claim 1 --key-file owner.key
  cairn round sign-claim 1 --key-file owner.key --out claim.json
  cairn round send-claims claim.json --key-file anybody.key`;

const SUBCOMMANDS = [listCommand, showCommand, claimCommand, signClaimCommand, sendClaimsCommand];

/** `cairn round …`: amounts that the company shares among owners. */
export function roundCommand(program: Command, done: (code: ExitCode) => void): void {
  const round = program
    .command("round")
    .description("benefit rounds: what is shared, and one's part of it")
    .addHelpText("after", EXAMPLES);
  for (const add of SUBCOMMANDS) add(round, done);
}
