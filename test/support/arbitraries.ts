import fc from "fast-check";
import type { Hex } from "../../src/protocol/codec/bytes.ts";

/** Byte strings of one length, as lower-case hex. */
export function hexOf(length: number): fc.Arbitrary<Hex> {
  return fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes): Hex => `0x${Buffer.from(bytes).toString("hex")}`);
}

export const bytes32 = hexOf(32);
export const address = hexOf(20);

/** Unsigned integers of up to `bits` bits, as bigint. */
export function uint(bits: number): fc.Arbitrary<bigint> {
  return fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
}
