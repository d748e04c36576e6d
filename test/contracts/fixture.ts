import { network } from "hardhat";
import type { RuleSet } from "../../src/chain/write/deploy.ts";
import { deployContracts, type Programme } from "../support/contracts.ts";

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

/** A programme with the published rules. */
async function deployPublished(): Promise<Programme> {
  return deployContracts(connection, { genesis: GENESIS });
}

/** A fresh programme with the published rules; the chain goes back to before genesis. */
export function programme(): Promise<Programme> {
  return networkHelpers.loadFixture(deployPublished);
}

/** The chain as it began: the first load, here, is what later ones go back to. */
async function untouched(): Promise<void> {}
await networkHelpers.loadFixture(untouched);

/** A fresh programme with some rules of its own; the chain goes back to before genesis. */
export async function programmeWith(rules: Partial<RuleSet>, genesis = GENESIS): Promise<Programme> {
  await networkHelpers.loadFixture(untouched);
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
