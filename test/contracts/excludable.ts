import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { Programme } from "../support/contracts.ts";
import { at, DAY_S, GENESIS, moveTo, programme, seeded } from "./fixture.ts";
import { announce } from "./movable.ts";

export const OBJECTION_S = 604_800;
/** The day on which accounts are excluded here, and a second of it. */
export const TODAY = 40;
export const NOW = GENESIS + TODAY * DAY_S + 1_000;
export const FROM_DAY = TODAY + 1;
/** Thirty days. */
export const UNTIL_DAY = FROM_DAY + 30;
export const EVIDENCE = seeded("an odometer that ran backwards");
export const STATEMENT = seeded("it was repaired");

/** What becomes of an exclusion. */
export const STATE = { stands: 1n, appealed: 2n, upheld: 3n, lifted: 4n } as const;

/** The first second of a day. */
export function startOf(day: number): number {
  return GENESIS + day * DAY_S;
}

/** Exclusions as three roles call them. */
export function asExcluder({ exclusions, roles }: Programme) {
  return exclusions.connect(roles.excluder);
}

export interface Excludable {
  readonly p: Programme;
  readonly a: HardhatEthersSigner;
  readonly b: HardhatEthersSigner;
}

/** Two accounts that are not excluded. */
export async function excludable(): Promise<Excludable> {
  const p = await programme();
  const [a, b] = p.owners as unknown as [HardhatEthersSigner, HardhatEthersSigner];
  return { p, a, b };
}

interface Given {
  readonly untilDay?: number;
  readonly time?: number;
  readonly reason?: number;
  readonly evidence?: string;
}

/** Excludes an account in a second; evidence that was not used before unless given. */
export async function exclude(
  p: Programme,
  { address }: { readonly address: string },
  { untilDay = UNTIL_DAY, time = NOW, reason = 1, evidence }: Given = {},
) {
  const used = await p.exclusions.exclusionCount();
  await at(time);
  return asExcluder(p).excludeAccount(address, reason, evidence ?? seeded(`evidence ${used}`), untilDay);
}

/** The first account is excluded since NOW, under number 1. */
export async function excluded(given: Given = {}): Promise<Excludable> {
  const e = await excludable();
  await exclude(e.p, e.a, given);
  return e;
}

/** An owner's appeal, as own transaction in a second. */
export async function appeal(p: Programme, by: HardhatEthersSigner, time: number, exclusion = 1) {
  await at(time);
  return p.exclusions
    .connect(by)
    .appealExclusion({ account: by.address, exclusion, statementHash: STATEMENT, deadline: 0 });
}

/** The first account appealed in the second after NOW. */
export async function appealed(given: Given = {}): Promise<Excludable & { readonly decideBy: number }> {
  const e = await excluded(given);
  await appeal(e.p, e.a, NOW + 1);
  return { ...e, decideBy: NOW + 1 + OBJECTION_S };
}

/** The arbiter decides in a second. */
export async function decide(
  p: Programme,
  { address }: { readonly address: string },
  { upheld, time, exclusion = 1 }: { upheld: boolean; time: number; exclusion?: number },
) {
  await at(time);
  return p.exclusions.connect(p.roles.arbiter).decideAppeal(address, exclusion, upheld);
}

export async function lift(p: Programme, { address }: { readonly address: string }, time: number, exclusion = 1) {
  await at(time);
  return asExcluder(p).liftExclusion(address, exclusion);
}

/** An account moves to another by recovery, which may have a history, and nobody has followed yet. */
export async function moveByRecovery(p: Programme, from: HardhatEthersSigner, to: HardhatEthersSigner, time: number) {
  await moveTo(time - 31 * DAY_S);
  await announce(p, from, to);
  await at(time);
  await p.accountMoves.executeRecovery(from.address);
}

/** Asserts that of the days around some, exactly those from the first to before the second are excluded. */
export async function expectExcluded(
  { exclusions }: Programme,
  { address }: { readonly address: string },
  fromDay: number,
  untilDay: number,
): Promise<void> {
  const first = Math.max(0, fromDay - 3);
  const days = Array.from({ length: untilDay + 3 - first }, (_, i) => first + i);
  const answers = await Promise.all(days.map((day) => exclusions.isExcluded(address, day)));
  const excludedDays = days.filter((_, i) => answers[i]);
  expect(excludedDays).to.deep.equal(days.filter((day) => fromDay <= day && day < untilDay));
}

/** An account's exclusions as the contract gives them back. */
export async function recordsOf({ exclusions }: Programme, { address }: { readonly address: string }) {
  return (await exclusions.exclusionsOf(address)).map((record) => [...record]);
}
