import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { describe, test } from "node:test";
import { p256 } from "@noble/curves/nist.js";
import fc from "fast-check";
import { publicKeyOf, signHash } from "../../src/device/ecdsa.ts";
import {
  createDevice,
  createDeviceKey,
  deviceKeyFromSecret,
  deviceKeyFromSeed,
  signPairing,
} from "../../src/device/index.ts";
import {
  type CairnError,
  fromHex,
  type Hex,
  normaliseP256,
  p256Der,
  p256Spki,
  readingDigest,
  toHex,
  typedDigest,
} from "../../src/protocol/index.ts";
import { DOMAIN, GENESIS, MILEAGE, VEHICLE } from "./support.ts";

/** RFC 6979, A.2.5: the key, and the message "sample" with SHA-256. */
const RFC_SECRET: Hex = "0xc9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
const RFC_PUBLIC = {
  x: "0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
  y: "0x7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
};
const RFC_SIGNATURE: Hex =
  "0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

const secrets = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((bytes) => p256.utils.isValidSecretKey(bytes));
const hashes = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe("the signature", () => {
  test("given the vector A.2.5 of RFC 6979, is that vector's with s in the low half", () => {
    const hash = createHash("sha256").update("sample").digest();
    assert.equal(signHash(fromHex(RFC_SECRET), hash), normaliseP256(RFC_SIGNATURE));
  });

  test("given the key of RFC 6979, has its public key", () => {
    assert.deepEqual(publicKeyOf(fromHex(RFC_SECRET)), RFC_PUBLIC);
  });

  test("given any key and hash, is the one that noble makes", () => {
    fc.assert(
      fc.property(secrets, hashes, (secret, hash) => {
        assert.equal(signHash(secret, hash), toHex(p256.sign(hash, secret, { prehash: false, lowS: true })));
      }),
    );
  });

  test("given a hash above the group's order, is the one that noble makes", () => {
    const hash = new Uint8Array(32).fill(0xff);
    const secret = fromHex(RFC_SECRET);
    assert.equal(signHash(secret, hash), toHex(p256.sign(hash, secret, { prehash: false, lowS: true })));
  });
});

describe("a device key", () => {
  test("when it signs a reading, node:crypto verifies SHA-256 of the digest and s is low", () => {
    const key = createDeviceKey();
    const device = createDevice({
      vehicle: VEHICLE,
      key,
      domain: DOMAIN,
      genesis: GENESIS,
      consentMaskAt: () => MILEAGE,
    });
    device.push({ time: GENESIS, odometerM: 0 });
    const [signed] = [...device.push({ time: GENESIS + 60, odometerM: 900 }), ...device.endTrip()];
    assert.ok(signed);
    const publicKey = createPublicKey({ key: Buffer.from(p256Spki(key.publicKey)), format: "der", type: "spki" });
    assert.equal(signed.digest, readingDigest(DOMAIN, signed.reading));
    assert.ok(verify("sha256", fromHex(signed.digest), publicKey, p256Der(signed.signature)));
    assert.equal(normaliseP256(signed.signature), signed.signature);
  });

  test("when it signs a pairing, node:crypto verifies it", () => {
    const key = createDeviceKey();
    const pairing = { vehicle: VEHICLE, account: `0x${"55".repeat(20)}` as Hex, deadline: GENESIS + 60 };
    const publicKey = createPublicKey({ key: Buffer.from(p256Spki(key.publicKey)), format: "der", type: "spki" });
    const digest = typedDigest(DOMAIN, "VehiclePairing", pairing);
    assert.ok(verify("sha256", fromHex(digest), publicKey, p256Der(signPairing(key, DOMAIN, pairing))));
  });

  test("given one seed twice, is the same; given two seeds, is not", () => {
    const key = (fill: number) => deviceKeyFromSeed(new Uint8Array(32).fill(fill)).publicKey;
    assert.deepEqual(key(1), key(1));
    assert.notDeepEqual(key(1), key(2));
  });

  test("when made twice at random, is not the same", () => {
    assert.notDeepEqual(createDeviceKey().publicKey, createDeviceKey().publicKey);
  });

  test("given a short seed, is refused", () => {
    assert.throws(
      () => deviceKeyFromSeed(new Uint8Array(15)),
      (error: CairnError) => error.code === "ARGUMENT_INVALID",
    );
  });

  for (const secret of [`0x${"00".repeat(32)}`, `0x${"ff".repeat(32)}`] as Hex[]) {
    test(`given the secret ${secret.slice(0, 6)}…, which is out of range, is refused without repeating it`, () => {
      assert.throws(
        () => deviceKeyFromSecret(secret),
        (error: CairnError) => error.code === "ARGUMENT_INVALID" && !error.message.includes(secret.slice(2)),
      );
    });
  }
});

describe("a device", () => {
  test("when its owner has given no consent, signs nothing", () => {
    const device = createDevice({ vehicle: VEHICLE, key: createDeviceKey(), domain: DOMAIN, genesis: GENESIS });
    device.push({ time: GENESIS, odometerM: 0 });
    assert.deepEqual([...device.push({ time: GENESIS + 700, odometerM: 900 }), ...device.endTrip()], []);
  });

  test("when it starts again with its sequence and odometer, goes on after them", () => {
    const options = { vehicle: VEHICLE, key: createDeviceKey(), domain: DOMAIN, genesis: GENESIS };
    const device = createDevice({ ...options, consentMaskAt: () => MILEAGE, sequence: 41, odometerM: 10_000 });
    device.push({ time: GENESIS, odometerM: 12_000 });
    device.push({ time: GENESIS + 60, odometerM: 12_600 });
    const [signed] = device.endTrip();
    assert.equal(signed?.reading.sequence, 42);
    assert.equal(signed?.reading.odometerStart, 12_000);
  });
});
