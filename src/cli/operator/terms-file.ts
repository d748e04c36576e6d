import { CairnError, type Hex, lowerHex, skuOf, UNITS_PER_STONE } from "../../protocol/index.ts";
import { readJsonFile } from "../files.ts";

/**
 * An object in a JSON file, read member by member. Members that nobody asks for are refused: a misspelt one must not be taken
 * for one that is left out.
 */
export class TermsFile {
  readonly #path: string;
  readonly #members: Readonly<Record<string, unknown>>;

  /**
   * @param names All members that there are; without them, any others are nobody's business here.
   * @throws FILE_UNREADABLE; ARGUMENT_INVALID when it is no object or has a member that is not among `names`.
   */
  constructor(path: string, names?: readonly string[], content: unknown = readJsonFile(path, "ARGUMENT_INVALID")) {
    this.#path = path;
    if (typeof content !== "object" || content === null || Array.isArray(content)) {
      throw new CairnError("ARGUMENT_INVALID", `${path}: it is not an object`);
    }
    this.#members = content as Record<string, unknown>;
    const unknown = Object.keys(this.#members).find((name) => names?.includes(name) === false);
    if (unknown !== undefined) throw this.#wrong(unknown, `unknown; there are ${names?.join(", ")}`);
  }

  /** A whole number. @param fallback What stands there when the member is left out. */
  whole(name: string, max: number, fallback?: number): number {
    return this.#read(name, fallback, `a whole number up to ${max}`, (value) =>
      Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max ? (value as number) : undefined,
    );
  }

  /** A number that may have a fraction. */
  number(name: string, max: number, fallback?: number): number {
    return this.#read(name, fallback, `a number up to ${max}`, (value) =>
      typeof value === "number" && value >= 0 && value <= max ? value : undefined,
    );
  }

  /** A whole number of up to 64 bits or more: a number, or decimal text. */
  wide(name: string, bits: number, fallback?: bigint): bigint {
    return this.#read(name, fallback, `a whole number below 2^${bits}`, (value) => {
      if (!/^\d{1,40}$/.test(String(value)) || (typeof value === "number" && !Number.isSafeInteger(value)))
        return undefined;
      const found = BigInt(String(value));
      return found < 2n ** BigInt(bits) ? found : undefined;
    });
  }

  /** Stones as decimal text such as "12.5", in units. */
  stones(name: string, fallback?: bigint): bigint {
    return this.#read(name, fallback, 'stones as text such as "12.5"', (value) => {
      const [, whole, fraction = ""] = /^(\d{1,10})(?:\.(\d{1,9}))?$/.exec(String(value)) ?? [];
      return whole === undefined ? undefined : BigInt(whole) * UNITS_PER_STONE + BigInt(fraction.padEnd(9, "0"));
    });
  }

  /** A time in unix seconds: a number, or ISO 8601 with its offset. */
  time(name: string, fallback?: number): number {
    const wanted = 'unix seconds, or text such as "2027-01-31T00:00:00+08:00"';
    return this.#read(name, fallback, wanted, (value) => {
      const seconds =
        typeof value === "string" && /T.*(Z|[+-]\d\d:\d\d)$/.test(value) ? Date.parse(value) / 1_000 : value;
      return Number.isSafeInteger(seconds) && (seconds as number) >= 0 && (seconds as number) < 2 ** 40
        ? (seconds as number)
        : undefined;
    });
  }

  /** 32 bytes in hex. */
  hash(name: string, fallback?: Hex): Hex {
    return this.#read(name, fallback, "32 bytes in hex", (value) =>
      /^0x[0-9a-fA-F]{64}$/.test(String(value)) ? lowerHex(String(value)) : undefined,
    );
  }

  /** An address. */
  address(name: string): Hex {
    return this.#read(name, undefined, "an address", (value) =>
      /^0x[0-9a-fA-F]{40}$/.test(String(value)) ? lowerHex(String(value)) : undefined,
    );
  }

  /** A SKU: its name, or 32 bytes in hex. */
  sku(name: string, fallback?: Hex): Hex {
    return this.#read(name, fallback, "a name, or 32 bytes in hex", (value) => {
      if (typeof value !== "string" || value === "") return undefined;
      return /^0x[0-9a-fA-F]{64}$/.test(value) ? lowerHex(value) : skuOf(value);
    });
  }

  /** One of some words. */
  word<Word extends string>(name: string, words: readonly Word[], fallback?: Word): Word {
    return this.#read(name, fallback, `one of ${words.join(", ")}`, (value) => words.find((word) => word === value));
  }

  /** Text that is not empty. */
  text(name: string): string {
    return this.#read(name, undefined, "text", (value) =>
      typeof value === "string" && value !== "" ? value : undefined,
    );
  }

  /** A list, each entry read as an object with members of its own. */
  list(name: string, names: readonly string[]): TermsFile[] {
    return this.#read(name, undefined, "a list", (value) =>
      Array.isArray(value)
        ? value.map((entry, i) => new TermsFile(`${this.#path}: ${name} ${i}`, names, entry))
        : undefined,
    );
  }

  /** A list of 32-byte values. */
  hashes(name: string): Hex[] {
    return this.#read(name, undefined, "a list of 32 bytes in hex", (value) =>
      Array.isArray(value) && value.every((entry) => /^0x[0-9a-fA-F]{64}$/.test(String(entry))) ? value : undefined,
    );
  }

  #read<T>(name: string, fallback: T | undefined, wanted: string, parse: (value: unknown) => T | undefined): T {
    const value = this.#members[name];
    if (value === undefined) {
      if (fallback === undefined) throw this.#wrong(name, `missing; it is ${wanted}`);
      return fallback;
    }
    const found = parse(value);
    if (found === undefined) throw this.#wrong(name, `it must be ${wanted}`);
    return found;
  }

  #wrong(name: string, why: string): CairnError {
    return new CairnError("ARGUMENT_INVALID", `${this.#path}: ${name}: ${why}`);
  }
}
