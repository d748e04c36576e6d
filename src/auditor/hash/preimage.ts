import { keccakBytes } from "../../protocol/codec/keccak.ts";

const WORD = 32;

/** Rows as they travel between threads: numbers by column, byte strings by row. */
export interface Batch {
  readonly count: number;
  /** Column after column, `count` numbers each. */
  readonly numbers: BigInt64Array;
  /** Row after row, each `bytes.length / count` long: the row's byte columns one after another. */
  readonly bytes: Uint8Array;
}

/** Where a word comes from: a number's column, a place within a row's bytes, fixed bytes, or set by {@link Preimage.set}. */
export type Slot =
  | { readonly column: number }
  | { readonly offset: number; readonly length: number }
  | Uint8Array
  | "set";

/** The `abi.encode` of a fixed list of one-word values, filled again and again for row after row. */
export class Preimage {
  readonly #buffer: Uint8Array;
  readonly #view: DataView;
  readonly #numbers: readonly { at: number; column: number }[];
  readonly #strings: readonly { at: number; offset: number; length: number }[];

  constructor(slots: readonly Slot[]) {
    this.#buffer = new Uint8Array(WORD * slots.length);
    this.#view = new DataView(this.#buffer.buffer);
    const numbers: { at: number; column: number }[] = [];
    const strings: { at: number; offset: number; length: number }[] = [];
    slots.forEach((slot, word) => {
      if (slot === "set") return;
      if (slot instanceof Uint8Array) this.set(word, slot);
      else if ("column" in slot) numbers.push({ at: WORD * word + 24, column: slot.column });
      else strings.push({ at: WORD * (word + 1) - slot.length, offset: slot.offset, length: slot.length });
    });
    this.#numbers = numbers;
    this.#strings = strings;
  }

  /** Fills the words that come from a row. */
  fill(batch: Batch, row: number): this {
    for (const { at, column } of this.#numbers) {
      this.#view.setBigInt64(at, batch.numbers[column * batch.count + row] as bigint);
    }
    const from = (batch.bytes.length / batch.count) * row;
    for (const { at, offset, length } of this.#strings) {
      this.#buffer.set(batch.bytes.subarray(from + offset, from + offset + length), at);
    }
    return this;
  }

  /** Sets one word, right-aligned. */
  set(word: number, bytes: Uint8Array): this {
    this.#buffer.set(bytes, WORD * (word + 1) - bytes.length);
    return this;
  }

  /** keccak256 of the words. */
  hash(): Uint8Array {
    return keccakBytes(this.#buffer);
  }

  /** keccak256 of keccak256 of the words: a leaf. */
  hashTwice(): Uint8Array {
    return keccakBytes(this.hash());
  }
}

/** A small number as a word's bytes. */
export function byte(value: number): Uint8Array {
  return Uint8Array.of(value);
}

/** A byte string of a row. */
export function bytesAt(batch: Batch, row: number, at: Slot): Uint8Array {
  const { offset, length } = at as { offset: number; length: number };
  const from = (batch.bytes.length / batch.count) * row + offset;
  return batch.bytes.subarray(from, from + length);
}

/** A number of a row. */
export function numberAt(batch: Batch, row: number, at: Slot): bigint {
  return batch.numbers[(at as { column: number }).column * batch.count + row] as bigint;
}
