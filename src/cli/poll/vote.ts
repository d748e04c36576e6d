import { type Command, Option } from "commander";
import { wholeNumber } from "../arguments.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { requireFree, toJsonFile } from "../files.ts";
import { numbered } from "../operator/takes.ts";
import { formatFields, formatTime, print, printJson } from "../output.ts";
import { connectOwner, type OwnerOptions, withOperator } from "../owner-client.ts";
import { signingAccount } from "../signing.ts";

const EXAMPLES = `
The first vote of an account counts. The file has the vote with the operator's signed receipt: keep it, and give it to
\`cairn poll verify\` when the poll has a result. When no answer came, vote again with the --cast-at of the first time.

Example:
  cairn poll vote 1 2 --key-file owner.key --out vote.json`;

interface VoteOptions extends OwnerOptions {
  readonly keyFile: string;
  readonly out: string;
  readonly castAt?: number;
}

/** `cairn poll vote POLL OPTION`: casts the vote of an account. */
export function voteCommand(poll: Command, done: (code: ExitCode) => void): void {
  withOperator(poll.command("vote"))
    .addArgument(numbered("poll", "number of the poll, from 1"))
    .addArgument(numbered("option", "number of the option, from 0", 63))
    .description("cast a vote")
    .requiredOption("--key-file <file>", "file that holds the private key of who votes")
    .requiredOption("--out <file>", "where to keep the vote with its receipt")
    .addOption(
      new Option("--cast-at <seconds>", "when the vote is cast, unix seconds (default: now)").argParser(
        wholeNumber(1, 2 ** 40 - 1),
      ),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (number: number, option: number, options: VoteOptions) => {
      const { out, castAt } = options;
      requireFree(out);
      const { cairn } = await connectOwner(options, signingAccount(options, "anyone"));
      const file = await cairn.vote({ poll: number, option, ...(castAt === undefined ? {} : { castAt }) });
      toJsonFile(out, file);
      if (options.json) printJson(file);
      else
        print(
          formatFields([
            ["voted", `option ${option} of poll ${number}, as ${file.vote.account}`],
            ["received", formatTime(file.receipt.receivedAt)],
            ["kept in", out],
          ]),
        );
      done(EXIT.ok);
    });
}
