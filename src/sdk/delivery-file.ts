import { Fields, invalid } from "../evidence/fields.ts";
import type {
  Entitlement,
  Hex,
  P256PublicKey,
  SignedEntitlement,
  SignedWorkshopRecord,
  WorkshopRecord,
} from "../protocol/index.ts";

/** The contract in whose domain a delivery was signed. */
interface DeliveryPlace {
  readonly chainId: number;
  readonly redemptionDesk: Hex;
}

/** A software order's delivery: the manufacturer's entitlement, with the key that signed it. */
export interface EntitlementFile extends DeliveryPlace, SignedEntitlement {
  readonly type: "cairn.entitlement/1";
  readonly key: P256PublicKey;
}

/** A hardware order's delivery: the workshop's record, with the address of its key. */
export interface WorkshopRecordFile extends DeliveryPlace, SignedWorkshopRecord {
  readonly type: "cairn.workshop-record/1";
  readonly workshop: Hex;
}

/** What shows that an order was delivered. */
export type DeliveryFile = EntitlementFile | WorkshopRecordFile;

/**
 * Reads a delivery from parsed JSON.
 * @throws EVIDENCE_INVALID naming the first member that is wrong.
 */
export function parseDelivery(value: unknown): DeliveryFile {
  const file = new Fields(value, "");
  const place = { chainId: file.whole("chainId"), redemptionDesk: file.hex("redemptionDesk", 20) };
  const type = file.text("type");
  if (type === "cairn.entitlement/1") {
    const key = file.object("key");
    return {
      type,
      ...place,
      entitlement: parseEntitlement(file.object("entitlement")),
      signature: file.hex("signature", 64),
      key: { x: key.hex("x", 32), y: key.hex("y", 32) },
    };
  }
  if (type === "cairn.workshop-record/1") {
    return {
      type,
      ...place,
      record: parseRecord(file.object("record")),
      signature: file.hex("signature", 65),
      workshop: file.hex("workshop", 20),
    };
  }
  throw invalid("type", "cairn.entitlement/1 or cairn.workshop-record/1");
}

function parseEntitlement(said: Fields): Entitlement {
  return { ...parseCommon(said), issuedAt: said.whole("issuedAt") };
}

function parseRecord(said: Fields): WorkshopRecord {
  return { ...parseCommon(said), work: said.hex("work", 32), doneAt: said.whole("doneAt") };
}

function parseCommon(said: Fields) {
  return { order: said.hex("order", 32), vehicle: said.hex("vehicle", 32), sku: said.hex("sku", 32) };
}
