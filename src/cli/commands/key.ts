import { existsSync } from "node:fs";
import type { Command } from "commander";
import { generatePrivateKey } from "viem/accounts";
import { createSamplesKey } from "../../device/index.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { toKeystore } from "../../service/keys/keystore.ts";
import { readSecret } from "../../service/keys/read-file.ts";
import { writeFileSafely } from "../../storage/write-file.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { toJsonFile } from "../files.ts";
import { readKeyFile } from "../key-file.ts";
import { addressOf } from "../keys.ts";
import { print, printJson } from "../output.ts";

const EXAMPLES = `
A keystore is a private key encrypted with a password (Web3 Secret Storage, version 3). A relayer or an operator takes one as
{ "keystore": FILE, "passwordFile": FILE } wherever its configuration names a key.
An owner's samples key opens what a car seals of its drives: the car is given the public half, which is printed, and the file
stays with the owner.

Examples:
  cairn key new --password-file relayer.password --out relayer.keystore.json
  cairn key encrypt relayer.key --password-file relayer.password --out relayer.keystore.json
  cairn key samples --out samples.jwk`;

interface KeyOptions {
  readonly passwordFile: string;
  readonly out: string;
  readonly json?: boolean;
}

/** `cairn key`: services' keys that lie encrypted on disk, and owners' keys for samples. */
export function keyCommand(program: Command, done: (code: ExitCode) => void): void {
  const key = program
    .command("key")
    .description("make keystores for services' keys, and owners' samples keys")
    .addHelpText("after", EXAMPLES);
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
  key
    .command("samples")
    .description("make an owner's samples key (JWK, X25519) and print its public half")
    .requiredOption("--out <file>", "the private key; it must not exist yet")
    .action(({ out }: Pick<KeyOptions, "out">) => {
      writeSamplesKey(out);
      done(EXIT.ok);
    });
}

function withKeystore(command: Command): Command {
  return command
    .requiredOption("--password-file <file>", "file whose first line is the password")
    .requiredOption("--out <file>", "the keystore; it must not exist yet")
    .option("--json", "print its address as JSON");
}

/** A file that is there may be the only copy of a key. */
function requireNew(out: string): void {
  if (existsSync(out)) throw new CairnError("ARGUMENT_INVALID", `${out} exists`);
}

function writeSamplesKey(out: string): void {
  requireNew(out);
  const key = createSamplesKey();
  toJsonFile(out, key, 0o600);
  const { d: _, ...publicKey } = key;
  printJson(publicKey);
}

async function writeKeystore(key: Hex, { passwordFile, out, json }: KeyOptions): Promise<void> {
  requireNew(out);
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
