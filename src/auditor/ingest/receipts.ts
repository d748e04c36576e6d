import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { Receipt } from "../../protocol/codec/reading.ts";
import type { AuditContext } from "../context.ts";
import { hexOf, wholeOf } from "../json.ts";
import { listJson, MAX_FILE_BYTES } from "./documents.ts";

/** What a vote was answered by (docs/protocol.md 13.2). */
interface VoteReceipt {
  readonly voteDigest: Hex;
  readonly receivedAt: number;
}

/** A receipt that an owner kept, and the file it is from. */
interface Kept<R> {
  readonly file: string;
  readonly receipt: R;
  readonly signature: Hex;
}

/** The receipts that were given, of readings and of votes. */
interface Receipts {
  readonly readings: readonly Kept<Receipt>[];
  readonly votes: readonly Kept<VoteReceipt>[];
}

const read = new WeakMap<AuditContext, Promise<Receipts>>();

/**
 * Reads all receipts of a folder, once for the checks of both kinds. A file that holds none is a finding.
 * @throws AUDIT_INPUT_INVALID when the folder cannot be listed.
 */
export function readReceipts(context: AuditContext, folder: string): Promise<Receipts> {
  const receipts = read.get(context) ?? readFolder(context, folder);
  read.set(context, receipts);
  return receipts;
}

async function readFolder({ findings }: AuditContext, folder: string): Promise<Receipts> {
  const readings: Kept<Receipt>[] = [];
  const votes: Kept<VoteReceipt>[] = [];
  for (const file of await listJson(folder, "receipts")) {
    try {
      const text = await readFile(join(folder, file), "utf8");
      if (text.length > MAX_FILE_BYTES) throw new Error("too large");
      const value: unknown = JSON.parse(text);
      const kept = (Array.isArray(value) ? value : [value]).map((one) => parseReceipt(file, one));
      for (const one of kept) {
        if ("voteDigest" in one.receipt) votes.push(one as Kept<VoteReceipt>);
        else readings.push(one as Kept<Receipt>);
      }
    } catch (error) {
      const actual = error instanceof Error ? error.message : "unreadable";
      findings.add({ code: "RECEIPT_UNREADABLE", subject: file, expected: "receipts as JSON", actual });
    }
  }
  return { readings, votes };
}

function parseReceipt(file: string, value: unknown): Kept<Receipt | VoteReceipt> {
  const { receipt, signature } = (value ?? {}) as { receipt?: Record<string, unknown>; signature?: unknown };
  return { file, receipt: receiptOf(receipt ?? {}), signature: hexOf(signature, 65) };
}

function receiptOf(receipt: Record<string, unknown>): Receipt | VoteReceipt {
  const { voteDigest, receivedAt, readingDigest, account, drop, deadline } = receipt;
  if (voteDigest !== undefined) return { voteDigest: hexOf(voteDigest, 32), receivedAt: wholeOf(receivedAt) };
  return {
    readingDigest: hexOf(readingDigest, 32),
    account: hexOf(account, 20),
    drop: wholeOf(drop),
    deadline: wholeOf(deadline),
  };
}
