import { InvalidArgumentError } from "commander";
import { type Hex, lowerHex } from "../protocol/index.ts";

/** Parsers of arguments. Each says what it wants when it does not get it; commander names the argument. */

/** A whole number between two bounds, inclusive. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** An account's address, in lower case. */
export function address(text: string): Hex {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new InvalidArgumentError("It must be an address: 0x and 40 hex digits.");
  return lowerHex(text);
}

/** A vehicle's id, in lower case. */
export function vehicle(text: string): Hex {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text))
    throw new InvalidArgumentError("It must be a vehicle's id: 0x and 64 hex digits.");
  return lowerHex(text);
}

/** A moment as unix seconds: given so, or as ISO 8601 with its zone, so that it is one moment everywhere. */
export function moment(text: string): number {
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const seconds = /^\d{1,12}$/.test(text) ? Number(text) : isIso ? Date.parse(text) / 1000 : Number.NaN;
  if (!(seconds >= 0)) {
    throw new InvalidArgumentError("It must be unix seconds or ISO 8601 with its zone: 2026-01-01T08:30:00Z.");
  }
  return seconds;
}

/** An HTTP URL. */
export function httpUrl(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError("It must be a URL that begins with http:// or https://.");
  }
  return text;
}

/** Text that is not empty and not beyond all measure. */
export function shortText(text: string): string {
  if (text === "" || text.length > 200) throw new InvalidArgumentError("It must have 1 to 200 characters.");
  return text;
}
