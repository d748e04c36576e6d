import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { privateKeyToAddress } from "viem/accounts";
import { fromHex, toHex } from "../../src/protocol/index.ts";
import { createSigner, recoverAddress } from "../../src/service/signer.ts";

const bytes32 = () => fc.uint8Array({ minLength: 32, maxLength: 32 });
const secrets = bytes32().filter((bytes) => secp256k1.utils.isValidSecretKey(bytes));
const ORDER = secp256k1.Point.CURVE().n;

/** `r ‖ s ‖ v` as another implementation signs (RFC 6979, low s). */
function otherSignature(digest: Uint8Array, secret: Uint8Array): Uint8Array {
  const signature = secp256k1.sign(digest, secret, { prehash: false, format: "recovered" });
  return Uint8Array.of(...signature.subarray(1), 27 + (signature[0] as number));
}

describe("signing digests", () => {
  test("given any key and digest, address and signature are those of other implementations", () => {
    fc.assert(
      fc.property(secrets, bytes32(), (secret, digest) => {
        const signer = createSigner(toHex(secret));
        assert.equal(signer.address, privateKeyToAddress(toHex(secret)).toLowerCase());
        assert.equal(signer.sign(toHex(digest)), toHex(otherSignature(digest, secret)));
      }),
      { numRuns: 50 },
    );
  });

  for (const [name, secret] of [
    ["0", "00".repeat(32)],
    ["the group's order", ORDER.toString(16)],
  ] as const) {
    test(`when the secret is ${name}, no signer is made, and the error does not repeat it`, () => {
      assert.throws(
        () => createSigner(`0x${secret}`),
        (error: Error) => !error.message.includes(secret),
      );
    });
  }
});

describe("finding who signed", () => {
  test("given any key and digest, it is the signer", () => {
    fc.assert(
      fc.property(secrets, bytes32(), (secret, digest) => {
        const { address } = createSigner(toHex(secret));
        assert.equal(recoverAddress(toHex(digest), otherSignature(digest, secret)), address);
      }),
      { numRuns: 50 },
    );
  });

  test("given the same signature with its s in the high half, nobody signed", () => {
    fc.assert(
      fc.property(secrets, bytes32(), (secret, digest) => {
        const signature = otherSignature(digest, secret);
        const s = ORDER - BigInt(toHex(signature.subarray(32, 64)));
        const twin = Uint8Array.of(
          ...signature.subarray(0, 32),
          ...fromHex(`0x${s.toString(16).padStart(64, "0")}`, 32),
          27 + 28 - (signature[64] as number),
        );
        assert.equal(recoverAddress(toHex(digest), twin), undefined);
      }),
      { numRuns: 20 },
    );
  });

  for (const [name, signature] of [
    ["64 bytes", new Uint8Array(64).fill(1)],
    ["another v", new Uint8Array(65).fill(1)],
    ["an r and s of zero", new Uint8Array(65).fill(27, 64)],
    ["an r above the field", Uint8Array.of(...new Uint8Array(32).fill(255), ...new Uint8Array(32).fill(1), 27)],
  ] as const) {
    test(`given ${name}, nobody signed`, () => {
      assert.equal(recoverAddress(toHex(new Uint8Array(32).fill(7)), signature), undefined);
    });
  }
});
