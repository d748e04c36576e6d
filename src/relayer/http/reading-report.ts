import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Reading, Receipt } from "../../protocol/codec/reading.ts";
import { receiptOf } from "../intake/accept.ts";
import { acceptedReading } from "../store/readings.ts";
import type { ReadingsTable } from "../store/schema.ts";
import type { AnchoredDrop } from "./anchored.ts";

/** An accepted reading as the API shows it. */
interface ReadingReport {
  readonly receipt: Receipt;
  readonly signature: Hex;
  readonly reading: Reading;
  readonly readingSignature: Hex;
  /** Its leaf and proof, once its drop's root is on the chain. */
  readonly anchored?: ReturnType<AnchoredDrop["reading"]>;
}

/** @param drop The reading's own; nothing while its root is not on the chain. */
export function readingReport(row: ReadingsTable, drop: AnchoredDrop | undefined): ReadingReport {
  const { digest, signature: readingSignature, account: _, ...reading } = acceptedReading(row);
  const { receipt, signature } = receiptOf(row);
  const anchored = drop?.reading(digest);
  return { receipt, signature, reading, readingSignature, ...(anchored === undefined ? {} : { anchored }) };
}
