import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Hex, SignedReceipt } from "../../protocol/index.ts";
import type { VoteFile } from "../../sdk/index.ts";
import { toJsonFile } from "../files.ts";

/** The receipts that owners were answered with, in a folder for an auditor. The same one again counts once. */
export class KeptReceipts {
  readonly folder: string;
  readonly #readings = new Map<Hex, SignedReceipt>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Keeps a reading's receipt. */
  keep({ receipt, signature }: SignedReceipt): void {
    this.#readings.set(receipt.readingDigest, { receipt, signature });
  }

  /** Writes all of them, with those of votes. */
  write(votes: readonly VoteFile[]): void {
    const { folder } = this;
    mkdirSync(folder, { recursive: true });
    toJsonFile(join(folder, "readings.json"), [...this.#readings.values()]);
    toJsonFile(
      join(folder, "votes.json"),
      votes.map(({ receipt, receiptSignature }) => ({ receipt, signature: receiptSignature })),
    );
  }
}
