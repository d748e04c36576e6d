import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Reading, SignedReceipt } from "../../protocol/codec/reading.ts";
import { receiptOf } from "../intake/accept.ts";
import { acceptedReading } from "../store/readings.ts";
import type { ReadingsTable } from "../store/schema.ts";
import type { AnchoredDrop } from "./anchored.ts";

/** An accepted reading as the API shows it. */
interface ReadingReport extends SignedReceipt {
  readonly reading: Reading;
  readonly readingSignature: Hex;
  readonly anchored?: Awaited<ReturnType<AnchoredDrop["reading"]>>;
}

/** An accepted reading as the API shows it, with its leaf and proof once its drop's root is on the chain. */
export async function readingReport(row: ReadingsTable, drop: AnchoredDrop | undefined): Promise<ReadingReport> {
  const { digest, signature: readingSignature, account: _, ...reading } = acceptedReading(row);
  const { receipt, signature } = receiptOf(row);
  const anchored = await drop?.reading(digest);
  return { receipt, signature, reading, readingSignature, ...(anchored === undefined ? {} : { anchored }) };
}
