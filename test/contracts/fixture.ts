import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { network } from "hardhat";
import type { RuleSet } from "../../src/chain/write/rule-set.ts";
import { addressOf, deployContracts, type Programme } from "../support/contracts.ts";

/** Midnight of 2023-11-15 in Shanghai: day 0 of every programme in these tests. */
export const GENESIS = 1_699_977_600;
export const DAY_S = 86_400;
export const DROP_S = 600;

/** The chain begins a day and a half before genesis, whatever the machine's clock says. */
const STARTED_AT = GENESIS - 1.5 * DAY_S;

export const connection = await network.create({
  network: "default",
  override: { initialDate: new Date(STARTED_AT * 1000) },
});
export const { ethers, networkHelpers } = connection;

interface Snapshot {
  readonly make: () => Promise<unknown>;
  readonly made: unknown;
  readonly restorer: Awaited<ReturnType<typeof networkHelpers.takeSnapshot>>;
}

/** Snapshots of the chain, each later than the one before it: going back to one loses those after it. */
const snapshots: Snapshot[] = [];
const beginning = await networkHelpers.takeSnapshot();

/** The chain goes back to how it began, and what was made on it is forgotten. */
export async function startOver(): Promise<void> {
  await beginning.restore();
  snapshots.length = 0;
}

/**
 * What a function makes, on a chain that stands as right after it made it: made on the chain's beginning the first time, gone
 * back to from then on. (Hardhat's loadFixture cannot go back before a fixture and make it again.)
 */
export async function load<T>(make: () => Promise<T>): Promise<T> {
  const index = snapshots.findIndex((snapshot) => snapshot.make === make);
  const known = snapshots[index];
  if (known !== undefined) {
    await known.restorer.restore();
    snapshots.length = index + 1;
    return known.made as T;
  }
  await startOver();
  const made = await make();
  snapshots.push({ make, made, restorer: await networkHelpers.takeSnapshot() });
  return made;
}

async function deployPublished(): Promise<Programme> {
  return deployContracts(connection, { genesis: GENESIS });
}

/** A fresh programme with the published rules; the chain goes back to before genesis. */
export function programme(): Promise<Programme> {
  return load(deployPublished);
}

async function deployWithoutNotice(): Promise<Programme> {
  return deployContracts(connection, { genesis: GENESIS, rules: { noticeS: 0 } });
}

/** As {@link programme}, but any change of rules and items may hold at once. */
export function programmeWithoutNotice(): Promise<Programme> {
  return load(deployWithoutNotice);
}

/** A fresh programme with some rules of its own; the chain goes back to before genesis. */
export async function programmeWith(rules: Partial<RuleSet>, genesis = GENESIS): Promise<Programme> {
  await startOver();
  return deployContracts(connection, { genesis, rules });
}

/** The next block, whatever it holds, has this time. */
export function at(time: number): Promise<void> {
  return networkHelpers.time.setNextBlockTimestamp(time);
}

/** Mines a block at a time, unless the chain is there already. */
export async function moveTo(time: number): Promise<void> {
  if ((await networkHelpers.time.latest()) < time) await networkHelpers.time.increaseTo(time);
}

/** The time of the newest block. */
export function now(): Promise<number> {
  return networkHelpers.time.latest();
}

/** 32 bytes that follow from a text. */
export function seeded(text: string): string {
  return ethers.id(text);
}

/** Lets an account of any kind, or one of the programme's contracts, send transactions. */
export async function actAs(who: string | { readonly target: unknown }): Promise<HardhatEthersSigner> {
  const address = typeof who === "string" ? who : addressOf(who);
  await networkHelpers.setBalance(address, 10n ** 20n);
  return ethers.getImpersonatedSigner(address);
}
