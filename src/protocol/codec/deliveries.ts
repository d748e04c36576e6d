import type { Hex } from "./bytes.ts";
import { type Domain, typedDigest } from "./eip712.ts";
import { keccak } from "./keccak.ts";

/** What switches a function of a car on: the manufacturer's word that an order bought it (docs/protocol.md 10.3). */
export interface Entitlement {
  readonly order: Hex;
  /** The vehicle's id in the ownership period of the order. */
  readonly vehicle: Hex;
  /** SKU of the order's item. */
  readonly sku: Hex;
  /** Unix seconds; the manufacturer's key must hold then. */
  readonly issuedAt: number;
}

/** An entitlement with the manufacturer's P-256 signature of SHA-256 of its digest: `r ‖ s`, 64 bytes, s in the low half. */
export interface SignedEntitlement {
  readonly entitlement: Entitlement;
  readonly signature: Hex;
}

/** What a workshop says that it did to a car for an order (docs/protocol.md 10.3). */
export interface WorkshopRecord {
  readonly order: Hex;
  readonly vehicle: Hex;
  readonly sku: Hex;
  /** SHA-256 of the workshop's own papers: parts, photographs, the owner's signature. They stay off the chain. */
  readonly work: Hex;
  /** Unix seconds. */
  readonly doneAt: number;
}

/** A workshop's record with the ECDSA signature of its key: 65 bytes r ‖ s ‖ v. */
export interface SignedWorkshopRecord {
  readonly record: WorkshopRecord;
  readonly signature: Hex;
}

/** The EIP-712 digest of an entitlement in RedemptionDesk's domain: the evidence hash with which its order is fulfilled. */
export function entitlementDigest(domain: Domain, entitlement: Entitlement): Hex {
  return typedDigest(domain, "Entitlement", entitlement);
}

/** The EIP-712 digest of a workshop's record in RedemptionDesk's domain: the evidence hash with which its order is fulfilled. */
export function workshopRecordDigest(domain: Domain, record: WorkshopRecord): Hex {
  return typedDigest(domain, "WorkshopRecord", record);
}

/**
 * The SKU of an item by its name, as the catalogue lists it: keccak256 of the text in UTF-8.
 * @param name Such as `software/assisted-parking`.
 */
export function skuOf(name: string): Hex {
  return keccak(new TextEncoder().encode(name));
}
