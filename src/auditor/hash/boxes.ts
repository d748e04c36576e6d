import { fromHex, type Hex } from "../../protocol/codec/bytes.ts";
import { keccakBytes } from "../../protocol/codec/keccak.ts";
import { Preimage } from "./preimage.ts";

/** What a season said about its draws before it began. */
export interface BoxSeason {
  readonly weights: readonly number[];
  readonly guarantee: number;
  readonly guaranteedTier: number;
}

/** A box, and what its request's block makes of it. */
export interface Box {
  readonly seed: Uint8Array;
  readonly account: Hex;
  readonly salt: bigint;
  /** The account's boxes are counted from 0, through all seasons. */
  readonly number: number;
}

/** A tier, and whether the draw gave it or the guarantee, which had come due. */
export interface Drawn {
  readonly tier: number;
  readonly by: "draw" | "guarantee";
}

/** The hash that a link must have: that of the link before it, or the season's tip. */
export function linkHash(link: Hex): Uint8Array {
  return keccakBytes(fromHex(link, 32));
}

/** What all boxes that were requested in one block are drawn with. */
export function boxSeed(link: Hex, blockHash: Hex): Uint8Array {
  return new Preimage([fromHex(link, 32), fromHex(blockHash, 32)]).hash();
}

/** An account's boxes of one season, followed box by box (docs/protocol.md 9.3). */
export class BoxCourse {
  readonly #season: BoxSeason;
  /** For each tier the number of tickets that it and the better ones have. */
  readonly #ends: readonly bigint[];
  #misses: number;

  /** @param misses Boxes in a row below the guaranteed tier before the first one. */
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

  /** What the next box must win. */
  draw({ seed, account, salt, number }: Box): Drawn {
    const outcome = new Preimage([seed, bytesOf(salt), fromHex(account, 20), bytesOf(BigInt(number))]).hash();
    const tier = this.tierOf(outcome);
    const { guarantee, guaranteedTier } = this.#season;
    if (this.#misses < guarantee) return { tier, by: "draw" };
    return { tier: Math.min(tier, guaranteedTier), by: "guarantee" };
  }

  /** Goes on from what the next box has won. */
  follow(tier: number): void {
    this.#misses = tier > this.#season.guaranteedTier ? this.#misses + 1 : 0;
  }

  /** The tier that a hash stands for. */
  tierOf(outcome: Uint8Array): number {
    const ticket = BigInt(`0x${Buffer.from(outcome).toString("hex")}`) % (this.#ends.at(-1) as bigint);
    return this.#ends.findIndex((end) => ticket < end);
  }
}

/** A number as a whole word, big-endian. */
function bytesOf(value: bigint): Uint8Array {
  return fromHex(`0x${value.toString(16).padStart(64, "0")}`);
}
