import type { Command } from "commander";
import type { Hex } from "../../protocol/index.ts";
import { createCairnClient } from "../../sdk/index.ts";
import { address } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { formatTable, print, printJson } from "../output.ts";
import { type SigningOptions, signingAccount, withKey } from "../signing.ts";

const EXAMPLES = `
Anybody may open anybody's boxes, once their drop is revealed or their season was forced. Whoever has none to open is passed
over.

Example:
  cairn box open 0x7099… 0x3c44… --key-file key.txt`;

/** `cairn box open ACCOUNT…`: opens boxes without the operator. */
export function openCommand(box: Command, done: (code: ExitCode) => void): void {
  withKey(withConnection(box.command("open")))
    .argument("<account...>", "whose boxes", (text, before: readonly Hex[] = []) => [...before, address(text)])
    .description("open the boxes of accounts")
    .addHelpText("after", EXAMPLES)
    .action(async (accounts: readonly Hex[], options: ConnectionOptions & SigningOptions) => {
      const { rpcUrl, deployment } = await connect(options);
      const client = createCairnClient({ rpcUrl, deployment, account: signingAccount(options, "anyone") });
      const { transaction, block } = await client.openBoxes({ accounts });
      const left = await Promise.all(
        accounts.map(async (account) => ({ account, pending: (await client.getCrystals({ account })).pending })),
      );
      if (options.json) printJson({ transaction, block, accounts: left });
      else {
        print(`Opened by ${transaction} in block ${block}.\n`);
        print(
          formatTable(
            ["account", "boxes still waiting"],
            left.map(({ account, pending }) => [account, String(pending)]),
          ),
        );
      }
      done(EXIT.ok);
    });
}
