import { addressOf } from "../support/contracts.ts";
import { settle } from "./creditable.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, seeded } from "./fixture.ts";
import { type Fundable, roundTree, termsOf } from "./fundable.ts";
import { EARNED, type Guarded, guarded, WINDOW_S } from "./guarded.ts";

/** A second of day 2; drops are anchored up to day 0. */
export const DAY_2 = GENESIS + 2 * DAY_S + 1_000;

/** The poll of these tests, open for a day. */
export const POLL = {
  ...{ contentHash: seeded("a name"), options: 2, weighting: 0, snapshotDay: 0 },
  ...{ opensAt: DAY_2 + 100, closesAt: DAY_2 + 100 + DAY_S },
};

/** Day 0 is creditable and the treasurer has tokens. */
export async function funded(): Promise<{ f: Fundable; g: Guarded }> {
  const g = await guarded();
  const { creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
  const token = await ethers.deployContract("OddToken");
  const { treasurer } = g.p.roles;
  await token.mint(treasurer.address, 5_000n);
  await token.connect(treasurer).approve(addressOf(g.p.benefitRounds), 5_000n);
  await moveTo(Math.max(creditableAt, DAY_2));
  return { f: { p: g.p, token, treasurer }, g };
}

/** The treasurer pays in 1,000 for an account, at a second. @returns The round's tree. */
export async function openFor({ f, to, round, time }: { f: Fundable; to: string; round: number; time: number }) {
  const tree = roundTree([{ account: to, weight: EARNED }], round);
  await at(time);
  const deadline = time + WINDOW_S + 60 * DAY_S;
  const terms = termsOf(f, { root: tree.tree.root, accounts: 1, totalWeight: EARNED, deadline });
  await f.p.benefitRounds.connect(f.treasurer).openRound(terms);
  return tree;
}
