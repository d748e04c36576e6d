import type { Command } from "commander";
import { createCairnClient } from "../../sdk/index.ts";
import { wholeNumber } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { print, printJson } from "../output.ts";
import { type SigningOptions, signingAccount, withKey } from "../signing.ts";

const EXAMPLES = `
When the operator has not revealed a drop an hour after its end, anybody may force its season: every box that waits takes the
guaranteed tier, and the season is over.

Example:
  cairn box force 1 --key-file key.txt`;

/** `cairn box force SEASON`: ends a season whose reveal is late. */
export function forceCommand(box: Command, done: (code: ExitCode) => void): void {
  withKey(withConnection(box.command("force")))
    .argument("<season>", "the season, counted from 1", wholeNumber(1, 2 ** 16 - 1))
    .description("end a season whose reveal is late")
    .addHelpText("after", EXAMPLES)
    .action(async (season: number, options: ConnectionOptions & SigningOptions) => {
      const { rpcUrl, deployment } = await connect(options);
      const client = createCairnClient({ rpcUrl, deployment, account: signingAccount(options, "anyone") });
      const { transaction, block } = await client.forceSeason({ season });
      if (options.json) printJson({ season, transaction, block });
      else
        print(`Season ${season} is forced, by ${transaction} in block ${block}: open its boxes with cairn box open.`);
      done(EXIT.ok);
    });
}
