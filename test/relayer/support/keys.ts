import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { fromHex, type Hex, lowerHex, toHex } from "../../../src/protocol/index.ts";

/** A private key for tests that follows from a name. */
export function keyOf(name: string): Hex {
  return toHex(sha256(new TextEncoder().encode(`cairn relayer test: ${name}`)));
}

export function accountOf(name: string): PrivateKeyAccount {
  return privateKeyToAccount(keyOf(name));
}

export function addressOf(name: string): Hex {
  return lowerHex(accountOf(name).address);
}

/** A car's device: P-256, signatures by RFC 6979 with s in the low half. */
export interface Device {
  readonly x: Hex;
  readonly y: Hex;
  /** Signs SHA-256 of a digest. */
  sign(digest: Hex): Hex;
}

export function deviceOf(name: string): Device {
  const secret = fromHex(keyOf(`device ${name}`));
  const point = p256.getPublicKey(secret, false);
  return {
    x: toHex(point.subarray(1, 33)),
    y: toHex(point.subarray(33)),
    sign: (digest) => toHex(p256.sign(fromHex(digest), secret, { prehash: true, lowS: true })),
  };
}

const P256_ORDER = p256.Point.Fn.ORDER;

/** The other signature that verifies for the same digest: (r, n - s). */
export function malleated(signature: Hex): Hex {
  const s = BigInt(`0x${signature.slice(66)}`);
  return `${signature.slice(0, 66)}${(P256_ORDER - s).toString(16).padStart(64, "0")}` as Hex;
}
