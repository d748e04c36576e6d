import type { Hex } from "./codec/bytes.ts";
import { hashWords } from "./codec/keccak.ts";

/** The longest season, 366 days: so many drops can have requests, and so many links can its hash chain need. */
export const MAX_SEASON_DROPS = 366 * 144;

/** What a season's boxes are drawn by; tier 0 is the best. */
export interface DrawRules {
  /** Each tier's share of the sum of all weights. */
  readonly weights: readonly number[];
  readonly guaranteedTier: number;
  /** After this many boxes in a row below the guaranteed tier the next is at least of that tier. */
  readonly guarantee: number;
}

/** Boxes that an account requested at once. */
export interface DrawRequest {
  readonly account: Hex;
  /** Chosen by the account: 96 bits. */
  readonly salt: bigint;
  /** Boxes that the account requested before. */
  readonly firstBox: number;
  readonly count: number;
}

/** What boxes won. */
export interface Draw {
  readonly tiers: readonly number[];
  /** The account's boxes in a row below the guaranteed tier, from then on. */
  readonly misses: number;
}

/** The operator's hash chain of a season: the links in the order in which they are revealed, and what the season commits to. */
export interface HashChain {
  readonly links: readonly Hex[];
  readonly tip: Hex;
}

/**
 * A season's hash chain: each link is the hash of the next one to be revealed.
 * @param last The link to be revealed last: 32 random bytes, from which all others follow.
 * @param count Links, one for each drop with requests.
 */
export function hashChain(last: Hex, count: number): HashChain {
  const links: Hex[] = [];
  let hash = last;
  for (let i = 0; i < count; i++) {
    links.push(hash);
    hash = hashWords([hash]);
  }
  return { links: links.reverse(), tip: hash };
}

/**
 * What all requests of one block are drawn with.
 * @param link The link of their drop.
 * @param blockHash Hash of the block after them.
 */
export function drawSeed(link: Hex, blockHash: Hex): Hex {
  return hashWords([link, blockHash]);
}

/**
 * The tier that a hash draws: its remainder by the sum of the weights is a ticket, and the tiers own as many tickets as they
 * weigh, the best first.
 */
export function drawTier(weights: readonly number[], outcome: Hex): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let ticket = Number(BigInt(outcome) % BigInt(sum));
  let tier = 0;
  for (; ticket >= (weights[tier] as number); tier++) ticket -= weights[tier] as number;
  return tier;
}

/** A tier's chance, before the guarantee: exactly, in lowest terms, and as the nearest number. */
export interface TierOdds {
  readonly numerator: number;
  readonly denominator: number;
  readonly probability: number;
}

/** The odds of each tier of a prize table (docs/protocol.md 9.3). */
export function tierOdds(weights: readonly number[]): TierOdds[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => {
    const divisor = greatestCommonDivisor(weight, sum);
    return { numerator: weight / divisor, denominator: sum / divisor, probability: weight / sum };
  });
}

/** The hash that a box is drawn with. */
export function drawOutcome(
  seed: Hex,
  { account, salt, number }: { readonly account: Hex; readonly salt: bigint; readonly number: number },
): Hex {
  return hashWords([seed, salt, account, number]);
}

/**
 * The tier that a box wins when `drawn` was drawn.
 * @param misses The account's boxes in a row below the guaranteed tier, in this season and before this box.
 */
export function winTier(drawn: number, misses: number, { guaranteedTier, guarantee }: DrawRules): number {
  return drawn > guaranteedTier && misses < guarantee ? drawn : Math.min(drawn, guaranteedTier);
}

/** The boxes in a row below the guaranteed tier at the end of some, which began a season. */
export function missesAfter(tiers: readonly number[], guaranteedTier: number): number {
  const lastHit = tiers.findLastIndex((tier) => tier <= guaranteedTier);
  return tiers.length - 1 - lastHit;
}

/**
 * What a request wins.
 * @param seed {@link drawSeed} of its block.
 * @param misses The account's boxes in a row below the guaranteed tier, in this season and before this request.
 */
export function drawBoxes(seed: Hex, request: DrawRequest, rules: DrawRules, misses: number): Draw {
  const { account, salt, firstBox, count } = request;
  const tiers: number[] = [];
  for (let k = 0; k < count; k++) {
    const outcome = drawOutcome(seed, { account, salt, number: firstBox + k });
    const tier = winTier(drawTier(rules.weights, outcome), misses, rules);
    misses = tier > rules.guaranteedTier ? misses + 1 : 0;
    tiers.push(tier);
  }
  return { tiers, misses };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
