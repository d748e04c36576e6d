import type { Hex } from "../../protocol/codec/bytes.ts";
import { PRIZE_KINDS } from "../../protocol/codec/codes.ts";
import type { Deployment } from "../../protocol/codec/deployment.ts";
import type { DrawRules } from "../../protocol/draws.ts";
import { type ChainClient, reach } from "../client.ts";
import { ABIS } from "../contracts.ts";

/** What an account plays with, and its request if one is open. */
export interface PlayRecord {
  /** Crystals that it can spend. */
  readonly crystals: bigint;
  /** Crystals credited to it from its own leaves, cumulative. */
  readonly credited: bigint;
  /** Units of stone that wait until the account holds a vehicle. */
  readonly claimable: bigint;
  /** Boxes requested over all seasons: a request names this number. */
  readonly boxes: bigint;
  /** Of its last request; 0 when it never made one. */
  readonly season: number;
  /** Boxes requested and not opened. */
  readonly pending: number;
  /** Of the request. */
  readonly salt: bigint;
  readonly requestBlock: number;
  /** Boxes in a row below the guaranteed tier. */
  readonly misses: number;
  /** Boxes of this season. */
  readonly seasonBoxes: number;
  /** Whether the account's owner is attested to be an adult: only adults may request. */
  readonly adult: boolean;
}

/** A tier of a season's prize table; tier 0 is the best. */
export interface PrizeRecord {
  readonly kind: (typeof PRIZE_KINDS)[number];
  /** Its share of the sum of all weights. */
  readonly weight: number;
  /** Units of stone, or crystals; 0 for a voucher. */
  readonly amount: bigint;
  /** The item that a voucher is for; 0 otherwise. */
  readonly item: number;
}

/** A season of the mine box. */
export interface SeasonRecord {
  readonly season: number;
  /** It takes requests in the drops [firstDrop, endDrop): in none when it was vetoed. */
  readonly firstDrop: number;
  readonly endDrop: number;
  /** Crystals per box. */
  readonly price: number;
  /** After this many boxes in a row below the guaranteed tier the next is at least of that tier. */
  readonly guarantee: number;
  readonly guaranteedTier: number;
  /** Boxes per account. */
  readonly maxBoxes: number;
  /** Whether a reveal was late: it takes no more requests, and its open boxes take the guaranteed tier. */
  readonly forced: boolean;
  /** The first drop whose requests take the guaranteed tier, when it is forced; else 0. */
  readonly forcedFrom: number;
  /** Units of stone and vouchers that are neither given nor held for open requests. */
  readonly budgetLeft: bigint;
  readonly vouchersLeft: number;
  /** Drops that can still have requests. */
  readonly linksLeft: number;
  /** Boxes requested and not opened. */
  readonly pending: number;
  /** The last link that was revealed; what the season committed to, before the first. */
  readonly tip: Hex;
  readonly prizes: readonly PrizeRecord[];
}

/**
 * What an account plays with: its crystals, its place in its last season, its open request.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readPlay(client: ChainClient, deployment: Deployment, account: Hex): Promise<PlayRecord> {
  const [play, credited, claimable] = await Promise.all([
    reach(client.readContract({ ...box(deployment), functionName: "playOf", args: [account] })),
    reach(client.readContract({ ...box(deployment), functionName: "creditedOf", args: [account] })),
    reach(client.readContract({ ...box(deployment), functionName: "claimableOf", args: [account] })),
  ]);
  return { ...play, crystals: BigInt(play.crystals), boxes: BigInt(play.boxes), credited, claimable };
}

/**
 * How many seasons there were; the newest has this number.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readSeasonCount(client: ChainClient, deployment: Deployment): Promise<number> {
  return reach(client.readContract({ ...box(deployment), functionName: "seasonCount" }));
}

/**
 * A season with its prize table.
 * @returns Nothing when there is no such season.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readSeason(
  client: ChainClient,
  deployment: Deployment,
  season: number,
): Promise<SeasonRecord | undefined> {
  const [found, prizes] = await Promise.all([
    reach(client.readContract({ ...box(deployment), functionName: "seasonOf", args: [season] })),
    reach(client.readContract({ ...box(deployment), functionName: "prizesOf", args: [season] })),
  ]);
  // A season that exists has an end.
  if (found.endDrop === 0) return undefined;
  return { season, ...found, prizes: prizes.map(prizeOf) };
}

/** A tier as the contract has it, with its kind by name. */
export function prizeOf({ kind, ...prize }: Omit<PrizeRecord, "kind"> & { readonly kind: number }): PrizeRecord {
  return { ...prize, kind: PRIZE_KINDS[kind] ?? "nothing" };
}

/** The rules by which a season's boxes are drawn. */
export function drawRulesOf(season: Pick<SeasonRecord, "prizes" | "guarantee" | "guaranteedTier">): DrawRules {
  const { prizes, guarantee, guaranteedTier } = season;
  return { weights: prizes.map(({ weight }) => weight), guarantee, guaranteedTier };
}

/**
 * The earliest drop of a season that has requests and no reveal.
 * @returns Nothing when there is none.
 * @throws CHAIN_UNREACHABLE.
 */
export async function readNextReveal(
  client: ChainClient,
  deployment: Deployment,
  season: number,
): Promise<number | undefined> {
  const [exists, drop] = await reach(
    client.readContract({ ...box(deployment), functionName: "nextReveal", args: [season] }),
  );
  return exists ? drop : undefined;
}

function box(deployment: Deployment) {
  return { abi: ABIS.mineBox, address: deployment.contracts.mineBox } as const;
}
