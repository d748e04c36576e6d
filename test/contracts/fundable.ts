import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Signer } from "ethers";
import { type Hex, hashRoundLeaf, lowerHex, MerkleTree, type RoundLeaf } from "../../src/protocol/index.ts";
import type { OddToken } from "../../types/ethers-contracts/index.ts";
import { addressOf, type Programme } from "../support/contracts.ts";
import { signIntent } from "../support/contracts-intents.ts";
import { ANA, BO, CY, creditable, THREE } from "./creditable.ts";
import { actAs, at, DAY_S, ethers, GENESIS, load, moveTo, now, seeded } from "./fixture.ts";

export const WINDOW_S = 86_400;
/** When rounds are paid in here; day 0 is creditable. */
export const OPENED_AT = GENESIS + 3 * DAY_S;
export const CLAIMABLE_FROM = OPENED_AT + WINDOW_S;
export const DEADLINE = CLAIMABLE_FROM + 60 * DAY_S;
/** Does not divide by the weights. */
export const AMOUNT = 1_000n;
/** Stones settled on day 0. */
export const WEIGHT = 135n;

/** How {@link OddToken} behaves. */
export const MANNER = { honest: 0, takesFee: 1, returnsFalse: 2, returnsNothing: 3, reenters: 4 } as const;

/** A treasurer with tokens, and three accounts' stones of day 0. */
export interface Fundable {
  readonly p: Programme;
  readonly token: OddToken;
  readonly treasurer: HardhatEthersSigner;
}

async function deployFundable(): Promise<Fundable> {
  const { p } = await creditable(THREE);
  const { treasurer } = p.roles;
  const token = await ethers.deployContract("OddToken");
  await token.mint(treasurer.address, 2n ** 128n);
  await token.connect(treasurer).approve(addressOf(p.benefitRounds), 2n ** 256n - 1n);
  return { p, token, treasurer };
}

/** A fresh one of these. */
export function fundable(): Promise<Fundable> {
  return load(deployFundable);
}

/** A part of a round; its index is its place in the list unless given. */
export interface Part {
  readonly account: string;
  readonly weight: bigint;
  readonly index?: number;
}

export interface RoundTree {
  readonly leaves: readonly RoundLeaf[];
  readonly tree: MerkleTree;
}

export function roundTree(parts: readonly Part[], round = 1): RoundTree {
  const leaves = parts.map(({ account, weight, index }, place) => ({
    ...{ round, index: index ?? place, account: lowerHex(account), weight },
    salt: seeded(`salt ${place} of round ${round}`) as Hex,
  }));
  return { leaves, tree: new MerkleTree(leaves.map(hashRoundLeaf)) };
}

/** Everybody's part, by the stones of {@link THREE}. */
export const PARTS: readonly Part[] = [
  { account: ANA, weight: 100n },
  { account: BO, weight: 30n },
  { account: CY, weight: 5n },
];
export const FAIR = roundTree(PARTS);

export interface Terms {
  readonly token: string;
  readonly amount: bigint;
  readonly day: number;
  readonly accounts: number;
  readonly totalWeight: bigint;
  readonly deadline: number;
  readonly root: string;
  readonly contentHash: string;
}

export function termsOf({ token }: Fundable, change: Partial<Terms> = {}): Terms {
  return {
    ...{ token: addressOf(token), amount: AMOUNT, day: 0, accounts: 3, totalWeight: WEIGHT, deadline: DEADLINE },
    ...{ root: FAIR.tree.root, contentHash: seeded("what the round is for") },
    ...change,
  };
}

/** The treasurer pays in a round at the next block. */
export function open(f: Fundable, change: Partial<Terms> = {}) {
  return f.p.benefitRounds.connect(f.treasurer).openRound(termsOf(f, change));
}

/** Round 1, paid in at OPENED_AT. */
export async function opened(change: Partial<Terms> = {}): Promise<Fundable> {
  const f = await fundable();
  await at(OPENED_AT);
  await open(f, change);
  return f;
}

/** Round 1, which can be claimed. */
export async function claimable(change: Partial<Terms> = {}): Promise<Fundable> {
  const f = await opened(change);
  await moveTo(CLAIMABLE_FROM);
  return f;
}

/** Where a part is to be paid, as its account says. */
export interface Claim {
  readonly account: string;
  readonly round: number;
  readonly index: number;
  readonly to: string;
  readonly deadline: number;
}

/** What the account says that stands for a part's, to be paid itself. The deadline is long past: it binds signatures only. */
export async function claimOf(
  { p }: Pick<Fundable, "p">,
  place: number,
  { leaves } = FAIR,
  change: Partial<Claim> = {},
): Promise<Claim> {
  const leaf = leaves[place] as RoundLeaf;
  const account = await p.accountMoves.currentOf(leaf.account);
  return { account, round: 1, index: leaf.index, to: account, deadline: 0, ...change };
}

/** The account that stands for a part's has it paid, at the next block. */
export async function claim(f: Pick<Fundable, "p">, place: number, tree = FAIR, change: Partial<Claim> = {}) {
  const intent = await claimOf(f, place, tree, change);
  const rounds = f.p.benefitRounds.connect(await actAs(intent.account));
  return rounds.claimBenefit(intent, tree.leaves[place] as RoundLeaf, tree.tree.proof(place));
}

/** A part of a round, and whose key signs for it. */
export interface SignedPart {
  readonly place: number;
  readonly tree: RoundTree;
  readonly round: number;
}

/** The call by which anybody has a signed part paid, signed for a second of the next quarter of an hour. */
export async function signedCall(
  { p }: Pick<Fundable, "p">,
  by: Pick<Signer, "signTypedData">,
  { place, tree, round }: SignedPart,
): Promise<string> {
  const intent = await claimOf({ p }, place, tree, { round, deadline: (await now()) + 1_000 });
  const signature = await signIntent(by, "BenefitClaim", intent, { contracts: p });
  const lists = [[intent], [tree.leaves[place] as RoundLeaf], [tree.tree.proof(place)], [signature]] as const;
  return p.benefitRounds.interface.encodeFunctionData("claimBenefits", lists as never);
}

/** What the contract holds of the token. */
export function heldBy({ p, token }: Fundable): Promise<bigint> {
  return token.balanceOf(addressOf(p.benefitRounds));
}

/** What is left of a round. */
export async function leftOf({ p }: Pick<Fundable, "p">, round = 1): Promise<bigint> {
  return (await p.benefitRounds.roundOf(round)).left;
}
