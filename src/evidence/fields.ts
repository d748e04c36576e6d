import { CairnError, type Hex, lowerHex } from "../protocol/index.ts";
import { fromBase64Url } from "./base64url.ts";

/** No tree is deeper: 2^64 leaves. */
const MAX_PROOF_LENGTH = 64;
/** No file of ours has more of anything: a month of readings is some 5,000, with as many blocks and transactions. */
const MAX_ITEMS = 100_000;

/** What says that a field of a file or an answer is not of its form. */
export function invalid(field: string, wanted: string): CairnError {
  return new CairnError("EVIDENCE_INVALID", `${field} is not ${wanted}`, { details: { field } });
}

/** The fields of an object of unknown content; every getter says by name what is wrong. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw invalid(path || "the file", "an object");
    }
    this.#values = value as Record<string, unknown>;
    this.#path = path;
  }

  #name(field: string): string {
    return this.#path === "" ? field : `${this.#path}.${field}`;
  }

  object(field: string): Fields {
    return new Fields(this.#values[field], this.#name(field));
  }

  /** Whether there is anything under a name. */
  has(field: string): boolean {
    return this.#values[field] !== undefined;
  }

  text(field: string): string {
    const value = this.#values[field];
    if (typeof value !== "string") throw invalid(this.#name(field), "text");
    return value;
  }

  whole(field: string): number {
    const value = this.#values[field];
    if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
      throw invalid(this.#name(field), "a whole number");
    }
    return value;
  }

  /** A uint64 as decimal text. */
  units(field: string): bigint {
    const value = this.#values[field];
    const text = typeof value === "number" || typeof value === "bigint" ? String(value) : value;
    if (typeof text !== "string" || !/^\d{1,20}$/.test(text) || BigInt(text) >> 64n !== 0n) {
      throw invalid(this.#name(field), "a whole number as decimal text");
    }
    return BigInt(text);
  }

  hex(field: string, bytes: number): Hex {
    const value = this.#values[field];
    if (typeof value !== "string" || value.length !== 2 + 2 * bytes || !/^0x[0-9a-fA-F]+$/.test(value)) {
      throw invalid(this.#name(field), `${bytes} bytes of hex`);
    }
    return lowerHex(value);
  }

  /** Bytes of any number as hex. */
  bytes(field: string): Hex {
    const value = this.#values[field];
    if (typeof value !== "string" || !/^0x(?:[0-9a-fA-F]{2})*$/.test(value)) throw invalid(this.#name(field), "hex");
    return lowerHex(value);
  }

  base64Url(field: string): Uint8Array {
    const bytes = fromBase64Url(this.text(field));
    if (bytes === undefined) throw invalid(this.#name(field), "base64url without padding");
    return bytes;
  }

  /** The items of a list, as the fields of an object whose names are their numbers. */
  list<T>(field: string, read: (items: Fields, item: string) => T): T[] {
    const value = this.#values[field];
    if (!Array.isArray(value) || value.length > MAX_ITEMS) {
      throw invalid(this.#name(field), `a list of at most ${MAX_ITEMS} items`);
    }
    const items = new Fields({ ...value }, this.#name(field));
    return value.map((_, i) => read(items, String(i)));
  }

  proof(field: string): Hex[] {
    const value = this.#values[field];
    if (!Array.isArray(value) || value.length > MAX_PROOF_LENGTH) {
      throw invalid(this.#name(field), `a list of at most ${MAX_PROOF_LENGTH} hashes`);
    }
    return this.list(field, (items, item) => items.hex(item, 32));
  }
}
