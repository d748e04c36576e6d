import { InvalidArgumentError } from "commander";
import type { Hex } from "../protocol/index.ts";

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
  return text.toLowerCase() as Hex;
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
