import type { Command } from "commander";
import { ERROR_MEANINGS } from "../../chain/generated/errorMeanings.ts";
import type { SubmittedClaim } from "../../sdk/index.ts";
import { type ConnectionOptions, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { readJsonFile } from "../files.ts";
import { print, printJson } from "../output.ts";
import { connectOwner } from "../owner-client.ts";
import { type SigningOptions, signingAccount, withKey } from "../signing.ts";

const EXAMPLES = `
One transaction for all of them, 25 at most. What cannot be paid is skipped, and the others are paid all the same. It ends with 1
when any was skipped.

Example:
  cairn round send-claims claim.json another.json --key-file anybody.key`;

/** `cairn round send-claims FILE…`: has the parts paid that others have signed claims of. */
export function sendClaimsCommand(round: Command, done: (code: ExitCode) => void): void {
  withKey(withConnection(round.command("send-claims")))
    .argument("<files...>", "signed claims, as `cairn round sign-claim` writes them")
    .description("send claims that others have signed")
    .addHelpText("after", EXAMPLES)
    .action(async (files: readonly string[], options: ConnectionOptions & SigningOptions) => {
      const claims = files.map((path) => readJsonFile(path));
      const { cairn } = await connectOwner(options, signingAccount(options, "anyone"));
      const sent = await cairn.submitBenefitClaims({ claims });
      if (options.json) printJson(sent);
      else {
        for (const claim of sent.claims) print(outcomeOf(claim));
        print(`Sent by ${sent.transaction} in block ${sent.block}.`);
      }
      done(sent.claims.every(({ state }) => state === "paid") ? EXIT.ok : EXIT.findings);
    });
}

function outcomeOf({ state, round, account, to, amount, error = "" }: SubmittedClaim): string {
  if (state === "paid") return `${amount} paid to ${to}, the part of ${account} in round ${round}.`;
  return `Skipped, the part of ${account} in round ${round}: ${error}: ${ERROR_MEANINGS[error] ?? "The contract refuses it."}`;
}
