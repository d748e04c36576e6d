import { Argument, InvalidArgumentError, Option } from "commander";
import { type Hex, lowerHex } from "../../protocol/index.ts";
import { address, wholeNumber } from "../arguments.ts";

/** Arguments and options that several subjects take. */

/** 32 bytes in hex, in lower case. */
export function hash(text: string): Hex {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError("It must be 32 bytes: 0x and 64 hex digits.");
  return lowerHex(text);
}

/** A whole number that is a thing's name on the chain. */
export function numbered(name: string, description: string, max = 2 ** 32 - 1): Argument {
  return new Argument(`<${name}>`, description).argParser(wholeNumber(0, max));
}

/** 32 bytes that name a thing on the chain. */
export function hashed(name: string, description: string): Argument {
  return new Argument(`<${name}>`, description).argParser(hash);
}

/** An account. */
export function account(name = "account", description = "address of the account"): Argument {
  return new Argument(`<${name}>`, description).argParser(address);
}

/** One account or several. */
export function accounts(description: string): Argument {
  return new Argument("<account...>", description).argParser((text: string, before: Hex[] | undefined) => [
    ...(before ?? []),
    address(text),
  ]);
}

/** A file. */
export function file(description: string): Argument {
  return new Argument("<file>", description);
}

/** An option with a moment of the chain's time. */
export function moment(flag: string, description: string): Option {
  return new Option(`${flag} <seconds>`, `${description}, unix seconds`).argParser(wholeNumber(0, 2 ** 40 - 1));
}

/** An option with a day, counted from genesis. */
export function dayOption(flag: string, description: string): Option {
  return new Option(`${flag} <day>`, `${description}, counted from genesis`).argParser(wholeNumber(0, 2 ** 32 - 1));
}
