import { fromHex, type Hex } from "../../protocol/codec/bytes.ts";
import { keccakBytes } from "../../protocol/codec/keccak.ts";
import { Preimage } from "./preimage.ts";

/** What a season said about its draws before it began. */
export interface BoxSeason {
  readonly weights: readonly number[];
  readonly guarantee: number;
  readonly guaranteedTier: number;
}

/** Boxes that were requested in one block, and what its drop's link and the next block's hash make of them. */
export interface RequestedBoxes {
  readonly seed: Uint8Array;
  readonly account: Hex;
  readonly salt: bigint;
  readonly firstBox: number;
  readonly count: number;
}

/** The hash that a link must have: that of the link before it, or the season's tip. */
export function linkHash(link: Hex): Uint8Array {
  return keccakBytes(fromHex(link, 32));
}

/** What all boxes that were requested in one block are drawn with. */
export function boxSeed(link: Hex, blockHash: Hex): Uint8Array {
  return new Preimage([fromHex(link, 32), fromHex(blockHash, 32)]).hash();
}

/** An account's boxes of one season, followed request by request. */
export class BoxCourse {
  readonly #season: BoxSeason;
  /** For each tier the number of tickets that it and the better ones have. */
  readonly #ends: readonly bigint[];
  #misses: number;

  /** @param misses Boxes in a row below the guaranteed tier before the first request. */
  constructor(season: BoxSeason, misses = 0) {
    let end = 0n;
    this.#season = season;
    this.#ends = season.weights.map((weight) => {
      end += BigInt(weight);
      return end;
    });
    this.#misses = misses;
  }

  get misses(): number {
    return this.#misses;
  }

  /** The tiers that the next request's boxes must have won. */
  open({ seed, account, salt, firstBox, count }: RequestedBoxes): number[] {
    const preimage = new Preimage([seed, bytesOf(salt), fromHex(account, 20), "set"]);
    return Array.from({ length: count }, (_, k) =>
      this.#win(this.tierOf(preimage.set(3, bytesOf(BigInt(firstBox + k))).hash())),
    );
  }

  /** The tier that a hash stands for. */
  tierOf(outcome: Uint8Array): number {
    const ticket = BigInt(`0x${Buffer.from(outcome).toString("hex")}`) % (this.#ends.at(-1) as bigint);
    return this.#ends.findIndex((end) => ticket < end);
  }

  #win(tier: number): number {
    const { guarantee, guaranteedTier } = this.#season;
    if (tier > guaranteedTier && this.#misses++ < guarantee) return tier;
    this.#misses = 0;
    return Math.min(tier, guaranteedTier);
  }
}

/** A number as a whole word, big-endian. */
function bytesOf(value: bigint): Uint8Array {
  return fromHex(`0x${value.toString(16).padStart(64, "0")}`);
}
