import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse } from "ethers";
import { dropStart, type Hex } from "../../src/protocol/index.ts";
import type { Programme } from "../support/contracts.ts";
import {
  chainOf,
  encodable,
  playOf,
  prizeOf,
  type Requested,
  type TestPrize,
  type TestRequest,
  type TestTerms,
  winOf,
} from "../support/contracts-boxes.ts";
import { anchorThrough, openingsOf, settlementArguments, stonesTree } from "../support/contracts-days.ts";
import { signIntent } from "../support/contracts-intents.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { actAs, at, DAY_S, ethers, GENESIS, load, moveTo, networkHelpers, now, programme, seeded } from "./fixture.ts";

/** When these tests fix their first season, if nothing else is said. */
export const OPENED_AT = GENESIS + 2 * DAY_S + 3_600;
/** The first drop that begins more than a day later: the next one begins a day later to the second. */
export const FIRST_DROP = 439;
export const CRYSTALS = 1_000;
const CROWD = 40;
/** Accounts that earned crystals on day 0: the owner, the guest, the minor and the crowd. */
const PLAYERS = CROWD + 3;
/** Crystals that were settled on day 0, and credited. */
export const TOTAL = PLAYERS * CRYSTALS;

export const PRIZES = [
  prizeOf("voucher", { weight: 1, item: 1 }),
  prizeOf("stones", { weight: 9, amount: 500n }),
  prizeOf("stones", { weight: 30, amount: 100n }),
  prizeOf("crystals", { weight: 40, amount: 7n }),
  prizeOf("nothing", { weight: 20 }),
];
/** The most that one box can cost the budget. */
export const WORST = 500n;
export const CHAIN = chainOf("the first season", 12);

/** The season of these tests, unless a test says otherwise. */
export const TERMS: TestTerms = {
  firstDrop: FIRST_DROP,
  endDrop: FIRST_DROP + 200,
  price: 10,
  guarantee: 3,
  guaranteedTier: 2,
  maxBoxes: 30,
  budget: 50_000n,
  vouchers: 60,
  links: CHAIN.links.length,
  tip: CHAIN.tip,
  prizes: PRIZES,
};

/** Terms with one tier only: what every box wins. */
export function always(prize: TestPrize): Partial<TestTerms> {
  const stones = prize.kind === 1;
  return {
    prizes: [prize],
    guaranteedTier: 0,
    guarantee: 0,
    budget: stones ? TERMS.budget : 0n,
    vouchers: prize.kind === 3 ? TERMS.vouchers : 0,
  };
}

/** Accounts with and without what playing takes, before any season. */
export interface Playable {
  readonly p: Programme;
  /** An adult with crystals and a vehicle. */
  readonly owner: HardhatEthersSigner;
  readonly vehicle: string;
  /** An adult with crystals and no vehicle. */
  readonly guest: HardhatEthersSigner;
  /** Has crystals and is not attested to be an adult. */
  readonly minor: HardhatEthersSigner;
  /** An adult without crystals. */
  readonly broke: HardhatEthersSigner;
  readonly stranger: HardhatEthersSigner;
  /** Adults with crystals. */
  readonly crowd: readonly string[];
}

type Five = [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];

async function deployPlayable(): Promise<Playable> {
  const p = await programme();
  const [owner, guest, minor, broke, stranger] = p.owners as unknown as Five;
  const one = await registerOne(p, "a player's");
  await pair(p, one, owner, { time: GENESIS - 1_000, at });
  const crowd = Array.from({ length: CROWD }, (_, i) => ethers.getAddress(seeded(`player ${i}`).slice(0, 42)));
  await giveCrystals(p, [owner.address, guest.address, minor.address, ...crowd]);
  const adults = [owner.address, guest.address, broke.address, ...crowd];
  await p.mineBox.connect(p.roles.attester).attestAdults(adults, true);
  await p.catalogue.connect(p.roles.catalogue).listItem({
    sku: seeded("a prize"),
    price: 1_000_000n,
    stock: 0,
    opensAt: 0,
    closesAt: 1,
    fulfilmentS: DAY_S,
    minDaysPaired: 90,
    maxRank: 0,
    milestone: 0,
  });
  return { p, owner, vehicle: one.vehicle, guest, minor, broke, stranger, crowd };
}

/** A fresh one of these; the chain stands before OPENED_AT. */
export function playable(): Promise<Playable> {
  return load(deployPlayable);
}

/** The tree of a day in which accounts have earned as many crystals each. */
export function crystalTree(accounts: readonly string[], crystals: number) {
  return stonesTree(accounts.map((account) => ({ account, stones: 0n, crystals: BigInt(crystals) })));
}

/** Settles the next day with crystals in the leaves of some accounts. */
export async function settleCrystals(
  p: Programme,
  day: number,
  accounts: readonly string[],
  crystals: number,
  total: number,
) {
  const tree = crystalTree(accounts, crystals);
  const totals = { stonesRoot: tree.tree.root, accounts: PLAYERS, crystals: BigInt(total) };
  await anchorThrough(p, day, moveTo);
  await p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(day, totals));
  return { tree, creditableAt: (await now()) + DAY_S };
}

/** The same, and the chain stands in the first second in which it can be credited. @returns The day's tree. */
export async function creditableCrystals(...day: Parameters<typeof settleCrystals>) {
  const { tree, creditableAt } = await settleCrystals(...day);
  await moveTo(creditableAt);
  return tree;
}

async function giveCrystals(p: Programme, accounts: readonly string[]): Promise<void> {
  const tree = await creditableCrystals(p, 0, accounts, CRYSTALS, TOTAL);
  const all = accounts.map((_, index) => index);
  const { leaves, proof, flags } = openingsOf(tree, all);
  await p.mineBox.creditCrystalsMany(0, leaves, proof, flags);
}

/** What a test's season is, unless it says otherwise. */
export function termsOf(change: Partial<TestTerms> = {}): TestTerms {
  return { ...TERMS, ...change };
}

/** The catalogue fixes a season. */
export function openSeason({ p }: Pick<Playable, "p">, terms: TestTerms): Promise<ContractTransactionResponse> {
  return p.mineBox.connect(p.roles.catalogue).openSeason(encodable(terms));
}

/** A drop's first second, or the present if that is past. */
export function toDrop(drop: number): Promise<void> {
  return moveTo(dropStart(GENESIS, drop));
}

/** Accounts that can play in season 1, and its terms; the chain stands in its first drop. */
export interface Season extends Playable {
  readonly terms: TestTerms;
}

/** Season 1 begins. */
export async function season(change: Partial<TestTerms> = {}): Promise<Season> {
  const g = await playable();
  const terms = termsOf(change);
  await at(OPENED_AT);
  await openSeason(g, terms);
  await toDrop(terms.firstDrop);
  return { ...g, terms };
}

/** A request for one box of season 1; the account's first. */
export function requestOf(account: string, change: Partial<TestRequest> = {}): TestRequest {
  return { account, season: 1, boxes: 0, count: 1, salt: 5n, deadline: 0, ...change };
}

/** An account requests boxes by its own transaction, after those that it requested before. */
export async function request(
  { p }: Playable,
  by: HardhatEthersSigner,
  change: Partial<TestRequest> = {},
): Promise<Requested> {
  const { boxes } = await playOf(p, by.address);
  const message = requestOf(by.address, { boxes, ...change });
  const { blockNumber } = await p.mineBox.connect(by).requestBoxes(message);
  return { ...message, block: blockNumber as number };
}

/** Somebody of the crowd, who can send transactions. */
export function playerOf({ crowd }: Playable, index: number): Promise<HardhatEthersSigner> {
  return actAs(crowd[index] as string);
}

/** Anybody reveals a drop's link, right after the drop. `nth` counts drops with requests from 0. */
export async function reveal({ p }: Playable, drop: number, nth = 0): Promise<ContractTransactionResponse> {
  await toDrop(drop + 1);
  await networkHelpers.mine();
  return p.mineBox.connect(p.roles.operator).revealDrop(1, drop, CHAIN.links[nth] as Hex);
}

/** Anybody opens the boxes of accounts, with a vehicle for each. */
export function open({ p, stranger }: Playable, ...boxes: readonly (readonly [account: string, vehicle: string])[]) {
  const accounts = boxes.map(([account]) => account);
  const vehicles = boxes.map(([, vehicle]) => vehicle);
  return p.mineBox.connect(stranger).openBoxes(accounts, vehicles);
}

export const NO_VEHICLE = ethers.ZeroHash;

/** What a request must win, recomputed from the chain's blocks. */
export async function wonBy({ terms }: Season, requested: Requested, { nth = 0, misses = 0 } = {}) {
  const block = await ethers.provider.getBlock(requested.block + 1);
  return winOf(requested, { link: CHAIN.links[nth] as Hex, blockHash: block?.hash as Hex }, terms, misses);
}

/** The season as it stands, numbers as numbers. */
export async function seasonState({ p }: Pick<Playable, "p">, number = 1) {
  const { firstDrop, endDrop, forced, forcedFrom, budgetLeft, vouchersLeft, linksLeft, pending, tip } =
    await p.mineBox.seasonOf(number);
  return {
    ...{ firstDrop: Number(firstDrop), endDrop: Number(endDrop), forced, forcedFrom: Number(forcedFrom), budgetLeft },
    ...{ vouchersLeft: Number(vouchersLeft), linksLeft: Number(linksLeft), pending: Number(pending), tip },
  };
}

/** An account moves to another by both signatures, and nothing has followed yet. */
export async function move({ p }: Playable, from: HardhatEthersSigner, to: HardhatEthersSigner): Promise<void> {
  const message = { account: from.address, to: to.address, deadline: (await now()) + 1_000 };
  const signature = await signIntent(to, "AccountMove", message, { contracts: p });
  await p.accountMoves.connect(from).moveAccount(message, signature);
}
