import { readFileSync } from "node:fs";
import { privateKeyToAccount } from "viem/accounts";
import { CairnError, type Hex } from "../protocol/index.ts";

/**
 * The private key that a file holds: 32 bytes in hex, with or without 0x.
 * @throws FILE_UNREADABLE, CONFIG_INVALID. No message repeats a key.
 */
export function readKeyFile(path: string): Hex {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new CairnError("FILE_UNREADABLE", path, { details: { path }, cause });
  }
  const key = text.startsWith("0x") ? text : `0x${text}`;
  if (!isPrivateKey(key)) throw new CairnError("CONFIG_INVALID", `${path} holds no private key`);
  return key;
}

/** Whether a text is the hex of a secret of secp256k1: above 0 and below the group's order (SEC 1). */
function isPrivateKey(text: string): text is Hex {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) return false;
  try {
    privateKeyToAccount(text as Hex);
    return true;
  } catch {
    return false;
  }
}
