import { existsSync } from "node:fs";
import type { Command } from "commander";
import { generatePrivateKey } from "viem/accounts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { toKeystore } from "../../service/keys/keystore.ts";
import { readSecret } from "../../service/keys/read-file.ts";
import { writeFileSafely } from "../../storage/write-file.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { addressOf } from "../keys.ts";
import { print, printJson } from "../output.ts";
import { readKeyFile } from "../signing.ts";

const EXAMPLES = `
A keystore is a private key encrypted with a password (Web3 Secret Storage, version 3). A relayer or an operator takes one as
{ "keystore": FILE, "passwordFile": FILE } wherever its configuration names a key.

Examples:
  cairn key new --password-file relayer.password --out relayer.keystore.json
  cairn key encrypt relayer.key --password-file relayer.password --out relayer.keystore.json`;

interface KeyOptions {
  readonly passwordFile: string;
  readonly out: string;
  readonly json?: boolean;
}

/** `cairn key`: keys that lie encrypted on disk. */
export function keyCommand(program: Command, done: (code: ExitCode) => void): void {
  const key = program.command("key").description("make keystores for services' keys").addHelpText("after", EXAMPLES);
  withKeystore(key.command("new").description("make a key and encrypt it")).action(async (options: KeyOptions) => {
    await writeKeystore(generatePrivateKey(), options);
    done(EXIT.ok);
  });
  withKeystore(key.command("encrypt").description("encrypt a key that exists"))
    .argument("<file>", "file that holds the private key as hex")
    .action(async (file: string, options: KeyOptions) => {
      await writeKeystore(readKeyFile(file), options);
      done(EXIT.ok);
    });
}

function withKeystore(command: Command): Command {
  return command
    .requiredOption("--password-file <file>", "file whose first line is the password")
    .requiredOption("--out <file>", "the keystore; it must not exist yet")
    .option("--json", "print its address as JSON");
}

/** Never over a file that is there: it may be the only copy of a key. */
async function writeKeystore(key: Hex, { passwordFile, out, json }: KeyOptions): Promise<void> {
  if (existsSync(out)) throw new CairnError("ARGUMENT_INVALID", `${out} exists`);
  const password = await passwordIn(passwordFile);
  writeFileSafely(out, await toKeystore(key, password), 0o600);
  const address = addressOf(key);
  if (json === true) printJson({ address, keystore: out });
  else print(`${address}  ${out}`);
}

async function passwordIn(path: string): Promise<string> {
  const password = await readSecret(path);
  if (password === "") throw new CairnError("ARGUMENT_INVALID", `${path} begins with an empty line`);
  return password;
}
