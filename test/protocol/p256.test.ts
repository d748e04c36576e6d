import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { describe, test } from "node:test";
import fc from "fast-check";
import { fromHex, type Hex, toHex } from "../../src/protocol/codec/bytes.ts";
import { normaliseP256, p256Der, p256Spki } from "../../src/protocol/codec/p256.ts";
import { assertThrowsCode } from "../support/assertions.ts";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
const jwk = pair.publicKey.export({ format: "jwk" });
const point = {
  x: toHex(Buffer.from(jwk.x ?? "", "base64url")),
  y: toHex(Buffer.from(jwk.y ?? "", "base64url")),
};

function signed(message: Uint8Array): Hex {
  return toHex(sign("sha256", message, { key: pair.privateKey, dsaEncoding: "ieee-p1363" }));
}

function scalar(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}

function verifyDer(message: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  return verify("sha256", message, { key, dsaEncoding: "der" }, signature);
}

describe("normaliseP256", () => {
  test("given any message, the signature has a low s and still verifies", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        const low = normaliseP256(signed(message));
        assert.ok(BigInt(`0x${low.slice(66)}`) <= ORDER / 2n);
        assert.ok(verify("sha256", message, { key: pair.publicKey, dsaEncoding: "ieee-p1363" }, fromHex(low)));
      }),
    );
  });

  test("given any signature, it and its mirror image have one normal form", () => {
    const scalars = fc.bigInt({ min: 1n, max: ORDER - 1n });
    fc.assert(
      fc.property(scalars, scalars, (r, s) => {
        const one: Hex = `0x${scalar(r)}${scalar(s)}`;
        const other: Hex = `0x${scalar(r)}${scalar(ORDER - s)}`;
        assert.equal(normaliseP256(one), normaliseP256(other));
        assert.equal(normaliseP256(normaliseP256(one)), normaliseP256(one));
      }),
    );
  });

  for (const { title, r, s } of [
    { title: "r is 0", r: 0n, s: 1n },
    { title: "s is 0", r: 1n, s: 0n },
    { title: "r is the order", r: ORDER, s: 1n },
    { title: "s is the order", r: 1n, s: ORDER },
  ]) {
    test(`when ${title}, throws SIGNATURE_INVALID`, () => {
      assertThrowsCode(() => normaliseP256(`0x${scalar(r)}${scalar(s)}`), "SIGNATURE_INVALID");
    });
  }

  test("when it is not 64 bytes, throws ARGUMENT_INVALID", () => {
    assertThrowsCode(() => normaliseP256("0x1234"), "ARGUMENT_INVALID");
  });
});

describe("p256Der", () => {
  test("given any message, node:crypto verifies the DER form with the key as SubjectPublicKeyInfo", () => {
    const key = createPublicKey({ key: Buffer.from(p256Spki(point)), format: "der", type: "spki" });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        assert.ok(verifyDer(message, key, p256Der(signed(message))));
      }),
    );
  });

  test("when the message is another, node:crypto refuses the DER form", () => {
    const key = createPublicKey({ key: Buffer.from(p256Spki(point)), format: "der", type: "spki" });
    assert.ok(!verifyDer(Uint8Array.of(2), key, p256Der(signed(Uint8Array.of(1)))));
  });

  for (const { title, value, expected } of [
    { title: "is small", value: 1n, expected: "020101" },
    { title: "has its highest bit set", value: 0x80n, expected: "02020080" },
    { title: "is 0", value: 0n, expected: "020100" },
  ]) {
    test(`when a number ${title}, its integer is the shortest that DER allows`, () => {
      const length = (expected.length / 2) * 2;
      const body = `30${length.toString(16).padStart(2, "0")}${expected}${expected}`;
      assert.equal(toHex(p256Der(`0x${scalar(value)}${scalar(value)}`)), `0x${body}`);
    });
  }
});
