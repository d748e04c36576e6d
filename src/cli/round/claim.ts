import { type Command, Option } from "commander";
import type { Hex } from "../../protocol/index.ts";
import { address } from "../arguments.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { numbered } from "../operator/takes.ts";
import { print, printJson } from "../output.ts";
import { connectOwner, type OwnerOptions, withOperator } from "../owner-client.ts";
import { type SigningOptions, signingAccount, withKey } from "../signing.ts";

const EXAMPLES = `
The operator is asked for the part, which is checked against the round's root before anything is sent. Anybody may claim for
anybody: the account itself is paid, or whoever stands for it now.

Examples:
  cairn round claim 1 --key-file owner.key
  cairn round claim 1 --account 0x7099… --key-file anybody.key`;

/** `cairn round claim NUMBER`: claims an account's part of a benefit round. */
export function claimCommand(round: Command, done: (code: ExitCode) => void): void {
  withKey(withOperator(round.command("claim")))
    .addArgument(numbered("round", "number of the round, from 1"))
    .description("claim a part of a benefit round")
    .addOption(new Option("--account <address>", "whose part (default: of who sends)").argParser(address))
    .addHelpText("after", EXAMPLES)
    .action(async (number: number, options: OwnerOptions & SigningOptions & { account?: Hex }) => {
      const { account } = options;
      const { cairn } = await connectOwner(options, signingAccount(options, "anyone"));
      const claimed = await cairn.claimBenefit({ round: number, ...(account === undefined ? {} : { account }) });
      if (options.json) printJson(claimed);
      else print(`${claimed.amount} paid for ${claimed.account} by ${claimed.transaction} in block ${claimed.block}.`);
      done(EXIT.ok);
    });
}
