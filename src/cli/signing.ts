import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import type { LocalAccount } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { CairnError, type Hex } from "../protocol/index.ts";
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

/** The private key that a file holds as hex. @throws FILE_UNREADABLE, CONFIG_INVALID. No message repeats it. */
export function readKeyFile(path: string): Hex {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new CairnError("FILE_UNREADABLE", path, { details: { path }, cause });
  }
  if (!isPrivateKey(text)) throw new CairnError("CONFIG_INVALID", `${path} holds no private key`);
  return text as Hex;
}

/** Whether a text is the hex of a secret of secp256k1: above 0 and below the group's order. */
function isPrivateKey(text: string): boolean {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) return false;
  try {
    privateKeyToAccount(text as Hex);
    return true;
  } catch {
    return false;
  }
}

function workKey(path: string, name: KeyName): Hex {
  if (!existsSync(path)) throw new CairnError("ARGUMENT_INVALID", `--key-file is missing, and there is no ${path}`);
  return loadOrMakeKeys(path)[name];
}
