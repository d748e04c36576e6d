import {
  type Deployment,
  type Entitlement,
  entitlementDigest,
  type Hex,
  signingDomain,
  verifyEntitlement,
  verifyWorkshopRecord,
  type WorkshopRecord,
  workshopRecordDigest,
} from "../protocol/index.ts";
import type { DeliveryFile } from "./delivery-file.ts";

/** What can be wrong with a delivery, and what that would mean. */
export const DELIVERY_CHECKS = {
  place: "it speaks of this chain and this programme",
  signature: "the key that it names signed it",
  trust: "that key is the one that you trust",
  vehicle: "it is for the order's vehicle",
  sku: "it is for what was ordered",
  evidence: "the order was fulfilled with this very evidence",
} as const;

/** One thing that was looked at. */
export interface DeliveryCheck {
  readonly check: keyof typeof DELIVERY_CHECKS;
  readonly ok: boolean;
  readonly expected: string;
  readonly actual: string;
}

/** What the chain says of the order. */
export interface DeliveryFacts {
  readonly deployment: Deployment;
  readonly vehicle: Hex;
  readonly sku: Hex;
  /** Nothing when the order was not fulfilled. */
  readonly evidenceHash: Hex | undefined;
}

/** What a delivery says that was delivered. */
export function deliveredBy(file: DeliveryFile): Entitlement | WorkshopRecord {
  return file.type === "cairn.entitlement/1" ? file.entitlement : file.record;
}

/** The evidence hash with which the order of a delivery is fulfilled: its EIP-712 digest. */
export function evidenceHashOf(deployment: Deployment, file: DeliveryFile): Hex {
  return file.type === "cairn.entitlement/1"
    ? entitlementDigest(signingDomain(deployment, "Entitlement"), file.entitlement)
    : workshopRecordDigest(signingDomain(deployment, "WorkshopRecord"), file.record);
}

/** Who a delivery says signed it: the coordinates of a key of the manufacturer's, or the address of a workshop's. */
export function signerOfDelivery(file: DeliveryFile): Hex {
  return file.type === "cairn.entitlement/1" ? `${file.key.x}${file.key.y.slice(2) as Hex}` : file.workshop;
}

/** Whether the key that a delivery names signed it. */
export function isDeliverySigned(deployment: Deployment, file: DeliveryFile): boolean {
  return file.type === "cairn.entitlement/1"
    ? verifyEntitlement(signingDomain(deployment, "Entitlement"), file, file.key)
    : verifyWorkshopRecord(signingDomain(deployment, "WorkshopRecord"), file, file.workshop);
}

/**
 * Checks a delivery against facts of the chain. Pure; it leaves nothing out when something is wrong.
 * @param trusted The key that one trusts, as {@link signerOfDelivery} writes it; without it no key is asked for.
 */
export function checkDelivery(file: DeliveryFile, facts: DeliveryFacts, trusted?: Hex): DeliveryCheck[] {
  const { deployment } = facts;
  const { vehicle, sku } = deliveredBy(file);
  const place = (chainId: number, desk: Hex) => `chain ${chainId}, desk ${desk.toLowerCase()}`;
  const signed = isDeliverySigned(deployment, file) ? "valid" : "invalid";
  return [
    compare(
      "place",
      place(deployment.chainId, deployment.contracts.redemptionDesk),
      place(file.chainId, file.redemptionDesk),
    ),
    compare("signature", "valid", signed),
    ...(trusted === undefined ? [] : [compare("trust", trusted, signerOfDelivery(file))]),
    compare("vehicle", facts.vehicle, vehicle),
    compare("sku", facts.sku, sku),
    compare("evidence", evidenceHashOf(deployment, file), facts.evidenceHash ?? "not fulfilled"),
  ];
}

function compare(check: DeliveryCheck["check"], expected: string, actual: string): DeliveryCheck {
  return { check, ok: expected.toLowerCase() === actual.toLowerCase(), expected, actual };
}
