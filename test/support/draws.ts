import type { Hex } from "../../src/protocol/codec/bytes.ts";

/** The shared vectors of draws (scripts/vectors/draws.ts). */
export interface DrawVectors {
  readonly chains: readonly { last: Hex; count: number; links: Hex[]; tip: Hex }[];
  readonly seeds: readonly { link: Hex; blockHash: Hex; seed: Hex }[];
  readonly tiers: readonly { weights: number[]; outcome: Hex; tier: number }[];
  readonly openings: readonly OpeningVector[];
}

/** A request and what its boxes win. */
interface OpeningVector {
  readonly seed: Hex;
  readonly account: Hex;
  readonly salt: string;
  readonly firstBox: number;
  readonly count: number;
  readonly weights: readonly number[];
  readonly guarantee: number;
  readonly guaranteedTier: number;
  readonly misses: number;
  readonly outcomes: readonly Hex[];
  readonly tiers: readonly number[];
  readonly missesAfter: number;
}
