import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Programme } from "../support/contracts.ts";
import { signIntent } from "../support/contracts-intents.ts";
import { actAs, at, DAY_S, ethers, now, programme } from "./fixture.ts";

export const YEAR_S = 365 * DAY_S;
/** How long an announced recovery waits. */
export const RECOVERY_S = 30 * DAY_S;
/** Six accounts without any role; none has anything yet. */
export type Accounts = readonly [
  HardhatEthersSigner,
  HardhatEthersSigner,
  HardhatEthersSigner,
  HardhatEthersSigner,
  HardhatEthersSigner,
  HardhatEthersSigner,
];

/** A programme, and accounts that may move. */
export interface Movable {
  readonly p: Programme;
  readonly accounts: Accounts;
}

export async function movable(): Promise<Movable> {
  const p = await programme();
  return { p, accounts: [...p.owners, p.deployer] as unknown as Accounts };
}

/** The account gets stones as the mine box gives them; units. */
export async function givePrize({ mineBox, stoneLedger }: Programme, account: string, units: bigint): Promise<void> {
  await stoneLedger.connect(await actAs(mineBox)).issuePrize(account, units);
}

/** Stones of the account are set aside as the desk does it; units. */
export async function reserve(
  { redemptionDesk, stoneLedger }: Programme,
  account: string,
  units: bigint,
): Promise<void> {
  await stoneLedger.connect(await actAs(redemptionDesk)).reserve(account, units);
}

/** The account spends stones as the desk takes them; units. */
export async function spend(p: Programme, account: string, units: bigint): Promise<void> {
  await reserve(p, account, units);
  await p.stoneLedger.connect(await actAs(p.redemptionDesk)).spendReserved(account, units);
}

/** What both ends of a move sign. */
export interface Move {
  readonly account: string;
  readonly to: string;
  readonly deadline: number;
}

/** A move that can be carried out within a quarter of an hour. */
export async function moveOf(account: HardhatEthersSigner, to: HardhatEthersSigner): Promise<Move> {
  return { account: account.address, to: to.address, deadline: (await now()) + 1_000 };
}

export function signMove(p: Programme, by: HardhatEthersSigner, move: Move): Promise<string> {
  return signIntent(by, "AccountMove", move, { contracts: p });
}

/** The account moves by its own transaction, at a second or at the next block. */
export async function moveAccount(
  p: Programme,
  account: HardhatEthersSigner,
  to: HardhatEthersSigner,
  time?: number,
): Promise<void> {
  const move = { account: account.address, to: to.address, deadline: time ?? (await now()) + 1_000 };
  const signature = await signMove(p, to, move);
  if (time !== undefined) await at(time);
  await p.accountMoves.connect(account).moveAccount(move, signature);
}

/** What a recovery is announced with. */
export interface Announcement {
  readonly reason?: number;
  readonly evidence?: string;
  /** Of the target's agreement. */
  readonly deadline?: number;
}

/** The recovery role announces that an account will move, to which the target agreed. */
export async function announceRecovery(
  p: Programme,
  account: string,
  to: HardhatEthersSigner,
  { reason = 1, evidence = ethers.id("documents"), deadline }: Announcement = {},
) {
  const move = { account, to: to.address, deadline: deadline ?? (await now()) + 1_000 };
  const signature = await signMove(p, to, move);
  return p.accountMoves.connect(p.roles.recovery).announceRecovery(move, signature, reason, evidence);
}

/** The recovery role announces that an account will move. @returns From when on it can. */
export async function announce(
  p: Programme,
  account: { readonly address: string },
  to: HardhatEthersSigner,
): Promise<number> {
  await announceRecovery(p, account.address, to);
  return Number((await p.accountMoves.recoveryOf(account.address)).executableAt);
}

/** Moves each account to the next by recovery, so that none has to wait for a year. */
export async function chain({ p, accounts }: Movable, pointers: number): Promise<void> {
  for (let i = 0; i < pointers; i++) {
    const [from, to] = [accounts[i], accounts[i + 1]] as [HardhatEthersSigner, HardhatEthersSigner];
    await at(await announce(p, from, to));
    await p.accountMoves.executeRecovery(from.address);
  }
}
