import {
  type Domain,
  type EntitlementRefusal,
  entitlementDigest,
  type Hex,
  lowerHex,
  type P256PublicKey,
  type SignedEntitlement,
  verifyEntitlement,
} from "../protocol/index.ts";

/** A key with which the manufacturer signs entitlements. A key that was stolen is taken out of the car's list for good. */
export interface MakerKey extends P256PublicKey {
  /** First second in which it may sign, unix seconds. */
  readonly from: number;
  /** First second in which it no longer may; 0 = no end. */
  readonly until: number;
}

/** A function that was switched on, and the order that bought it. */
export interface SwitchedOn {
  readonly order: Hex;
  readonly sku: Hex;
  /** The entitlement's EIP-712 digest, which is the evidence of the order's fulfilment on the chain. */
  readonly digest: Hex;
}

/** Where the car keeps what is switched on. It must give back, after any loss of power, all whose `add` has returned. */
export interface EntitlementStorage {
  /** All that was added, in any order. */
  load(): readonly SwitchedOn[];
  /** Adds one: when it returns, it is durable. */
  add(entry: SwitchedOn): void;
}

export interface EntitlementsOptions {
  /** The vehicle's id in this ownership. */
  readonly vehicle: Hex;
  /** RedemptionDesk's EIP-712 domain. */
  readonly domain: Domain;
  /** The manufacturer's keys, as they came into the car with its software. */
  readonly keys: readonly MakerKey[];
  /** SKUs of the functions that this car has and can switch on. */
  readonly skus: readonly Hex[];
  readonly storage: EntitlementStorage;
}

/** What became of an entitlement; `again` says that the very same one had been used before, which changes nothing. */
export type SwitchOnOutcome =
  | { readonly on: true; readonly again: boolean }
  | { readonly on: false; readonly refusal: EntitlementRefusal };

/** The car's part of a delivery: it needs no connection, only the manufacturer's keys. */
export interface Entitlements {
  /**
   * Switches a function on when the manufacturer's entitlement for this car says so (docs/protocol.md 10.3).
   * @returns The refusal's code otherwise; nothing has changed then.
   */
  switchOn(signed: SignedEntitlement): SwitchOnOutcome;
  /** Whether a function is switched on. What was delivered to the car stays on when it changes hands. */
  isOn(sku: Hex): boolean;
  /** All that is switched on. */
  readonly functions: readonly SwitchedOn[];
}

/**
 * Opens the list of a car's functions.
 * @example
 * const entitlements = createEntitlements({ vehicle, domain, keys, skus: [skuOf("software/assisted-parking")], storage });
 * entitlements.switchOn(signed);
 */
export function createEntitlements(options: EntitlementsOptions): Entitlements {
  const { storage } = options;
  const byOrder = new Map(storage.load().map((entry) => [entry.order, entry]));
  return {
    switchOn(signed) {
      const refusal = refusalOf(signed, options);
      if (refusal !== undefined) return { on: false, refusal };
      const order = lowerHex(signed.entitlement.order);
      const sku = lowerHex(signed.entitlement.sku);
      const digest = entitlementDigest(options.domain, signed.entitlement);
      const used = byOrder.get(order);
      if (used !== undefined && used.digest !== digest) return { on: false, refusal: "ENTITLEMENT_ORDER_USED" };
      if (used !== undefined) return { on: true, again: true };
      const entry = { order, sku, digest };
      // Durable first: a function that was seen switched on must not be off after a loss of power.
      storage.add(entry);
      byOrder.set(order, entry);
      return { on: true, again: false };
    },
    isOn: (sku) => [...byOrder.values()].some((entry) => entry.sku === sku.toLowerCase()),
    get functions() {
      return [...byOrder.values()];
    },
  };
}

/** What speaks against an entitlement, whatever was used before. */
function refusalOf(
  signed: SignedEntitlement,
  { vehicle, domain, keys, skus }: EntitlementsOptions,
): EntitlementRefusal | undefined {
  if (!isWellFormed(signed)) return "ENTITLEMENT_MALFORMED";
  const { entitlement } = signed;
  const signers = keys.filter((key) => verifyEntitlement(domain, signed, key));
  if (signers.length === 0) return "ENTITLEMENT_SIGNATURE_INVALID";
  if (!signers.some((key) => heldAt(key, entitlement.issuedAt))) return "ENTITLEMENT_KEY_NOT_HELD";
  if (!same(entitlement.vehicle, vehicle)) return "ENTITLEMENT_VEHICLE_OTHER";
  if (!skus.some((sku) => same(sku, entitlement.sku))) return "ENTITLEMENT_SKU_UNKNOWN";
  return undefined;
}

/** What comes from outside may be anything, whatever its type says. */
function isWellFormed({ entitlement, signature }: SignedEntitlement): boolean {
  const { order, vehicle, sku, issuedAt } = entitlement ?? {};
  const words = [order, vehicle, sku].every((word) => /^0x[0-9a-fA-F]{64}$/.test(String(word)));
  return words && Number.isSafeInteger(issuedAt) && issuedAt >= 0 && /^0x[0-9a-fA-F]{128}$/.test(String(signature));
}

function heldAt({ from, until }: MakerKey, time: number): boolean {
  return from <= time && (until === 0 || time < until);
}

function same(a: Hex, b: Hex): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
