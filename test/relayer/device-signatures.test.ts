import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { p256 } from "@noble/curves/nist.js";
import { type Hex, type P256PublicKey, toHex } from "../../src/protocol/index.ts";
import { DeviceSignatures, importP256, isSignedBy } from "../../src/relayer/device-signatures.ts";
import { p256Vectors } from "../support/wycheproof.ts";
import { deviceOf, keyOf } from "./support/keys.ts";

const VECTORS = p256Vectors();

function titlesOf(vectors: readonly { readonly title: string }[]): string[] {
  return vectors.map(({ title }) => title);
}

describe("Wycheproof: P-256 in the relayer", () => {
  test("when s is brought into the low half, exactly the valid signatures are taken", () => {
    const taken = VECTORS.filter(({ key, message, normalised }) => {
      const imported = importP256(key);
      return imported !== undefined && normalised !== undefined && isSignedBy(imported, message, normalised);
    });
    assert.deepEqual(titlesOf(taken), titlesOf(VECTORS.filter(({ isValid }) => isValid)));
  });

  test("when they are verified off the main thread, the verdicts are the same", async () => {
    const signatures = new DeviceSignatures();
    const verdicts = await Promise.all(
      VECTORS.map(({ key, message, normalised }) => normalised && signatures.verify(key, message, normalised)),
    );
    const taken = VECTORS.filter((_, i) => verdicts[i] === true);
    assert.deepEqual(titlesOf(taken), titlesOf(VECTORS.filter(({ isValid }) => isValid)));
  });
});

describe("DeviceSignatures", () => {
  const device = deviceOf("device signatures");
  const digest = keyOf("digest");
  const mirrored: P256PublicKey = { x: device.x, y: negative(device.y) };

  function negative(y: Hex): Hex {
    return toHex(p256.Point.Fp.toBytes(p256.Point.Fp.neg(BigInt(y))));
  }

  test("when two keys share their x, a signature is good under its own only", async () => {
    const signatures = new DeviceSignatures();
    assert.equal(await signatures.verify(device, digest, device.sign(digest)), true);
    assert.equal(await signatures.verify(mirrored, digest, device.sign(digest)), false);
  });

  test("when a key is not a point of the curve, no signature is good", async () => {
    const off = { x: device.x, y: device.x };
    assert.equal(await new DeviceSignatures().verify(off, digest, device.sign(digest)), false);
  });
});
