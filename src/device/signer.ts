import { createHmac, hash, randomBytes } from "node:crypto";
import {
  CairnError,
  type Domain,
  fromHex,
  type Hex,
  type P256PublicKey,
  type Reading,
  readingDigest,
  typedDigest,
} from "../protocol/index.ts";
import { isSecretKey, publicKeyOf, signHash } from "./ecdsa.ts";

/** A device's P-256 key, wherever it lives: here in memory, in a car in its secure element. */
export interface DeviceKey {
  readonly publicKey: P256PublicKey;
  /**
   * Signs SHA-256 of a 32-byte digest (docs/protocol.md 5.1).
   * @returns `r ‖ s`, 64 bytes, s in the low half.
   */
  signDigest(digest: Hex): Hex;
}

/** What a device agrees to when it is paired with an account. */
export interface Pairing {
  readonly vehicle: Hex;
  readonly account: Hex;
  /** Unix seconds; at most a day ahead. */
  readonly deadline: number;
}

/** A fresh random key: what a car makes for itself at the start of an ownership. It cannot be read out again. */
export function createDeviceKey(): DeviceKey {
  return keyOf(randomSecret());
}

/**
 * A key that the same seed gives again, for simulations and tests only.
 * @param seed At least 16 bytes; different for every car and ownership.
 * @throws ARGUMENT_INVALID when the seed is shorter.
 */
export function deviceKeyFromSeed(seed: Uint8Array): DeviceKey {
  if (seed.length < 16) throw new CairnError("ARGUMENT_INVALID", `a seed of ${seed.length} bytes`);
  for (let attempt = 0; ; attempt++) {
    const secret = createHmac("sha256", seed).update(`cairn device key ${attempt}`).digest();
    if (isSecretKey(secret)) return keyOf(secret);
  }
}

/**
 * The key of a known secret.
 * @param secret 32 bytes, 1 ≤ d < n.
 * @throws ARGUMENT_INVALID when it is out of range. The message does not repeat it.
 */
export function deviceKeyFromSecret(secret: Hex): DeviceKey {
  const bytes = fromHex(secret, 32);
  if (!isSecretKey(bytes)) throw new CairnError("ARGUMENT_INVALID", "not a P-256 secret key");
  return keyOf(bytes);
}

/** The signature of a reading, in VehicleRegistry's domain. */
export function signReading(key: DeviceKey, domain: Domain, reading: Reading): Hex {
  return key.signDigest(readingDigest(domain, reading));
}

/** The device's half of a pairing, in VehicleRegistry's domain; the owner's intent is the other half. */
export function signPairing(key: DeviceKey, domain: Domain, pairing: Pairing): Hex {
  return key.signDigest(typedDigest(domain, "VehiclePairing", pairing));
}

function randomSecret(): Buffer {
  for (;;) {
    const secret = randomBytes(32);
    if (isSecretKey(secret)) return secret;
  }
}

function keyOf(secret: Uint8Array): DeviceKey {
  return {
    publicKey: publicKeyOf(secret),
    signDigest: (digest) => signHash(secret, hash("sha256", fromHex(digest, 32), "buffer")),
  };
}
