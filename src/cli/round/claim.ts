import { type Command, Option } from "commander";
import type { Hex } from "../../protocol/index.ts";
import { address } from "../arguments.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { numbered } from "../operator/takes.ts";
import { print, printJson } from "../output.ts";
import { connectOwner, type OwnerOptions, withOperator } from "../owner-client.ts";
import { type SigningOptions, signingAccount, withKey } from "../signing.ts";

const EXAMPLES = `
The operator is asked for the part, which is checked against the round's root before anything is sent. The key is that of the
account that stands for the part's: of that account itself, or of the one it moved to. Who has no coin to pay with signs a claim
for somebody else to send: \`cairn round sign-claim\`.

Examples:
  cairn round claim 1 --key-file owner.key
  cairn round claim 1 --to 0x3c44… --key-file owner.key
  cairn round claim 1 --account 0x7099… --key-file new.key`;

/** Whose part is claimed, and where it is paid. */
export interface ClaimOptions extends OwnerOptions {
  readonly account?: Hex;
  readonly to?: Hex;
}

/** Adds the options of {@link ClaimOptions} that a connection does not have. */
export function withClaim(command: Command): Command {
  return command
    .addArgument(numbered("round", "number of the round, from 1"))
    .addOption(new Option("--account <address>", "whose part (default: the key's)").argParser(address))
    .addOption(new Option("--to <address>", "who is paid (default: the key's account)").argParser(address));
}

/** What the SDK is told of them. */
export function claimOf(round: number, { account, to }: ClaimOptions) {
  return { round, ...(account === undefined ? {} : { account }), ...(to === undefined ? {} : { to }) };
}

/** `cairn round claim NUMBER`: claims a part of a benefit round. */
export function claimCommand(round: Command, done: (code: ExitCode) => void): void {
  withClaim(withKey(withOperator(round.command("claim"))))
    .description("claim one's part of a benefit round")
    .addHelpText("after", EXAMPLES)
    .action(async (number: number, options: ClaimOptions & SigningOptions) => {
      const { cairn } = await connectOwner(options, signingAccount(options, "anyone"));
      const claimed = await cairn.claimBenefit(claimOf(number, options));
      const { amount, account, to, transaction, block } = claimed;
      if (options.json) printJson(claimed);
      else print(`${amount} paid to ${to}, the part of ${account}, by ${transaction} in block ${block}.`);
      done(EXIT.ok);
    });
}
