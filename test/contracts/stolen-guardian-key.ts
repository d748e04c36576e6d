import { expect } from "chai";
import { describe, it } from "mocha";
import { PAUSABLE } from "../../src/chain/write/roles.ts";
import { dropStart, ZERO_HASH } from "../../src/protocol/index.ts";
import { prizeOf } from "../support/contracts-boxes.ts";
import { settlementArguments } from "../support/contracts-days.ts";
import { settle } from "./creditable.ts";
import { at, DAY_S, DROP_S, ethers, GENESIS, moveTo, now, seeded } from "./fixture.ts";
import type { Fundable } from "./fundable.ts";
import {
  balanceOf,
  creditFirst,
  EARNED,
  type Guarded,
  guarded,
  pauseAll,
  replaceKey,
  T0,
  WINDOW_S,
} from "./guarded.ts";
import { DAY_2, funded, openFor, POLL } from "./guarded-services.ts";
import { always, openSeason, seasonState, termsOf } from "./playable.ts";

describe("Stolen keys: guardian", () => {
  it("given a true day, it is delayed three times and paid after that", async () => {
    const g = await guarded();
    const stones = { [g.owner.address]: EARNED };
    for (let round = 0; round < 3; ++round) {
      await at(T0 + round * 2 * WINDOW_S);
      await settle(g.p, 0, { stones });
      await at(T0 + (round * 2 + 1) * WINDOW_S - 1);
      await g.p.stoneLedger.connect(g.p.roles.guardian).vetoDay(0);
    }
    await at(T0 + 6 * WINDOW_S);
    const { tree, creditableAt } = await settle(g.p, 0, { stones });
    await expect(g.p.stoneLedger.connect(g.p.roles.guardian).vetoDay(0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_VetoesUsedUp")
      .withArgs(0);
    await moveTo(creditableAt);
    await creditFirst(g, tree);
    expect(creditableAt - (T0 + WINDOW_S)).to.equal(6 * WINDOW_S);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given a pause of all that it can pause, duties rest for 7 of 28 days and owners go on", async () => {
    const g = await guarded();
    const { tree, creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await pauseAll(g.p, T0);
    const ends = PAUSABLE.map((contract) => g.p[contract].pausedUntil());
    expect(await Promise.all(ends)).to.deep.equal(ends.map(() => BigInt(T0 + 7 * DAY_S)));
    await expect(g.p.stoneLedger.connect(g.p.roles.relayer).settleDay(...settlementArguments(1, {})))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "PausedUntil")
      .withArgs(T0 + 7 * DAY_S);
    await moveTo(creditableAt);
    await creditFirst(g, tree);
    const release = { vehicle: g.vehicle, account: g.owner.address, deadline: 0 };
    await g.p.vehicleRegistry.connect(g.owner).releaseVehicle(release);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given a pause of all that is over, duties go on and none can be paused again before 28 days", async () => {
    const { p, owner } = await guarded();
    await settle(p, 0, { stones: { [owner.address]: EARNED } });
    await pauseAll(p, T0);
    await moveTo(T0 + 7 * DAY_S);
    await settle(p, 1, { stones: { [owner.address]: EARNED } });
    expect(await p.stoneLedger.settledDays()).to.equal(2n);
    await moveTo(T0 + 28 * DAY_S - 10);
    for (const contract of PAUSABLE) {
      await at(T0 + 28 * DAY_S - 1);
      await expect(p[contract].connect(p.roles.guardian).pause())
        .to.be.revertedWithCustomError(p[contract], "NotPausableBefore")
        .withArgs(T0 + 28 * DAY_S);
    }
  });
});

/** What is there to be held up: a poll that is over, milestone 1, and a treasurer with tokens. */
type HeldUp = Awaited<ReturnType<typeof holdable>>;

async function holdable(): Promise<{ readonly g: Guarded; readonly f: Fundable }> {
  const { f, g } = await funded();
  await at(DAY_2 + 10);
  await g.p.polls.connect(g.p.roles.curator).openPoll(POLL);
  await g.p.milestones.connect(g.p.roles.rules).defineMilestone(ethers.id("10,000 km"));
  await moveTo(POLL.closesAt);
  return { f, g };
}

/** The first drop that begins more than a challenge window after a second. */
function firstDropAfter(time: number): number {
  return Math.floor((time + WINDOW_S - GENESIS) / DROP_S) + 1;
}

async function hasCome(time: number | bigint): Promise<boolean> {
  return BigInt(time) <= BigInt(await now());
}

/**
 * What the guardian can hold up before it counts: how it is made honestly at a second, the nth time, from when on it would count
 * (a challenge window later, unless said), and how it is vetoed.
 */
const CASES: readonly {
  readonly title: string;
  readonly make: (held: HeldUp, nth: number, time: number) => Promise<unknown>;
  readonly from?: (time: number) => number;
  readonly veto: (g: Guarded, nth: number) => Promise<unknown>;
  readonly counts: (g: Guarded, nth: number) => Promise<boolean>;
}[] = [
  {
    title: "seasons",
    make: async ({ g }, _nth, time) => {
      const firstDrop = firstDropAfter(time);
      const terms = termsOf({ ...always(prizeOf("crystals", { amount: 1n })), firstDrop, endDrop: firstDrop + 1 });
      await at(time);
      return openSeason(g, terms);
    },
    from: (time) => dropStart(GENESIS, firstDropAfter(time)),
    veto: ({ p }, nth) => p.mineBox.connect(p.roles.guardian).vetoSeason(nth),
    counts: async (g, nth) => {
      const { firstDrop, endDrop } = await seasonState(g, nth);
      return endDrop > firstDrop && (await hasCome(dropStart(GENESIS, firstDrop)));
    },
  },
  {
    title: "a poll's results",
    make: async ({ g }, _nth, time) => {
      await at(time);
      return g.p.polls.connect(g.p.roles.curator).publishResult(1, ZERO_HASH, [0, 0], 0, seeded("file"));
    },
    veto: ({ p }) => p.polls.connect(p.roles.guardian).vetoResult(1),
    counts: async ({ p }) => {
      const { countsFrom } = await p.polls.resultOf(1);
      return countsFrom !== 0n && (await hasCome(countsFrom));
    },
  },
  {
    title: "benefit rounds",
    make: ({ f, g }, round, time) => openFor({ f, to: g.owner.address, round, time }),
    veto: ({ p }, nth) => p.benefitRounds.connect(p.roles.guardian).cancelRound(nth),
    counts: async ({ p }, nth) => {
      const { deadline, claimableFrom } = await p.benefitRounds.roundOf(nth);
      return deadline !== 0n && (await hasCome(claimableFrom));
    },
  },
  {
    title: "a milestone",
    make: async ({ g }, _nth, time) => {
      await at(time);
      return g.p.milestones.connect(g.p.roles.attester).attestMilestone(1, [g.owner.address]);
    },
    veto: ({ p, owner }) => p.milestones.connect(p.roles.guardian).revokeAttestation(1, owner.address),
    counts: ({ p, owner }) => p.milestones.isReached(1, owner.address),
  },
];

describe("Stolen keys: guardian, over what does not count yet", () => {
  /** How far apart they are made: in between, each would have begun to count, a season with its first drop. */
  const APART_S = WINDOW_S + DROP_S + 20;
  const [FIRST, SECOND, THIRD] = [0, 1, 2].map((nth) => POLL.closesAt + 10 + nth * APART_S) as [number, number, number];

  for (const { title, make, from = (time: number) => time + WINDOW_S, veto, counts } of CASES) {
    it(`given ${title}, it vetoes again and again until its key is replaced, and the next one counts`, async () => {
      const held = await holdable();
      const { g } = held;
      const vetoInTime = async (nth: number, time: number) => {
        await at(from(time) - 1);
        await veto(g, nth);
        await moveTo(from(time));
        expect(await counts(g, nth)).to.equal(false);
      };
      await make(held, 1, FIRST);
      await vetoInTime(1, FIRST);
      await make(held, 2, SECOND);
      const meanwhile = () => vetoInTime(2, SECOND);
      await replaceKey(g.p, "guardian", { to: g.stranger.address, from: THIRD - 10 - WINDOW_S, meanwhile });
      await make(held, 3, THIRD);
      await expect(veto(g, 3))
        .to.be.revertedWithCustomError(g.p.polls, "AccessManagedUnauthorized")
        .withArgs(g.p.roles.guardian.address);
      await moveTo(from(THIRD));
      expect(await counts(g, 3)).to.equal(true);
    });
  }
});
