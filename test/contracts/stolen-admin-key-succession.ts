import { expect } from "chai";
import { describe, it } from "mocha";
import { dayStart } from "../../src/protocol/index.ts";
import { settle } from "./creditable.ts";
import { at, DAY_S, ethers, moveTo, now } from "./fixture.ts";
import {
  balanceOf,
  callByAdmin,
  creditFirst,
  EARNED,
  type Guarded,
  guarded,
  operationOf,
  scheduleCall,
  T0,
  WINDOW_S,
} from "./guarded.ts";

/** The first day that is 180 days after T0 and the admin's delay. */
const EARLIEST_END = 183;

/** What the admin can announce of the ledger, here in the thief's interest. */
const ANNOUNCEMENTS = {
  announceSuccessor: ({ thief }: Guarded) => [thief.address],
  announceMiningEnd: () => [EARLIEST_END],
} as const;
type Announcement = keyof typeof ANNOUNCEMENTS;
const EVENTS = { announceSuccessor: "SuccessorAnnounced", announceMiningEnd: "MiningEndAnnounced" } as const;

/** The admin calls the ledger itself. */
async function announce({ p }: Guarded, name: Announcement, args: readonly unknown[]) {
  return p.stoneLedger.connect(p.roles.admin)[name](...(args as [never]));
}

/** The admin announces something at a second, having scheduled it as late as it could. */
async function announceAt(g: Guarded, time: number, name: Announcement, args: readonly unknown[]): Promise<void> {
  await at(time - WINDOW_S);
  const [, , data] = callByAdmin(g.p, g.p.stoneLedger, name, args);
  await scheduleCall(g.p, g.p.stoneLedger, data);
  await at(time);
  await announce(g, name, args);
}

describe("Stolen keys: admin, over the end of the ledger", () => {
  for (const name of Object.keys(ANNOUNCEMENTS) as Announcement[]) {
    it(`given ${name}, it waits in public for the delay, to the second`, async () => {
      const g = await guarded();
      const { accessManager, stoneLedger } = g.p;
      const args = ANNOUNCEMENTS[name](g);
      const call = callByAdmin(g.p, g.p.stoneLedger, name, args);
      const operation = await operationOf(g.p, stoneLedger, name, args);
      await expect(announce(g, name, args))
        .to.be.revertedWithCustomError(accessManager, "AccessManagerNotScheduled")
        .withArgs(operation);
      await at(T0);
      await expect(scheduleCall(g.p, stoneLedger, call[2]))
        .to.emit(accessManager, "OperationScheduled")
        .withArgs(operation, 1, T0 + WINDOW_S, ...call);
      await at(T0 + WINDOW_S - 1);
      await expect(announce(g, name, args))
        .to.be.revertedWithCustomError(accessManager, "AccessManagerNotReady")
        .withArgs(operation);
      await at(T0 + WINDOW_S);
      await expect(announce(g, name, args)).to.emit(stoneLedger, EVENTS[name]);
    });

    it(`given ${name} that a thief scheduled, whoever else has the key cancels it, and the guardian cannot`, async () => {
      const g = await guarded();
      const { accessManager, roles } = g.p;
      const args = ANNOUNCEMENTS[name](g);
      const call = callByAdmin(g.p, g.p.stoneLedger, name, args);
      await at(T0);
      await scheduleCall(g.p, g.p.stoneLedger, call[2]);
      await expect(accessManager.connect(roles.guardian).cancel(...call))
        .to.be.revertedWithCustomError(accessManager, "AccessManagerUnauthorizedCancel")
        .withArgs(roles.guardian.address, call[0], call[1], ethers.dataSlice(call[2], 0, 4));
      await at(T0 + WINDOW_S - 1);
      await accessManager.connect(roles.admin).cancel(...call);
      await at(T0 + WINDOW_S);
      await expect(announce(g, name, args))
        .to.be.revertedWithCustomError(accessManager, "AccessManagerNotScheduled")
        .withArgs(await operationOf(g.p, g.p.stoneLedger, name, args));
    });
  }

  /** The owner has stones, and the thief's successor is announced as early as it can be. */
  async function succeeded() {
    const g = await guarded();
    const { tree, creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await moveTo(creditableAt);
    await creditFirst(g, tree);
    const announcedAt = (await now()) + 10 + WINDOW_S;
    await announceAt(g, announcedAt, "announceSuccessor", [g.thief.address]);
    const migration = { account: g.owner.address, successor: g.thief.address, migrated: 0n, deadline: 0 };
    return { g, migration, migratableFrom: announcedAt + 60 * DAY_S };
  }

  it("given a successor of its own, it migrates nobody's stones, not even after the 60 days", async () => {
    const { g, migration, migratableFrom } = await succeeded();
    await at(migratableFrom);
    await expect(g.p.stoneLedger.connect(g.p.roles.admin).migrateStones(migration))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "InvalidSignature")
      .withArgs(g.owner.address);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given a successor of its own, the rightful admin takes it back within the 60 days and nothing migrates there", async () => {
    const { g, migration, migratableFrom } = await succeeded();
    await announceAt(g, migratableFrom - 1, "announceSuccessor", [ethers.ZeroAddress]);
    await at(migratableFrom);
    await expect(g.p.stoneLedger.connect(g.owner).migrateStones(migration))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_NotMigratable")
      .withArgs(g.thief.address, ethers.ZeroAddress, migratableFrom - 1 + 60 * DAY_S);
  });

  it("given an end of mining, it is 180 days ahead at least, and the rightful admin puts it off until then", async () => {
    const g = await guarded();
    await expect(announceAt(g, T0 + WINDOW_S, "announceMiningEnd", [EARLIEST_END - 1]))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_NeedsNotice")
      .withArgs(EARLIEST_END - 1, EARLIEST_END);
    await announceAt(g, T0 + 2 * WINDOW_S + 10, "announceMiningEnd", [EARLIEST_END + 1]);
    const lastSecond = dayStart(g.p.genesis, EARLIEST_END + 1) - 1;
    await announceAt(g, lastSecond, "announceMiningEnd", [2 ** 32 - 1]);
    expect(await g.p.stoneLedger.miningEndDay()).to.equal(2n ** 32n - 1n);
  });
});
