import { existsSync } from "node:fs";
import type { Command } from "commander";
import type { LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { CairnError, type Hex } from "../protocol/index.ts";
import { readKeyFile } from "./key-file.ts";
import { type KeyName, loadOrMakeKeys } from "./keys.ts";
import { workspaceAt } from "./workspace.ts";

/** Options of every command that sends a transaction. */
export interface SigningOptions {
  readonly keyFile?: string;
  readonly work: string;
}

/** Adds the options of {@link SigningOptions} that a connection does not have. */
export function withKey(command: Command): Command {
  return command.option("--key-file <file>", "file that holds the private key of who sends and pays");
}

/**
 * The account that sends: of the key in the file that was named, else of a key in the work folder.
 * @param name Which of the work folder's keys.
 * @throws FILE_UNREADABLE, CONFIG_INVALID. No message repeats a key.
 */
export function signingAccount({ keyFile, work }: SigningOptions, name: KeyName): LocalAccount {
  if (keyFile === undefined) return privateKeyToAccount(workKey(workspaceAt(work).keysFile, name));
  return privateKeyToAccount(readKeyFile(keyFile));
}

function workKey(path: string, name: KeyName): Hex {
  if (!existsSync(path)) throw new CairnError("ARGUMENT_INVALID", `--key-file is missing, and there is no ${path}`);
  return loadOrMakeKeys(path)[name];
}
