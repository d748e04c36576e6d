import { deviceKeyFromSeed } from "../../src/device/index.ts";
import {
  type Domain,
  domainOf,
  type Entitlement,
  entitlementDigest,
  type Hex,
  type SignedEntitlement,
  skuOf,
} from "../../src/protocol/index.ts";

export const DESK_DOMAIN: Domain = domainOf("redemptionDesk", 31_337, `0x${"33".repeat(20)}`);
export const CAR: Hex = `0x${"11".repeat(32)}`;
export const PARKING: Hex = skuOf("software/assisted-parking");
export const LIGHTS: Hex = skuOf("software/ambient-light-pack");

export const ENTITLEMENT: Entitlement = {
  order: `0x${"22".repeat(32)}`,
  vehicle: CAR,
  sku: PARKING,
  issuedAt: 1_700_000_000,
};

/** A key of the manufacturer's, another for each number. */
export function makerKey(number: number) {
  return deviceKeyFromSeed(new Uint8Array(32).fill(number));
}

/** An entitlement signed by the manufacturer's key of that number. */
export function signedBy(number: number, changes: Partial<Entitlement> = {}): SignedEntitlement {
  const entitlement = { ...ENTITLEMENT, ...changes };
  return { entitlement, signature: makerKey(number).signDigest(entitlementDigest(DESK_DOMAIN, entitlement)) };
}
