import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, fromHex, type Hex, toHex } from "./codec/bytes.ts";
import {
  entitlementDigest,
  type SignedEntitlement,
  type SignedWorkshopRecord,
  workshopRecordDigest,
} from "./codec/deliveries.ts";
import type { Domain } from "./codec/eip712.ts";
import { keccakBytes } from "./codec/keccak.ts";
import { normaliseP256, type P256PublicKey } from "./codec/p256.ts";

/**
 * Whether a key of the manufacturer's signed an entitlement: P-256 over SHA-256 of its digest, as readings are signed.
 * @param domain RedemptionDesk's EIP-712 domain.
 * @returns False also for bytes that are no signature, and for a key that is no point of the curve.
 */
export function verifyEntitlement(
  domain: Domain,
  { entitlement, signature }: SignedEntitlement,
  key: P256PublicKey,
): boolean {
  const point = concatBytes(Uint8Array.of(4), fromHex(key.x, 32), fromHex(key.y, 32));
  try {
    const digest = sha256(fromHex(entitlementDigest(domain, entitlement)));
    return p256.verify(fromHex(normaliseP256(signature)), digest, point, { prehash: false });
  } catch {
    return false;
  }
}

/**
 * Whether a workshop's key signed a record.
 * @param domain RedemptionDesk's EIP-712 domain.
 * @param workshop Address of the workshop's key.
 * @returns False also for bytes that are no signature.
 */
export function verifyWorkshopRecord(
  domain: Domain,
  { record, signature }: SignedWorkshopRecord,
  workshop: Hex,
): boolean {
  return workshopOf(domain, { record, signature }) === workshop.toLowerCase();
}

/** The address of the key that signed a record; nothing when the bytes are no signature with s in the low half. */
function workshopOf(domain: Domain, { record, signature }: SignedWorkshopRecord): Hex | undefined {
  try {
    const bytes = fromHex(signature, 65);
    if (secp256k1.Signature.fromBytes(bytes.subarray(0, 64)).hasHighS()) return undefined;
    // Wallets put v at the end, as 27 or 28.
    const recoverable = concatBytes(Uint8Array.of((bytes[64] as number) - 27), bytes.subarray(0, 64));
    const digest = fromHex(workshopRecordDigest(domain, record));
    const key = secp256k1.recoverPublicKey(recoverable, digest, { prehash: false });
    const point = secp256k1.Point.fromBytes(key).toBytes(false);
    return toHex(keccakBytes(point.subarray(1)).subarray(12));
  } catch {
    return undefined;
  }
}
