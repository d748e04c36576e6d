import type { Hex } from "./bytes.ts";
import { LEAF_KIND } from "./codes.ts";
import { hashWords, hashWordsTwice } from "./keccak.ts";

/** The leaf of kind 1: one reading in its drop (docs/protocol.md 6.1). Distances in metres. */
export interface MileageLeaf {
  readonly drop: number;
  readonly index: number;
  readonly readingDigest: Hex;
  /** `keccak256(r ‖ s)` of the device's signature. */
  readonly signatureHash: Hex;
  readonly account: Hex;
  readonly countedM: number;
  /** Metres counted for this vehicle on the day driven, this reading included. */
  readonly vehicleDayAfterM: number;
  /** Metres counted for this account ever, this reading included. */
  readonly accountAfterM: number;
  readonly prevVehicleLeaf: Hex;
  readonly prevAccountLeaf: Hex;
  readonly salt: Hex;
}

/** The leaf of kind 3: one task award in its drop (docs/protocol.md 6.1). */
export interface AwardLeaf {
  readonly drop: number;
  /** Counted among the drop's awards. */
  readonly index: number;
  /** EIP-712 digest of the award. */
  readonly awardDigest: Hex;
  readonly account: Hex;
  readonly crystals: number;
  /** Crystals awarded to this account ever, this award included. */
  readonly accountCrystalsAfter: bigint;
  readonly prevAwardLeaf: Hex;
  readonly salt: Hex;
}

/** The leaf of kind 4: an account's metres at the end of a day (docs/protocol.md 7.2). */
export interface MetresLeaf {
  readonly index: number;
  readonly account: Hex;
  /** Metres counted so far. */
  readonly metres: number;
  /** {@link metresPrefix} over the smaller indices. */
  readonly prefix: Hex;
  /** The account's last leaf of kind 1, or zero. */
  readonly headLeaf: Hex;
  readonly salt: Hex;
}

/** The leaf of kind 5: what an account has earned at the end of a day (docs/protocol.md 7.2). */
export interface StonesLeaf {
  readonly index: number;
  readonly account: Hex;
  /** Units of 1e-9 stone, cumulative. */
  readonly stones: bigint;
  /** Whole crystals, cumulative. */
  readonly crystals: bigint;
  /** {@link stonesPrefix} over the smaller indices. */
  readonly prefix: Hex;
  /** The account's last leaf of kind 3, or zero. */
  readonly headAward: Hex;
  readonly salt: Hex;
}

/** The leaf of kind 6: one counted vote of a poll (docs/protocol.md 13.2). */
export interface VoteLeaf {
  readonly poll: number;
  readonly index: number;
  /** EIP-712 digest of the vote. */
  readonly voteDigest: Hex;
  readonly account: Hex;
  readonly option: number;
  /** 1, or units of 1e-9 stone. */
  readonly weight: bigint;
  readonly salt: Hex;
}

/** The leaf of kind 7: an account's part of a benefit round (docs/protocol.md 13.4). */
export interface RoundLeaf {
  readonly round: number;
  readonly index: number;
  readonly account: Hex;
  /** Units of 1e-9 stone. */
  readonly weight: bigint;
  readonly salt: Hex;
}

export function hashMileageLeaf(leaf: MileageLeaf): Hex {
  return hashWordsTwice([
    LEAF_KIND.mileage,
    leaf.drop,
    leaf.index,
    leaf.readingDigest,
    leaf.signatureHash,
    leaf.account,
    leaf.countedM,
    leaf.vehicleDayAfterM,
    leaf.accountAfterM,
    leaf.prevVehicleLeaf,
    leaf.prevAccountLeaf,
    leaf.salt,
  ]);
}

export function hashAwardLeaf(leaf: AwardLeaf): Hex {
  return hashWordsTwice([
    LEAF_KIND.award,
    leaf.drop,
    leaf.index,
    leaf.awardDigest,
    leaf.account,
    leaf.crystals,
    leaf.accountCrystalsAfter,
    leaf.prevAwardLeaf,
    leaf.salt,
  ]);
}

export function hashVoteLeaf(leaf: VoteLeaf): Hex {
  return hashWordsTwice([
    LEAF_KIND.vote,
    leaf.poll,
    leaf.index,
    leaf.voteDigest,
    leaf.account,
    leaf.option,
    leaf.weight,
    leaf.salt,
  ]);
}

export function hashRoundLeaf(leaf: RoundLeaf): Hex {
  return hashWordsTwice([LEAF_KIND.round, leaf.round, leaf.index, leaf.account, leaf.weight, leaf.salt]);
}

export function hashMetresLeaf(leaf: MetresLeaf): Hex {
  return hashWordsTwice([
    LEAF_KIND.metres,
    leaf.index,
    leaf.account,
    leaf.metres,
    leaf.prefix,
    leaf.headLeaf,
    leaf.salt,
  ]);
}

export function hashStonesLeaf(leaf: StonesLeaf): Hex {
  return hashWordsTwice([
    LEAF_KIND.stones,
    leaf.index,
    leaf.account,
    leaf.stones,
    leaf.crystals,
    leaf.prefix,
    leaf.headAward,
    leaf.salt,
  ]);
}

/** P: the hidden sum of metres over smaller indices. */
export function metresPrefix(prefixMetres: number, prefixSalt: Hex): Hex {
  return hashWords([prefixMetres, prefixSalt]);
}

/** P': the hidden sums of units and crystals over smaller indices. */
export function stonesPrefix(prefixStones: bigint, prefixCrystals: bigint, prefixSalt: Hex): Hex {
  return hashWords([prefixStones, prefixCrystals, prefixSalt]);
}
