import type { Layout } from "./layout.ts";
import { type Batch, byte, bytesAt, Preimage } from "./preimage.ts";

/** What was found in a row: bits of its flags. */
export const FLAG = { rowHash: 1, signature: 2, highS: 4, noKey: 8 } as const;

/** What a batch's rows give. */
export interface Examined {
  /** Hashes of 32 bytes, as many a row as its kind has: its leaves, then the digest of what was signed. */
  readonly hashes: Uint8Array;
  readonly flags: Uint8Array;
}

/** Compares rows with the hashes that are published with them (docs/protocol.md 12.1). */
export class RowHash {
  readonly #layout: Layout;
  readonly #columns: Preimage;
  readonly #row: Preimage;

  /** @param kind First word of what is hashed, which keeps the rows of one file from being another's. */
  constructor(kind: number, layout: Layout) {
    this.#layout = layout;
    this.#columns = new Preimage([byte(kind), ...layout.hashed]);
    this.#row = new Preimage([layout.slot("rowSalt"), "set"]);
  }

  /** 0, or the flag of a wrong hash. */
  flag(batch: Batch, row: number): number {
    const hash = this.#row.fill(batch, row).set(1, this.#columns.fill(batch, row).hash()).hash();
    return Buffer.compare(hash, bytesAt(batch, row, this.#layout.slot("rowHash"))) === 0 ? 0 : FLAG.rowHash;
  }
}
