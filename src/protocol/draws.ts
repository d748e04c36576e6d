import type { Hex } from "./codec/bytes.ts";
import { hashWords } from "./codec/keccak.ts";

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

/**
 * What a request wins.
 * @param seed {@link drawSeed} of its block.
 * @param misses The account's boxes in a row below the guaranteed tier, in this season and before this request.
 */
export function drawBoxes(seed: Hex, request: DrawRequest, rules: DrawRules, misses: number): Draw {
  const { weights, guaranteedTier, guarantee } = rules;
  const tiers: number[] = [];
  for (let k = 0; k < request.count; k++) {
    const outcome = hashWords([seed, request.salt, request.account, request.firstBox + k]);
    const drawn = drawTier(weights, outcome);
    const missed = drawn > guaranteedTier && misses < guarantee;
    misses = missed ? misses + 1 : 0;
    tiers.push(missed ? drawn : Math.min(drawn, guaranteedTier));
  }
  return { tiers, misses };
}
