import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { CairnError } from "../errors.ts";

export type Hex = `0x${string}`;

export const ZERO_HASH: Hex = `0x${"00".repeat(32)}`;
export const ZERO_ADDRESS: Hex = `0x${"00".repeat(20)}`;

/** Hex in lower case: the form in which addresses and hashes are stored, compared and published. */
export function lowerHex(hex: string): Hex {
  return hex.toLowerCase() as Hex;
}

/** Bytes as lower-case hex with 0x. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${bytesToHex(bytes)}`;
}

/**
 * Hex with 0x as bytes.
 * @param hex Hex digits of either case after 0x.
 * @param length Bytes that must come out, when given.
 * @throws ARGUMENT_INVALID when it is not hex or not of that length.
 */
export function fromHex(hex: string, length?: number): Uint8Array {
  const bytes = bytesOf(hex);
  if (length !== undefined && bytes.length !== length) {
    throw new CairnError("ARGUMENT_INVALID", `${bytes.length} bytes instead of ${length}`);
  }
  return bytes;
}

function bytesOf(hex: string): Uint8Array {
  try {
    if (hex.startsWith("0x")) return hexToBytes(hex.slice(2));
  } catch {
    // Digits that are none, or an odd number of them: told like a missing 0x, and without the text, which may be a secret.
  }
  throw new CairnError("ARGUMENT_INVALID", "not a hex string");
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Byte-wise order of two byte strings of one length: negative, 0 or positive. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A value of one 32-byte word of Solidity's `abi.encode`: an unsigned number, or a bytes32 or address as hex. */
export type Word = number | bigint | Hex;

/**
 * `abi.encode` of static values, each one word: numbers and addresses right-aligned, 32-byte values as they are.
 * @throws ARGUMENT_INVALID for a negative or unsafe number, or hex that is neither 20 nor 32 bytes.
 */
export function encodeWords(words: readonly Word[]): Uint8Array {
  const out = new Uint8Array(32 * words.length);
  for (let i = 0; i < words.length; i++) writeWord(out, 32 * i, words[i] as Word);
  return out;
}

function writeWord(out: Uint8Array, at: number, word: Word): void {
  if (typeof word === "string") {
    const bytes = fromHex(word);
    if (bytes.length !== 32 && bytes.length !== 20) {
      throw new CairnError("ARGUMENT_INVALID", `a word of ${bytes.length} bytes`);
    }
    out.set(bytes, at + 32 - bytes.length);
    return;
  }
  if (word < 0 || (typeof word === "number" && !Number.isSafeInteger(word))) {
    throw new CairnError("ARGUMENT_INVALID", `not an unsigned integer: ${word}`);
  }
  if (typeof word === "bigint") {
    if (word >> 256n) throw new CairnError("ARGUMENT_INVALID", "a number above 256 bits");
    let rest = word;
    for (let j = at + 31; rest > 0n; j--, rest >>= 8n) out[j] = Number(rest & 255n);
    return;
  }
  let rest = word;
  for (let j = at + 31; rest > 0; j--, rest = Math.floor(rest / 256)) out[j] = rest % 256;
}
