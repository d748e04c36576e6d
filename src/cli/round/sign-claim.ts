import { type Command, Option } from "commander";
import { moment } from "../arguments.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { requireFree, toJsonFile } from "../files.ts";
import { formatFields, formatTime, print, printJson } from "../output.ts";
import { connectOwner, withOperator } from "../owner-client.ts";
import { signingAccount } from "../signing.ts";
import { type ClaimOptions, claimOf, withClaim } from "./claim.ts";

const EXAMPLES = `
For who has no coin to send a claim with: give the file to anybody who has, for \`cairn round send-claims\`. They can have the part
paid to whom it names, and do nothing else with it.

Example:
  cairn round sign-claim 1 --to 0x3c44… --key-file owner.key --out claim.json`;

interface SignOptions extends ClaimOptions {
  readonly keyFile: string;
  readonly out: string;
  readonly deadline?: number;
}

/** `cairn round sign-claim NUMBER`: signs the claim of a part for somebody else to send. */
export function signClaimCommand(round: Command, done: (code: ExitCode) => void): void {
  withClaim(withOperator(round.command("sign-claim")))
    .description("sign the claim of one's part, for somebody else to send")
    .requiredOption("--key-file <file>", "file that holds the private key of who claims")
    .requiredOption("--out <file>", "where to write the signed claim")
    .addOption(
      new Option(
        "--deadline <time>",
        "last moment at which it may be sent (default: a day from now, the most)",
      ).argParser(moment),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (number: number, options: SignOptions) => {
      const { out, deadline } = options;
      requireFree(out);
      const { cairn } = await connectOwner(options, signingAccount(options, "anyone"));
      const signed = await cairn.signBenefitClaim({
        ...claimOf(number, options),
        ...(deadline === undefined ? {} : { deadline }),
      });
      toJsonFile(out, signed);
      if (options.json) printJson(signed);
      else
        print(
          formatFields([
            ["claimed", `the part of ${signed.leaf.account} in round ${number}, to be paid to ${signed.claim.to}`],
            ["to be sent", `until ${formatTime(signed.claim.deadline)}`],
            ["written to", out],
          ]),
        );
      done(EXIT.ok);
    });
}
