import { type Hex, lowerHex } from "../protocol/codec/bytes.ts";

/** Hex of a parsed JSON value, in lower case. @throws Error when it is none of that many bytes. */
export function hexOf(value: unknown, bytes: number): Hex {
  const right = typeof value === "string" && new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`).test(value);
  if (!right) throw new Error(`${bytes} bytes of hex are missing`);
  return lowerHex(value);
}

/** A whole number of a parsed JSON value. @throws Error when it is none. */
export function wholeOf(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Error("a whole number is missing");
  return value as number;
}
