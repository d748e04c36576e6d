import {
  DROPS_PER_DAY,
  dayStart,
  type Hex,
  hashStonesLeaf,
  lowerHex,
  MerkleTree,
  type StonesLeaf,
  ZERO_HASH,
} from "../../src/protocol/index.ts";
import type { Programme } from "./contracts.ts";

/** What an account has earned by the end of a day. */
export interface Earned {
  readonly account: string;
  /** Units, cumulative. */
  readonly stones: bigint;
  /** Crystals, cumulative; none unless given. */
  readonly crystals?: bigint;
}

/** A day's stones tree, and its leaves by index. */
export interface StonesTree {
  readonly leaves: readonly StonesLeaf[];
  readonly tree: MerkleTree;
}

/** The tree of what accounts have earned; an account's index is its place in the list. */
export function stonesTree(earned: readonly Earned[]): StonesTree {
  const leaves = earned.map(({ account, stones, crystals = 0n }, index) => ({
    index,
    account: lowerHex(account),
    stones,
    crystals,
    prefix: ZERO_HASH,
    headAward: ZERO_HASH,
    salt: `0x${(index + 1).toString(16).padStart(64, "0")}` as Hex,
  }));
  return { leaves, tree: new MerkleTree(leaves.map(hashStonesLeaf)) };
}

/** A leaf and its proof, as `credit` takes them. */
export function openingOf({ leaves, tree }: StonesTree, index: number): { leaf: StonesLeaf; proof: Hex[] } {
  return { leaf: leaves[index] as StonesLeaf, proof: tree.proof(index) };
}

/** Some leaves and their one proof, as `creditMany` takes them. */
export function openingsOf({ leaves, tree }: StonesTree, indices: readonly number[]) {
  const { order, proof, proofFlags } = tree.multiProof(indices);
  return {
    leaves: order.map((index) => leaves[index] as StonesLeaf),
    proof: [...proof],
    flags: [...proofFlags],
  };
}

/** What a day is settled with; what is left out is 0. */
export interface Totals {
  readonly stonesRoot?: Hex;
  readonly metresRoot?: Hex;
  readonly accounts?: number;
  readonly stones?: bigint;
  readonly crystals?: bigint;
  readonly metres?: bigint;
  readonly dataDigest?: Hex;
}

/** The arguments of `settleDay` in their order. */
export function settlementArguments(day: number, totals: Totals) {
  return [
    day,
    totals.stonesRoot ?? ZERO_HASH,
    totals.metresRoot ?? ZERO_HASH,
    totals.accounts ?? 0,
    totals.stones ?? 0n,
    totals.crystals ?? 0n,
    totals.metres ?? 0n,
    totals.dataDigest ?? ZERO_HASH,
  ] as const;
}

/** Anchors empty drops up to the end of a day, at the first second after it or at the next block. */
export async function anchorThrough(
  { dropAnchor, roles, genesis }: Programme,
  day: number,
  moveTo: (time: number) => Promise<void>,
): Promise<void> {
  await moveTo(dayStart(genesis, day + 1));
  const next = Number(await dropAnchor.nextDrop());
  const end = DROPS_PER_DAY * (day + 1);
  for (let first = next; first < end; first += 7 * DROPS_PER_DAY) {
    const roots = Array<Hex>(Math.min(7 * DROPS_PER_DAY, end - first)).fill(ZERO_HASH);
    await dropAnchor.connect(roles.relayer).anchorDrops(first, roots, ZERO_HASH);
  }
}
