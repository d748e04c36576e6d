import { encodeFunctionData, type Hex } from "viem";
import { dropAnchorAbi } from "../../src/chain/generated/dropAnchor.ts";
import { stoneLedgerAbi } from "../../src/chain/generated/stoneLedger.ts";
import {
  dayStart,
  deriveSalt,
  dropStart,
  hashMileageLeaf,
  hashStonesLeaf,
  LEAF_KIND,
  lowerHex,
  MerkleTree,
  type StonesLeaf,
  ZERO_HASH,
} from "../../src/protocol/index.ts";
import { type Bench, type Sent, seeded } from "./chain.ts";
import type { Measurement } from "./measurement.ts";
import { ownersOf } from "./owners.ts";

const FEW_READINGS = 10;
const MANY_READINGS = 100_000;
const TOGETHER = 6;
/** 2^17 accounts: every proof has 17 steps. */
const ACCOUNTS = 2 ** 17;
const PUSHED = 200;
/** Accounts that are owners with a known key: they order and open boxes later. */
export const OWNERS = 20;
const STONES_A_DAY = 2_000_000n;
/** What each owner earns a day; the others earn none. */
const CRYSTALS_A_DAY = 300n;
const METRES_A_DAY = 10_000_000n;

/** Drops anchored alone and six together, over trees of few and of many readings. */
export async function measureAnchors(bench: Bench): Promise<Measurement[]> {
  let next = 0;
  const anchor = async (roots: readonly Hex[]) => {
    const first = next;
    next += roots.length;
    bench.moveTo(Math.max(dropStart(bench.deployment.genesis, next), bench.now() + 1));
    const args = [BigInt(first), roots, seeded("data")] as const;
    const data = encodeFunctionData({ abi: dropAnchorAbi, functionName: "anchorDrops", args });
    return bench.send(bench.roles.relayer, bench.deployment.contracts.dropAnchor, data);
  };
  await anchor([rootOver(1)]);
  const measurements: Measurement[] = [];
  for (const readings of [FEW_READINGS, MANY_READINGS]) {
    // The drops share a root, since a tree of many readings takes seconds and any other root costs the same.
    const root = rootOver(readings);
    const named = `${readings.toLocaleString("en-US")} readings a drop`;
    measurements.push(
      { operation: `drop anchored alone, ${named}`, items: 1, ...(await anchor([root])) },
      {
        operation: `drops anchored together, ${named}`,
        items: TOGETHER,
        ...(await anchor(Array<Hex>(TOGETHER).fill(root))),
      },
    );
  }
  return measurements;
}

/** The root over a drop's readings. A zero byte is cheaper calldata, so a root that has one is left for another. */
function rootOver(readings: number): Hex {
  for (let attempt = 0; ; attempt++) {
    const key = seeded(`account key ${attempt}`);
    const leaves = Array.from({ length: readings }, (_, index) =>
      hashMileageLeaf({
        drop: 0,
        index,
        readingDigest: key,
        signatureHash: key,
        account: key.slice(0, 42) as Hex,
        countedM: 1_000,
        vehicleDayAfterM: 1_000,
        accountAfterM: 1_000 * (index + 1),
        prevVehicleLeaf: ZERO_HASH,
        prevAccountLeaf: ZERO_HASH,
        salt: key,
      }),
    );
    const { root } = new MerkleTree(leaves);
    if (!/^0x(?:..)*?00/.test(root)) return root;
  }
}

/** What one day gives to all accounts: its leaves and their tree. */
export interface Day {
  readonly day: number;
  readonly leaves: readonly StonesLeaf[];
  readonly tree: MerkleTree;
}

/** The leaves of a day: the first are owners with known keys, the others any addresses. */
export function dayOfAccounts(day: number): Day {
  const owners = ownersOf(OWNERS).map(({ account }) => lowerHex(account.address));
  const key = seeded("accounts");
  const leaves = Array.from({ length: ACCOUNTS }, (_, index) => ({
    index,
    account: owners[index] ?? (deriveSalt(key, LEAF_KIND.stones, 0, index).slice(0, 42) as Hex),
    stones: STONES_A_DAY * BigInt(day + 1),
    crystals: index < OWNERS ? CRYSTALS_A_DAY * BigInt(day + 1) : 0n,
    prefix: key,
    headAward: ZERO_HASH,
    salt: deriveSalt(key, LEAF_KIND.stones, day, index),
  }));
  return { day, leaves, tree: new MerkleTree(leaves.map(hashStonesLeaf)) };
}

/** Anchors what is left of a day and settles it. @returns The settlement. */
export async function settle(bench: Bench, { day, tree }: Day): Promise<Sent> {
  const { dropAnchor, stoneLedger } = bench.deployment.contracts;
  const over = dayStart(bench.deployment.genesis, day + 1);
  bench.moveTo(Math.max(over, bench.now() + 1));
  const asked = encodeFunctionData({ abi: dropAnchorAbi, functionName: "nextDrop" });
  const next = BigInt(await bench.call(dropAnchor, asked));
  const roots = Array<Hex>(144 * (day + 1) - Number(next)).fill(ZERO_HASH);
  const anchoring = encodeFunctionData({
    abi: dropAnchorAbi,
    functionName: "anchorDrops",
    args: [next, roots, seeded("data")],
  });
  await bench.send(bench.roles.relayer, dropAnchor, anchoring);
  const stones = STONES_A_DAY * BigInt(ACCOUNTS) * BigInt(day + 1);
  const crystals = CRYSTALS_A_DAY * BigInt(OWNERS) * BigInt(day + 1);
  const metres = METRES_A_DAY * BigInt(day + 1);
  const args = [BigInt(day), tree.root, tree.root, ACCOUNTS, stones, crystals, metres, seeded("data")] as const;
  const settling = encodeFunctionData({ abi: stoneLedgerAbi, functionName: "settleDay", args });
  return bench.send(bench.roles.relayer, stoneLedger, settling);
}

/** Credits some accounts by one proof, given by their indices. */
export async function creditMany(bench: Bench, { day, leaves, tree }: Day, indices: readonly number[]): Promise<Sent> {
  const { order, proof, proofFlags } = tree.multiProof(indices);
  const listed = order.map((index) => leaves[index] as StonesLeaf);
  const args = [BigInt(day), listed, proof, proofFlags] as const;
  const data = encodeFunctionData({ abi: stoneLedgerAbi, functionName: "creditMany", args });
  return bench.send(bench.roles.relayer, bench.deployment.contracts.stoneLedger, data);
}

/** Credits one account. */
export async function credit(bench: Bench, { day, leaves, tree }: Day, index: number): Promise<Sent> {
  const args = [BigInt(day), leaves[index] as StonesLeaf, tree.proof(index)] as const;
  const data = encodeFunctionData({ abi: stoneLedgerAbi, functionName: "credit", args });
  return bench.send(bench.roles.relayer, bench.deployment.contracts.stoneLedger, data);
}

/** Accounts that stand side by side in the tree, as a push takes them; owners are left out. */
export function neighbours({ tree }: Day, from: number): number[] {
  const order = tree.order.filter((index) => index >= OWNERS);
  return order.slice(from, from + PUSHED);
}
