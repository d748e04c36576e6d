import { drawBoxes, drawSeed, type HashChain, type Hex, hashChain } from "../../src/protocol/index.ts";
import type { Programme } from "./contracts.ts";

/** What a prize gives, as the contracts number it. */
export const KIND = { nothing: 0, stones: 1, crystals: 2, voucher: 3 } as const;

/** A tier of a prize table. */
export interface TestPrize {
  readonly kind: number;
  readonly weight: number;
  readonly amount: bigint;
  readonly item: number;
}

/** A tier; what it does not say is 0, and its weight 1. */
export function prizeOf(kind: keyof typeof KIND, given: Partial<TestPrize> = {}): TestPrize {
  return { weight: 1, amount: 0n, item: 0, ...given, kind: KIND[kind] };
}

/** A season's terms. */
export interface TestTerms {
  readonly firstDrop: number;
  readonly endDrop: number;
  readonly price: number;
  readonly guarantee: number;
  readonly guaranteedTier: number;
  readonly maxBoxes: number;
  readonly budget: bigint;
  readonly vouchers: number;
  readonly links: number;
  readonly tip: string;
  readonly prizes: readonly TestPrize[];
}

/** Terms as `openSeason` takes them. */
export function encodable(terms: TestTerms) {
  return { ...terms, prizes: terms.prizes.map((prize) => ({ ...prize })) };
}

/** A hash chain that is the same every time. */
export function chainOf(name: string, links: number): HashChain {
  return hashChain(`0x${Buffer.from(name).toString("hex").padStart(64, "0")}`, links);
}

/** What an account signs, or sends itself, to request boxes. */
export interface TestRequest {
  readonly account: string;
  readonly season: number;
  readonly boxes: number;
  readonly count: number;
  readonly salt: bigint;
  readonly deadline: number;
}

/** A request that stands in a block. */
export interface Requested extends TestRequest {
  readonly block: number;
}

/** What a request must win, by the protocol: from the link, the hash of the block after it, and the request itself. */
export function winOf(
  request: Requested,
  { link, blockHash }: { readonly link: Hex; readonly blockHash: Hex },
  { prizes, guarantee, guaranteedTier }: TestTerms,
  misses = 0,
) {
  const rules = { weights: prizes.map(({ weight }) => weight), guarantee, guaranteedTier };
  const { account, salt, boxes: firstBox, count } = request;
  return drawBoxes(drawSeed(link, blockHash), { account: account as Hex, salt, firstBox, count }, rules, misses);
}

/** Tiers as the event tells them: ten bytes, the first box's on the left. */
export function tierBytes(tiers: readonly number[]): Hex {
  return `0x${Buffer.from(tiers).toString("hex").padEnd(20, "0")}`;
}

/** An account's word, without the names of its members. */
export async function playOf({ mineBox }: Programme, account: string) {
  const { salt, requestBlock, season, pending, adult, misses, seasonBoxes, boxes, crystals } =
    await mineBox.playOf(account);
  const numbers = { requestBlock, season, pending, misses, seasonBoxes, boxes, crystals };
  return {
    salt,
    adult,
    ...(Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)])) as {
      [Name in keyof typeof numbers]: number;
    }),
  };
}
