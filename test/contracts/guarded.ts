import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BaseContract } from "ethers";
import { PAUSABLE } from "../../src/chain/write/roles.ts";
import { ROLES, type Role } from "../../src/protocol/codec/roles.ts";
import { addressOf, deployContracts, type Programme } from "../support/contracts.ts";
import { anchorThrough, openingOf, type StonesTree } from "../support/contracts-days.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { at, connection, DAY_S, GENESIS, load, moveTo } from "./fixture.ts";

/** How long a day can be challenged, and how long the admin's acts wait, as deployed by default. */
export const WINDOW_S = 86_400;
/** Registrations a day: few, so that a test can use them up. */
export const REGISTRATIONS = 4;
export const PAIRED_AT = GENESIS - 1_000;
/** What one day may give at most here: 1,000 m, each 100,000 units. */
export const EARNED = 100_000_000n;
/** A second of day 1, in which day 0 can be settled. */
export const T0 = GENESIS + DAY_S + 1_000;

/** A programme as it is deployed by default, with an owner of a vehicle, whose day 0 is over and anchored. */
export interface Guarded {
  readonly p: Programme;
  readonly owner: HardhatEthersSigner;
  /** Has one of the programme's keys, and an account of its own. */
  readonly thief: HardhatEthersSigner;
  readonly stranger: HardhatEthersSigner;
  readonly vehicle: string;
}

async function deployGuarded(): Promise<Guarded> {
  const rules = { maxRegistrationsPerDay: REGISTRATIONS };
  const p = await deployContracts(connection, { genesis: GENESIS, rules, adminDelayS: WINDOW_S });
  const [owner, thief, stranger] = p.owners as unknown as [
    HardhatEthersSigner,
    HardhatEthersSigner,
    HardhatEthersSigner,
  ];
  const registered = await registerOne(p);
  await pair(p, registered, owner, { time: PAIRED_AT, at });
  await anchorThrough(p, 0, moveTo);
  return { p, owner, thief, stranger, vehicle: registered.vehicle };
}

/** A fresh one of these. */
export function guarded(): Promise<Guarded> {
  return load(deployGuarded);
}

/** Anybody credits the first leaf of a day, by default of day 0. */
export function creditFirst({ p, stranger }: Guarded, tree: StonesTree, day = 0) {
  const { leaf, proof } = openingOf(tree, 0);
  return p.stoneLedger.connect(stranger).credit(day, leaf, proof);
}

export async function balanceOf({ p }: Pick<Guarded, "p">, { address }: { readonly address: string }): Promise<bigint> {
  return p.stoneLedger.balanceOf(address);
}

/** The guardian pauses every contract that can be paused, all in one second. */
export async function pauseAll(p: Programme, time: number): Promise<void> {
  for (const contract of PAUSABLE) {
    await at(time);
    await p[contract].connect(p.roles.guardian).pause();
  }
}

/** The admin's call of a contract as the AccessManager knows it: who, what, and with what. */
export function callByAdmin({ roles }: Programme, contract: BaseContract, name: string, args: readonly unknown[]) {
  return [roles.admin.address, addressOf(contract), contract.interface.encodeFunctionData(name, args)] as const;
}

/** The AccessManager's name of such a call. */
export function operationOf(
  p: Programme,
  contract: BaseContract,
  name: string,
  args: readonly unknown[],
): Promise<string> {
  return p.accessManager.hashOperation(...callByAdmin(p, contract, name, args));
}

/** The admin schedules a call of a contract; a later call of the same carries it out. */
export function scheduleCall(
  { accessManager, roles }: Programme,
  contract: { readonly target: unknown },
  data: string,
) {
  return accessManager.connect(roles.admin).schedule(addressOf(contract), data, 0);
}

/** The admin schedules a call of the AccessManager; a later call of the same carries it out. */
export async function scheduleByAdmin(
  p: Programme,
  name: "grantRole" | "revokeRole",
  args: readonly unknown[],
): Promise<void> {
  const [, , data] = callByAdmin(p, p.accessManager, name, args);
  await scheduleCall(p, p.accessManager, data);
}

/** The admin gives a role to another key, as early as its delay allows; while that waits, `meanwhile` happens, when it says. */
export async function replaceKey(
  p: Programme,
  role: Role,
  { to, from, meanwhile }: { to: string; from: number; meanwhile?: () => Promise<unknown> },
): Promise<void> {
  const manager = p.accessManager.connect(p.roles.admin);
  await at(from);
  await scheduleByAdmin(p, "revokeRole", [ROLES[role], p.roles[role].address]);
  await at(from + 1);
  await scheduleByAdmin(p, "grantRole", [ROLES[role], to, 0]);
  await meanwhile?.();
  await at(from + WINDOW_S);
  await manager.revokeRole(ROLES[role], p.roles[role].address);
  await at(from + 1 + WINDOW_S);
  await manager.grantRole(ROLES[role], to, 0);
}
