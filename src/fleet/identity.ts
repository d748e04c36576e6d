import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type DeviceKey, deviceKeyFromSeed, type SamplesKey, samplesKeyFromSecret } from "../device/index.ts";
import { type Hex, toHex, vehicleId } from "../protocol/index.ts";

/** A car in one ownership. A sale ends it: the next owner's period has a new salt, so a new id, and a new key. */
export interface VehicleIdentity {
  readonly vin: string;
  readonly salt: Hex;
  readonly vehicle: Hex;
  readonly key: DeviceKey;
}

/** Order of the secp256k1 group (SEC 2). */
const SECP256K1_N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const textEncoder = new TextEncoder();
const VIN_CHARACTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ";

/**
 * The identity of a simulated car in one ownership. All of it follows from the seed, so it is worth nothing outside of
 * simulations.
 * @param seed The simulation's seed.
 * @param car The car's name: the same in every ownership.
 * @param period 0 for the first owner, then 1, 2, …
 */
export function vehicleIdentity(seed: string, car: string, period: number): VehicleIdentity {
  const vin = vinOf(seed, car);
  const salt = toHex(derive(seed, "vehicle-salt", car, period));
  return {
    vin,
    salt,
    vehicle: vehicleId(salt, vin),
    key: deviceKeyFromSeed(derive(seed, "device-key", car, period)),
  };
}

/**
 * The secp256k1 secret of a simulated owner, from the seed.
 * @param owner The owner's name.
 * @returns 32 bytes in the range of the curve.
 */
export function ownerSecret(seed: string, owner: string): Hex {
  for (let attempt = 0; ; attempt++) {
    const secret = toHex(derive(seed, "owner-key", owner, attempt));
    if (BigInt(secret) > 0n && BigInt(secret) < SECP256K1_N) return secret;
  }
}

/** The key with which a simulated owner opens the own samples, from the seed. @param owner The owner's name. */
export function ownerSamplesKey(seed: string, owner: string): SamplesKey {
  return samplesKeyFromSecret(derive(seed, "samples-key", owner, 0));
}

/** The salt of a simulated device's payload: a real one is random and never derived. */
export function payloadSalt(seed: string, vehicle: Hex, sequence: number): Hex {
  return toHex(derive(seed, "payload-salt", vehicle, sequence));
}

/** Seventeen characters without I, O and Q (ISO 3779), under a maker's code that nobody has. */
function vinOf(seed: string, car: string): string {
  const bytes = derive(seed, "vin", car, 0);
  let vin = "CRN";
  for (const byte of bytes.subarray(0, 14)) vin += VIN_CHARACTERS[byte % VIN_CHARACTERS.length] as string;
  return vin;
}

function derive(seed: string, purpose: string, name: string, number: number): Uint8Array {
  return hmac(sha256, textEncoder.encode(seed), textEncoder.encode(JSON.stringify(["cairn", purpose, name, number])));
}
