import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Hex } from "../../src/protocol/index.ts";
import type { Programme } from "../support/contracts.ts";
import { anchorThrough, openingOf, openingsOf, settlementArguments, stonesTree } from "../support/contracts-days.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { at, ethers, GENESIS, moveTo, now, programmeWithoutNotice } from "./fixture.ts";

const WINDOW_S = 86_400;
const METRES = 1_000n;

/** Accounts that need no key here. */
export const [ANA, BO, CY, DEE] = ["a1", "b2", "c3", "d4"].map((digits) =>
  ethers.getAddress(`0x${digits.repeat(20)}`),
) as [string, string, string, string];

export interface Given {
  readonly p: Programme;
  readonly tree: ReturnType<typeof stonesTree>;
  readonly creditableAt: number;
}

/** A day's stones by account, and what its settlement says of them when that differs. */
export interface DayOf {
  readonly stones: Readonly<Record<string, bigint>>;
  readonly total?: bigint;
  readonly accounts?: number;
}

function sum(stones: Readonly<Record<string, bigint>>): bigint {
  return Object.values(stones).reduce((total, units) => total + units, 0n);
}

export function treeOf({ stones }: DayOf) {
  return stonesTree(Object.entries(stones).map(([account, units]) => ({ account, stones: units })));
}

/** A programme with one vehicle that has driven, so that days can pay stones. */
export async function begin(): Promise<Programme> {
  const p = await programmeWithoutNotice();
  await pair(p, await registerOne(p), p.owners[0] as HardhatEthersSigner, { time: GENESIS - 1_000, at });
  return p;
}

/** Settles the next day. @returns Its tree, and when it is creditable. */
export async function settle(p: Programme, day: number, given: DayOf): Promise<Omit<Given, "p">> {
  const tree = treeOf(given);
  const totals = {
    stonesRoot: tree.tree.root as Hex,
    accounts: given.accounts ?? tree.leaves.length,
    stones: given.total ?? sum(given.stones),
    metres: METRES,
  };
  await anchorThrough(p, day, moveTo);
  await p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(day, totals));
  return { tree, creditableAt: (await now()) + WINDOW_S };
}

/** Day 0, settled and creditable. */
export async function creditable(given: DayOf): Promise<Given> {
  const p = await begin();
  const settled = await settle(p, 0, given);
  await moveTo(settled.creditableAt);
  return { p, ...settled };
}

/** Anybody credits one leaf. */
export function credit({ p, tree }: Pick<Given, "p" | "tree">, day: number, index: number) {
  const { leaf, proof } = openingOf(tree, index);
  return p.stoneLedger.connect(p.roles.operator).credit(day, leaf, proof);
}

export function creditMany({ p, tree }: Pick<Given, "p" | "tree">, day: number, indices: readonly number[]) {
  const { leaves, proof, flags } = openingsOf(tree, indices);
  return p.stoneLedger.connect(p.roles.operator).creditMany(day, leaves, proof, flags);
}

/** A day of three accounts. */
export const THREE: DayOf = { stones: { [ANA]: 100n, [BO]: 30n, [CY]: 5n } };
