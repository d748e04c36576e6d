import { randomBytes } from "node:crypto";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, fromHex, type Hex, toHex } from "../protocol/codec/bytes.ts";

/** Where the keys come from under which salts are derived (docs/protocol.md 6.3, 7.2). 32 bytes each. */
export interface SaltKeys {
  ofAccount(account: Hex): Hex;
  ofDay(day: number): Hex;
}

/**
 * Fresh random keys; or, in simulations, keys that follow from a seed, so that one seed gives the same roots again.
 * @param seed Hex, or undefined for random keys.
 */
export function saltKeys(seed: Hex | undefined): SaltKeys {
  if (seed === undefined) {
    const random = (): Hex => toHex(randomBytes(32));
    return { ofAccount: random, ofDay: random };
  }
  const secret = fromHex(seed);
  const text = new TextEncoder();
  const derive = (label: string, rest: Uint8Array): Hex =>
    toHex(hmac(sha256, secret, concatBytes(text.encode(label), rest)));
  return {
    ofAccount: (account) => derive("account-key", fromHex(account, 20)),
    ofDay: (day) => derive("day-key", text.encode(String(day))),
  };
}
