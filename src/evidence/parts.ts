import type { MileageLeaf, Reading, Receipt } from "../protocol/index.ts";
import type { Fields } from "./fields.ts";

/** A reading in a file or in a relayer's answer. @throws EVIDENCE_INVALID. */
export function parseReading(reading: Fields): Reading {
  return {
    vehicle: reading.hex("vehicle", 32),
    sequence: reading.whole("sequence"),
    startedAt: reading.whole("startedAt"),
    endedAt: reading.whole("endedAt"),
    odometerStart: reading.whole("odometerStart"),
    odometerEnd: reading.whole("odometerEnd"),
    takeovers: reading.whole("takeovers"),
    categories: reading.whole("categories"),
    payload: reading.hex("payload", 32),
  };
}

/** A receipt in a file or in a relayer's answer. @throws EVIDENCE_INVALID. */
export function parseReceipt(receipt: Fields): Receipt {
  return {
    readingDigest: receipt.hex("readingDigest", 32),
    account: receipt.hex("account", 20),
    drop: receipt.whole("drop"),
    deadline: receipt.whole("deadline"),
  };
}

/** A leaf of kind 1 in a file or in a relayer's answer. @throws EVIDENCE_INVALID. */
export function parseMileageLeaf(leaf: Fields): MileageLeaf {
  return {
    drop: leaf.whole("drop"),
    index: leaf.whole("index"),
    readingDigest: leaf.hex("readingDigest", 32),
    signatureHash: leaf.hex("signatureHash", 32),
    account: leaf.hex("account", 20),
    countedM: leaf.whole("countedM"),
    vehicleDayAfterM: leaf.whole("vehicleDayAfterM"),
    accountAfterM: leaf.whole("accountAfterM"),
    prevVehicleLeaf: leaf.hex("prevVehicleLeaf", 32),
    prevAccountLeaf: leaf.hex("prevAccountLeaf", 32),
    salt: leaf.hex("salt", 32),
  };
}
