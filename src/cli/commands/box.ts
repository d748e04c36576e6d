import type { Command } from "commander";
import { forceCommand } from "../box/force.ts";
import { oddsCommand } from "../box/odds.ts";
import { openCommand } from "../box/open.ts";
import { verifyCommand } from "../box/verify.ts";
import type { ExitCode } from "../failure.ts";

const SUBCOMMANDS = [oddsCommand, verifyCommand, openCommand, forceCommand];

/** `cairn box …`: the mine box, for anybody. Nothing but the chain is asked. */
export function boxCommand(program: Command, done: (code: ExitCode) => void): void {
  const box = program.command("box").description("the mine box: odds, proofs, and what anybody may do in it");
  for (const add of SUBCOMMANDS) add(box, done);
}
