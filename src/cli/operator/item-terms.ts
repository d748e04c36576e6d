import type { ItemRecord } from "../../chain/read/orders.ts";
import type { Hex } from "../../protocol/index.ts";
import { formatCount, formatStones, formatTime } from "../output.ts";
import { formatDuration } from "./act.ts";
import type { Judgements } from "./term-changes.ts";
import { TermsFile } from "./terms-file.ts";

/** Terms of an item, as contracts take them. */
export type ItemTerms = Omit<ItemRecord, "item">;

/** What makes a term of an item better for owners (docs/protocol.md 10.1). */
export const ITEM_JUDGEMENTS: Judgements<ItemTerms> = {
  sku: "neither",
  price: "lower",
  stock: "higher",
  opensAt: "lower",
  closesAt: "higher",
  fulfilmentS: "lower",
  minDaysPaired: "lower",
  maxRank: (old, next) => next === 0 || (old !== 0 && next >= old),
  milestone: (old, next) => next === 0 || next === old,
};

/** An item's window that nobody closes, unix seconds: contracts keep 40 bits. */
const NEVER_CLOSES = 2 ** 40 - 1;

const MEMBERS = [
  "sku",
  "priceStones",
  "stock",
  "opensAt",
  "closesAt",
  "fulfilmentDays",
  "minDaysPaired",
  "maxRank",
  "milestone",
] as const;

/**
 * An item in a file.
 * @param before Terms that stand where the file leaves something out; without them only what has a natural default may be.
 * @throws FILE_UNREADABLE, ARGUMENT_INVALID.
 */
export function readItemTerms(path: string, before?: ItemTerms): ItemTerms {
  const file = new TermsFile(path, MEMBERS);
  const fulfilmentDays = before === undefined ? undefined : before.fulfilmentS / 86_400;
  return {
    sku: file.sku("sku", before?.sku),
    price: file.stones("priceStones", before?.price),
    stock: file.whole("stock", 2 ** 32 - 1, before?.stock),
    opensAt: file.time("opensAt", before?.opensAt ?? 0),
    closesAt: file.time("closesAt", before?.closesAt ?? NEVER_CLOSES),
    fulfilmentS: Math.round(86_400 * file.number("fulfilmentDays", 10_000, fulfilmentDays)),
    minDaysPaired: file.whole("minDaysPaired", 2 ** 16 - 1, before?.minDaysPaired),
    maxRank: file.whole("maxRank", 2 ** 32 - 1, before?.maxRank ?? 0),
    milestone: file.whole("milestone", 2 ** 16 - 1, before?.milestone ?? 0),
  };
}

/** A term of an item in words. */
export function formatItemTerm(name: string, value: unknown): string {
  switch (name) {
    case "price":
      return formatStones(value as bigint);
    case "stock":
      return formatCount(value as number);
    case "opensAt":
      return value === 0 ? "at once" : formatTime(value as number);
    case "closesAt":
      return value === NEVER_CLOSES ? "never" : formatTime(value as number);
    case "fulfilmentS":
      return formatDuration(value as number);
    case "maxRank":
      return value === 0 ? "any" : `the first ${formatCount(value as number)}`;
    case "milestone":
      return value === 0 ? "none" : String(value);
    default:
      return value as Hex;
  }
}

/** All terms as facts of an act. */
export function itemFacts(terms: ItemTerms): (readonly [string, string])[] {
  return Object.keys(ITEM_JUDGEMENTS).map((name) => [name, `${formatItemTerm(name, terms[name as keyof ItemTerms])}`]);
}
