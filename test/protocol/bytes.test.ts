import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { encodeAbiParameters, keccak256 } from "viem";
import { compareBytes, concatBytes, encodeWords, fromHex, toHex, type Word } from "../../src/protocol/codec/bytes.ts";
import { hashWords, hashWordsTwice, keccak } from "../../src/protocol/codec/keccak.ts";
import { address, bytes32, uint } from "../support/arbitraries.ts";
import { assertThrowsCode } from "../support/assertions.ts";

const word: fc.Arbitrary<{ type: string; value: Word }> = fc.oneof(
  uint(256).map((value) => ({ type: "uint256", value })),
  fc.maxSafeNat().map((value) => ({ type: "uint64", value })),
  bytes32.map((value) => ({ type: "bytes32", value })),
  address.map((value) => ({ type: "address", value })),
);

/** The same values by viem, which takes integers wider than 48 bits as bigint. */
function byViem(words: readonly { type: string; value: Word }[]): `0x${string}` {
  const values = words.map(({ value }) => (typeof value === "number" ? BigInt(value) : value));
  return encodeAbiParameters(
    words.map(({ type }) => ({ type })),
    values,
  );
}

describe("encodeWords", () => {
  test("when the values are of any static type, equals abi.encode", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (words) => {
        assert.equal(toHex(encodeWords(words.map(({ value }) => value))), byViem(words));
      }),
    );
  });

  for (const { title, value } of [
    { title: "a negative number", value: -1 },
    { title: "a negative bigint", value: -1n },
    { title: "a fraction", value: 0.5 },
    { title: "a number above 2^53", value: 2 ** 53 },
    { title: "a bigint above 256 bits", value: 2n ** 256n },
    { title: "hex of 31 bytes", value: `0x${"00".repeat(31)}` as const },
    { title: "no number", value: Number.NaN },
  ]) {
    test(`when a value is ${title}, throws ARGUMENT_INVALID`, () => {
      assertThrowsCode(() => encodeWords([value]), "ARGUMENT_INVALID");
    });
  }
});

describe("hashing", () => {
  test("when the bytes are any, keccak equals viem's", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => assert.equal(keccak(bytes), keccak256(bytes))));
  });

  test("when values are hashed once, equals keccak256 of abi.encode", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        assert.equal(hashWords(words.map(({ value }) => value)), keccak256(byViem(words)));
      }),
    );
  });

  test("when values are hashed twice, equals the double hash of OpenZeppelin's leaves", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        assert.equal(hashWordsTwice(words.map(({ value }) => value)), keccak256(keccak256(byViem(words))));
      }),
    );
  });
});

describe("hex", () => {
  test("when bytes go to hex and back, they are the same", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.deepEqual(fromHex(toHex(bytes)), bytes)));
  });

  test("when the digits are upper case, they are read alike", () => {
    assert.deepEqual(fromHex("0xABcd"), Uint8Array.of(0xab, 0xcd));
  });

  for (const text of ["", "0x1", "12", "0xzz", "0x12 ", "0X12"]) {
    test(`when the text is "${text}", throws ARGUMENT_INVALID`, () => {
      assertThrowsCode(() => fromHex(text), "ARGUMENT_INVALID");
    });
  }

  test("when the length is another than asked for, throws ARGUMENT_INVALID", () => {
    assertThrowsCode(() => fromHex("0x1234", 3), "ARGUMENT_INVALID");
  });

  test("when two byte strings are compared, the order is that of their numbers", () => {
    fc.assert(
      fc.property(bytes32, bytes32, (a, b) => {
        const expected = BigInt(a) < BigInt(b) ? -1 : Number(BigInt(a) > BigInt(b));
        assert.equal(Math.sign(compareBytes(fromHex(a), fromHex(b))), expected);
      }),
    );
  });

  test("when parts are joined, the whole is their hex in a row", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 6 }), (parts) => {
        const joined = parts.map((part) => toHex(part).slice(2)).join("");
        assert.equal(toHex(concatBytes(...parts)), `0x${joined}`);
      }),
    );
  });
});
