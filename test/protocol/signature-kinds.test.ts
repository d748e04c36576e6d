import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { concat, encodeAbiParameters, keccak256, parseAbiParameters, slice } from "viem";
import { type Hex, toHex } from "../../src/protocol/codec/bytes.ts";
import { p256Der, p256FromDer } from "../../src/protocol/codec/p256.ts";
import {
  accountOfKey,
  encodeContractSignature,
  encodeEcdsaSignature,
  encodeP256Signature,
  encodeWebAuthnSignature,
  type WebAuthnAssertion,
} from "../../src/protocol/codec/signature-kinds.ts";
import { assertThrowsCode } from "../support/assertions.ts";
import { assertBy, CHROMIUM_MEMBER, ownerKeyOf } from "../support/passkeys.ts";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const OWNER = ownerKeyOf("encoding");
const KEY = { verifier: `0x${"a7".repeat(20)}` as Hex, x: OWNER.x, y: OWNER.y };
const DIGEST = keccak256("0x01");
/** `r ‖ s` with a low s, and its twin with a high one. */
const LOW = OWNER.signHash(DIGEST);
const HIGH = `${LOW.slice(0, 66)}${(ORDER - BigInt(`0x${LOW.slice(66)}`)).toString(16).padStart(64, "0")}` as Hex;

const utf8 = new TextEncoder();

/** An assertion as a browser hands it over. */
function assertionOf(clientDataJson: string, signature: Hex = LOW): WebAuthnAssertion {
  return {
    authenticatorData: Uint8Array.from({ length: 37 }, (_, i) => i),
    clientDataJSON: utf8.encode(clientDataJson),
    signature: p256Der(signature),
  };
}

describe("accountOfKey", () => {
  test("when a key is given, the account is the end of the hash of verifier and point", () => {
    assert.equal(accountOfKey(KEY), slice(keccak256(concat([KEY.verifier, KEY.x, KEY.y])), 12));
  });

  test("when the verifier is another, so is the account", () => {
    assert.notEqual(accountOfKey({ ...KEY, verifier: `0x${"a8".repeat(20)}` }), accountOfKey(KEY));
  });

  test("when a part is not of its length, throws ARGUMENT_INVALID", () => {
    assertThrowsCode(() => accountOfKey({ ...KEY, x: "0x01" }), "ARGUMENT_INVALID");
    assertThrowsCode(() => accountOfKey({ ...KEY, verifier: KEY.x }), "ARGUMENT_INVALID");
  });
});

describe("encodeEcdsaSignature and encodeContractSignature", () => {
  test("when a wallet has signed, kind 0 stands before its 65 bytes", () => {
    const signature = `0x${"5b".repeat(65)}` as const;
    assert.equal(encodeEcdsaSignature(signature), `0x00${"5b".repeat(65)}`);
  });

  test("when an ECDSA signature is not 65 bytes, throws ARGUMENT_INVALID", () => {
    assertThrowsCode(() => encodeEcdsaSignature(`0x${"5b".repeat(64)}`), "ARGUMENT_INVALID");
  });

  test("when a contract is to judge, kind 1 stands before whatever it takes", () => {
    assert.equal(encodeContractSignature("0x"), "0x01");
    assert.equal(encodeContractSignature("0xC0FFEE"), "0x01c0ffee");
  });
});

describe("encodeP256Signature", () => {
  const expected = concat(["0x02", KEY.verifier, KEY.x, KEY.y, LOW]);

  test("when s is low, kind, verifier, point and signature follow each other", () => {
    assert.equal(encodeP256Signature(KEY, LOW), expected);
  });

  test("when s is high, it is brought into the low half", () => {
    assert.equal(encodeP256Signature(KEY, HIGH), expected);
  });

  test("when r or s is out of range, throws SIGNATURE_INVALID", () => {
    assertThrowsCode(() => encodeP256Signature(KEY, `0x${"00".repeat(64)}`), "SIGNATURE_INVALID");
  });
});

describe("encodeWebAuthnSignature", () => {
  const VALUES = parseAbiParameters("bytes32, bytes32, uint256, uint256, bytes, string");
  const usual = '{"type":"webauthn.get","challenge":"AAA","origin":"https://owners.example","crossOrigin":false}';

  /** The same by viem, with the places as given. */
  function byViem({ authenticatorData }: WebAuthnAssertion, json: string, places: readonly [bigint, bigint]): Hex {
    const values = [slice(LOW, 0, 32), slice(LOW, 32), ...places, toHex(authenticatorData), json] as const;
    return concat(["0x02", KEY.verifier, KEY.x, KEY.y, encodeAbiParameters(VALUES, values)]);
  }

  test("when a browser has signed, the six values are as the verifier decodes them", () => {
    const assertion = assertionOf(usual);
    assert.equal(encodeWebAuthnSignature(KEY, assertion), byViem(assertion, usual, [23n, 1n]));
  });

  test("when s is high, it is brought into the low half", () => {
    const assertion = assertionOf(usual, HIGH);
    assert.equal(encodeWebAuthnSignature(KEY, assertion), byViem(assertion, usual, [23n, 1n]));
  });

  test("when members stand before, of letters that take several bytes, the places are counted in bytes", () => {
    const json = `{"名":"原石",${usual.slice(1)}`;
    const assertion = assertionOf(json);
    const shift = BigInt(utf8.encode('"名":"原石",').length);
    assert.equal(encodeWebAuthnSignature(KEY, assertion), byViem(assertion, json, [23n + shift, 1n + shift]));
  });

  test("when texts of any length are signed, they equal viem's encoding", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        const { clientDataJson } = assertBy(OWNER, DIGEST, { after: { ...CHROMIUM_MEMBER, text } });
        const places = [clientDataJson.indexOf('"challenge":"'), clientDataJson.indexOf('"type":"')].map(BigInt);
        const assertion = assertionOf(clientDataJson);
        const expected = byViem(assertion, clientDataJson, places as [bigint, bigint]);
        assert.equal(encodeWebAuthnSignature(KEY, assertion), expected);
      }),
    );
  });

  for (const member of ["type", "challenge"]) {
    test(`when the client data has no ${member}, throws SIGNATURE_INVALID`, () => {
      const assertion = assertionOf(usual.replace(`"${member}"`, '"other"'));
      assertThrowsCode(() => encodeWebAuthnSignature(KEY, assertion), "SIGNATURE_INVALID");
    });
  }

  test("when the signature is no DER, throws SIGNATURE_INVALID", () => {
    const assertion = { ...assertionOf(usual), signature: Uint8Array.of(1, 2, 3) };
    assertThrowsCode(() => encodeWebAuthnSignature(KEY, assertion), "SIGNATURE_INVALID");
  });
});

describe("p256FromDer", () => {
  const scalar = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });

  test("given any two numbers, it undoes p256Der", () => {
    fc.assert(
      fc.property(scalar, scalar, (r, s) => {
        const signature: Hex = `0x${r.toString(16).padStart(64, "0")}${s.toString(16).padStart(64, "0")}`;
        assert.equal(p256FromDer(p256Der(signature)), signature);
      }),
    );
  });

  const BROKEN: readonly (readonly [string, string])[] = [
    ["nothing", ""],
    ["another tag than a sequence's", "3106020101020101"],
    ["a length that is not the rest's", "3007020101020101"],
    ["bytes after the numbers", "300702010102010100"],
    ["one number", "3003020101"],
    ["a number of no bytes", "30050200020101"],
    ["a number that goes beyond the end", "3006020101020201"],
    ["another tag than a number's", "3006030101020101"],
    ["a number of 33 bytes that is not a small one", `302602210${"1".repeat(65)}020101`],
  ];
  for (const [title, der] of BROKEN) {
    test(`given ${title}, throws SIGNATURE_INVALID`, () => {
      assertThrowsCode(() => p256FromDer(Buffer.from(der, "hex")), "SIGNATURE_INVALID");
    });
  }
});
