import { concatBytes, fromHex, type Hex } from "./bytes.ts";
import { type Domain, typedDigest } from "./eip712.ts";
import { keccak } from "./keccak.ts";

/** What a car signs (docs/protocol.md, section 5). Times in unix seconds, distances in metres. */
export interface Reading {
  readonly vehicle: Hex;
  /** Below 2^53, so that JSON carries it exactly. */
  readonly sequence: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly odometerStart: number;
  readonly odometerEnd: number;
  readonly takeovers: number;
  /** Category mask. */
  readonly categories: number;
  /** Salted commitment to the raw samples, 32 bytes. */
  readonly payload: Hex;
}

/** A reading with its device's signature: `r ‖ s`, 64 bytes, s in the low half. */
export interface SignedReading {
  readonly reading: Reading;
  readonly signature: Hex;
}

/** The promise that a reading will stand in its drop by the deadline (docs/protocol.md 5.4). */
export interface Receipt {
  readonly readingDigest: Hex;
  readonly account: Hex;
  readonly drop: number;
  /** Unix seconds. */
  readonly deadline: number;
}

/** A receipt with the receipt key's ECDSA signature, 65 bytes r ‖ s ‖ v. */
export interface SignedReceipt {
  readonly receipt: Receipt;
  readonly signature: Hex;
}

/** The EIP-712 digest of a reading in VehicleRegistry's domain; the device signs SHA-256 of it. */
export function readingDigest(domain: Domain, reading: Reading): Hex {
  return typedDigest(domain, "Reading", reading);
}

/** `keccak256(r ‖ s)` as it stands in the leaf. */
export function signatureHash(signature: Hex): Hex {
  return keccak(fromHex(signature, 64));
}

/** The id of a vehicle in one ownership period: `keccak256(salt ‖ VIN)` (docs/protocol.md 4.1). */
export function vehicleId(salt: Hex, vin: string): Hex {
  return keccak(concatBytes(fromHex(salt, 32), new TextEncoder().encode(vin)));
}
