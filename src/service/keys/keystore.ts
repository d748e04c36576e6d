import { Wallet } from "@ethereumjs/wallet";
import { type Hex, toHex } from "../../protocol/codec/bytes.ts";
import { CairnError } from "../../protocol/errors.ts";
import { readSecret, readText } from "./read-file.ts";

/** Cost of the key derivation: some hundred MiB and about a second for whoever tries a password (RFC 7914). */
const SCRYPT_N = 2 ** 17;

/**
 * Encrypts a private key as a keystore of version 3 (the Web3 Secret Storage Definition: scrypt, AES-128-CTR, a MAC).
 * @param key 32 bytes as hex.
 * @returns The file's JSON text.
 */
export async function toKeystore(key: Hex, password: string): Promise<string> {
  const wallet = Wallet.fromPrivateKey(Buffer.from(key.slice(2), "hex"));
  return `${JSON.stringify(await wallet.toV3(password, { kdf: "scrypt", n: SCRYPT_N }), undefined, 2)}\n`;
}

/**
 * Decrypts a keystore of version 3.
 * @param passwordFile Its first line is the password.
 * @returns The private key.
 * @throws FILE_UNREADABLE; CONFIG_INVALID when it is no keystore or the password is another. No message repeats either.
 */
export async function readKeystore(file: string, passwordFile: string): Promise<Hex> {
  const text = await readText(file);
  const password = await readSecret(passwordFile);
  try {
    return toHex((await Wallet.fromV3(text, password)).getPrivateKey());
  } catch {
    // The cause may repeat what was read.
    throw new CairnError("CONFIG_INVALID", `${file} is no keystore of version 3, or ${passwordFile} not its password`);
  }
}
