import { type Command, Option } from "commander";
import { readStones } from "../../chain/read/stones.ts";
import type { Hex } from "../../protocol/index.ts";
import type { RecoveryAgreementFile } from "../../sdk/index.ts";
import { address, moment } from "../arguments.ts";
import { type ConnectionOptions, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { requireFree, toJsonFile } from "../files.ts";
import { formatFields, formatStones, formatTime, print, printJson } from "../output.ts";
import { connectOwner } from "../owner-client.ts";
import { signingAccount } from "../signing.ts";

const EXAMPLES = `
For the owner to whose account another one is to move that cannot sign: its key is lost, it was inherited, or both are one
person's. Give the file to the programme, which announces the move; whoever has the other account's key can cancel it for 30 days.

Example:
  cairn recovery agree 0x7099… --key-file owner.key --out agreement.json`;

interface AgreeOptions extends ConnectionOptions {
  readonly keyFile: string;
  readonly out: string;
  readonly deadline?: number;
}

/** `cairn recovery …`: moves of accounts whose owners cannot sign. */
export function recoveryCommand(program: Command, done: (code: ExitCode) => void): void {
  const recovery = program.command("recovery").description("moves of accounts whose owners cannot sign");
  withConnection(recovery.command("agree"))
    .argument("<account>", "the account that is to move", address)
    .description("sign that one's account takes in another one")
    .requiredOption("--key-file <file>", "file that holds the private key of the account that takes it in")
    .requiredOption("--out <file>", "where to write the signed agreement")
    .addOption(
      new Option(
        "--deadline <time>",
        "last moment at which the move may be announced (default: a day from now, the most)",
      ).argParser(moment),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (account: Hex, options: AgreeOptions) => {
      await agree(account, options);
      done(EXIT.ok);
    });
}

async function agree(account: Hex, options: AgreeOptions): Promise<void> {
  const { out, deadline } = options;
  requireFree(out);
  const { cairn, client, deployment } = await connectOwner(options, signingAccount(options, "anyone"));
  const [stones, { today, exclusions }] = await Promise.all([
    readStones(client, deployment, account),
    cairn.getExclusions({ account }),
  ]);
  const balance = stones.mined + stones.received - stones.out;
  const excludedDays = exclusions.reduce((last, { endsOn }) => Math.max(last, endsOn), today) - today;
  const agreement = await cairn.signRecoveryTarget({ account, ...(deadline === undefined ? {} : { deadline }) });
  toJsonFile(out, agreement);
  if (options.json) printJson({ ...agreement, takesIn: { balance, excludedDays } });
  else show(agreement, { out, balance, excludedDays });
}

function show(
  { move }: RecoveryAgreementFile,
  { out, balance, excludedDays }: { out: string; balance: bigint; excludedDays: number },
): void {
  print(
    formatFields([
      ["agreed", `account ${move.account} moves to ${move.to}`],
      ["comes along", `${formatStones(balance)}, later credits, and its vehicles`],
      [
        "exclusions",
        excludedDays === 0 ? "none now" : `up to ${excludedDays} more days; what is left when it moves comes along`,
      ],
      ["afterwards", "this account cannot move by signatures for a year"],
      ["to be announced", `until ${formatTime(move.deadline)}`],
      ["written to", out],
    ]),
  );
}
