import { expect } from "chai";
import { describe, it } from "mocha";
import { ROLES } from "../../src/protocol/codec/roles.ts";
import { ZERO_HASH } from "../../src/protocol/index.ts";
import { openingOf, settlementArguments } from "../support/contracts-days.ts";
import { settle } from "./creditable.ts";
import { at, DAY_S, ethers, GENESIS, moveTo } from "./fixture.ts";
import { balanceOf, creditFirst, EARNED, type Guarded, guarded, replaceKey, T0, WINDOW_S } from "./guarded.ts";

/** Somebody with the relayer's key settles day 0 for itself at a second. */
async function settleFalsely({ p, thief }: Guarded, time = T0) {
  await at(time);
  return settle(p, 0, { stones: { [thief.address]: EARNED } });
}

/** The same, once the relayer's key is the stranger's. */
function relayedByStranger({ p, stranger }: Guarded): Guarded["p"] {
  return { ...p, roles: { ...p.roles, relayer: stranger } };
}

describe("Stolen keys: relayer", () => {
  it("given a false day, it credits nothing in its window and nothing after a veto in its last second", async () => {
    const g = await guarded();
    const { tree, creditableAt } = await settleFalsely(g);
    await at(creditableAt - 2);
    await expect(creditFirst(g, tree))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_ChallengeWindow")
      .withArgs(0, creditableAt);
    await at(creditableAt - 1);
    await g.p.stoneLedger.connect(g.p.roles.guardian).vetoDay(0);
    await at(creditableAt);
    await expect(creditFirst(g, tree))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_NotSettled")
      .withArgs(0);
    expect(await balanceOf(g, g.thief)).to.equal(0n);
  });

  it("given leaves that promise more than the total, no credit passes it", async () => {
    const g = await guarded();
    await at(T0);
    const stones = { [g.thief.address]: 1_000n * EARNED, [g.owner.address]: EARNED };
    const { tree, creditableAt } = await settle(g.p, 0, { stones, total: EARNED });
    await moveTo(creditableAt);
    await expect(creditFirst(g, tree))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_AboveSettled")
      .withArgs(1_000n * EARNED, EARNED);
  });

  it("given a total above what the metres can give, it is refused", async () => {
    const g = await guarded();
    await expect(settle(g.p, 0, { stones: { [g.thief.address]: EARNED + 1n } }))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_TotalOutOfBounds")
      .withArgs(ethers.encodeBytes32String("stones"), EARNED + 1n, 0, EARNED);
  });

  it("given three vetoes used up, the overseer still vetoes", async () => {
    const g = await guarded();
    const { guardian, overseer } = g.p.roles;
    for (let round = 0; round < 3; ++round) {
      await settleFalsely(g, T0 + round * (WINDOW_S + 10));
      await g.p.stoneLedger.connect(guardian).vetoDay(0);
    }
    await settleFalsely(g, T0 + 3 * (WINDOW_S + 10));
    await expect(g.p.stoneLedger.connect(guardian).vetoDay(0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_VetoesUsedUp")
      .withArgs(0);
    await expect(g.p.stoneLedger.connect(overseer).vetoDayByOverseer(0))
      .to.emit(g.p.stoneLedger, "DayVetoed")
      .withArgs(0, overseer.address);
    expect(await g.p.stoneLedger.settledDays()).to.equal(0n);
  });

  it("given a day vetoed, it cannot use up the vetoes within minutes", async () => {
    const g = await guarded();
    await settleFalsely(g);
    await at(T0 + 10);
    await g.p.stoneLedger.connect(g.p.roles.guardian).vetoDay(0);
    await expect(settleFalsely(g, T0 + 9 + WINDOW_S))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_TooSoonAfterVeto")
      .withArgs(0, T0 + 10 + WINDOW_S);
  });

  it("given a guardian and an admin who act, the key is replaced after one more false day and the owner is paid", async () => {
    const g = await guarded();
    const { stoneLedger, roles } = g.p;
    await settleFalsely(g);
    await at(T0 + 10);
    await stoneLedger.connect(roles.guardian).vetoDay(0);
    await replaceKey(g.p, "relayer", {
      ...{ to: g.stranger.address, from: T0 + 20 },
      meanwhile: () => settleFalsely(g, T0 + 10 + WINDOW_S),
    });
    await at(T0 + 30 + WINDOW_S);
    await stoneLedger.connect(roles.guardian).vetoDay(0);
    await expect(settleFalsely(g, T0 + 30 + 2 * WINDOW_S))
      .to.be.revertedWithCustomError(stoneLedger, "AccessManagedUnauthorized")
      .withArgs(roles.relayer.address);
    const { tree, creditableAt } = await settle(relayedByStranger(g), 0, { stones: { [g.owner.address]: EARNED } });
    expect(creditableAt - (T0 + WINDOW_S)).to.be.at.most(3 * WINDOW_S);
    await moveTo(creditableAt);
    await creditFirst(g, tree);
    expect([await balanceOf(g, g.owner), await balanceOf(g, g.thief)]).to.deep.equal([EARNED, 0n]);
  });

  it("given rubbish in the drops of a day that is not settled, it is superseded", async () => {
    const g = await guarded();
    const anchor = g.p.dropAnchor.connect(g.p.roles.relayer);
    await moveTo(GENESIS + DAY_S + 600);
    await anchor.anchorDrops(144, [ethers.id("rubbish")], ZERO_HASH);
    await expect(anchor.supersede(144, [ethers.id("the drop")], ZERO_HASH))
      .to.emit(g.p.dropAnchor, "DropsSuperseded")
      .withArgs(144, 145);
    expect(await g.p.dropAnchor.rootOf(144)).to.equal(ethers.id("the drop"));
  });
});

describe("Stolen keys: relayer, over a false day that nobody vetoed", () => {
  /** Day 0 is creditable and gives the owner all of it; the leaves of day 1 are the thief's and an accomplice's. */
  async function falseAfterTrue({ adds }: { adds: bigint }) {
    const g = await guarded();
    const { tree: honest, creditableAt: honestFrom } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await moveTo(honestFrom);
    const stones = { [g.thief.address]: EARNED, [g.stranger.address]: 1n };
    return { g, honest, ...(await settle(g.p, 1, { stones, total: EARNED + adds })) };
  }

  it("given an owner who was credited in its window, it misallocates what the day adds, and not a unit of the owner's", async () => {
    const { g, honest, tree, creditableAt } = await falseAfterTrue({ adds: EARNED });
    await at(creditableAt - 1);
    await creditFirst(g, honest);
    await at(creditableAt);
    await creditFirst(g, tree, 1);
    const { leaf, proof } = openingOf(tree, 1);
    await expect(g.p.stoneLedger.credit(1, leaf, proof))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_AboveSettled")
      .withArgs(2n * EARNED + 1n, 2n * EARNED);
    expect([await balanceOf(g, g.owner), await balanceOf(g, g.thief)]).to.deep.equal([EARNED, EARNED]);
  });

  it("given an owner who was not credited yet, it misallocates what earlier days gave, never more than the totals", async () => {
    const { g, honest, tree, creditableAt } = await falseAfterTrue({ adds: 0n });
    await moveTo(creditableAt);
    await creditFirst(g, tree, 1);
    await expect(creditFirst(g, honest))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_AboveSettled")
      .withArgs(2n * EARNED, EARNED);
    expect([await balanceOf(g, g.owner), await balanceOf(g, g.thief)]).to.deep.equal([0n, EARNED]);
    expect(await g.p.stoneLedger.totalSupply()).to.equal(EARNED);
  });

  it("given an owner whose stones it misallocated, the new key's next day pays the owner, and is short by as much", async () => {
    const { g, tree, creditableAt } = await falseAfterTrue({ adds: 0n });
    await moveTo(creditableAt);
    await creditFirst(g, tree, 1);
    await replaceKey(g.p, "relayer", { to: g.stranger.address, from: creditableAt + 10 });
    const stones = { [g.owner.address]: EARNED, [g.p.deployer.address]: EARNED };
    const next = await settle(relayedByStranger(g), 2, { stones });
    await moveTo(next.creditableAt);
    await creditFirst(g, next.tree, 2);
    const { leaf, proof } = openingOf(next.tree, 1);
    await expect(g.p.stoneLedger.credit(2, leaf, proof))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_AboveSettled")
      .withArgs(3n * EARNED, 2n * EARNED);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });
});

describe("Stolen keys: relayer, over days that it takes back", () => {
  const ROUNDS = 5;

  /** The days that are over are settled truly, for the nth time, in the first second in which day 0 could be creditable. */
  async function settleTruly({ p, owner }: Guarded, nth: number): Promise<void> {
    const stones = { [owner.address]: EARNED };
    await at(T0 + nth * WINDOW_S);
    await settle(p, 0, { stones });
    if (nth > 0) await settle(p, 1, { stones });
  }

  /** Somebody with the relayer's key takes day 0 back, for the nth time, in the last second of its window. */
  async function takeBack({ p }: Guarded, nth: number): Promise<void> {
    await at(T0 + (nth + 1) * WINDOW_S - 1);
    await p.stoneLedger.connect(p.roles.relayer).withdrawDay(0);
    expect(await p.stoneLedger.settledDays()).to.equal(0n);
  }

  it("given a day taken back in each window, it delays that day and all later ones until the key is replaced", async () => {
    const g = await guarded();
    const { stoneLedger, roles } = g.p;
    for (let nth = 0; nth < ROUNDS; ++nth) {
      await settleTruly(g, nth);
      if (nth < ROUNDS - 1) await takeBack(g, nth);
    }
    const from = T0 + (ROUNDS - 1) * WINDOW_S + 10;
    await replaceKey(g.p, "relayer", { to: g.stranger.address, from, meanwhile: () => takeBack(g, ROUNDS - 1) });
    await at(T0 + ROUNDS * WINDOW_S + 20);
    const { tree, creditableAt } = await settle(relayedByStranger(g), 0, { stones: { [g.owner.address]: EARNED } });
    await at(creditableAt - 1);
    await expect(stoneLedger.connect(roles.relayer).withdrawDay(0))
      .to.be.revertedWithCustomError(stoneLedger, "AccessManagedUnauthorized")
      .withArgs(roles.relayer.address);
    await at(creditableAt);
    await creditFirst(g, tree);
    expect(creditableAt - (T0 + WINDOW_S)).to.equal(ROUNDS * WINDOW_S + 20);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given a day that the standby key settled in its place, it takes that back, too", async () => {
    const { p } = await guarded();
    await at(GENESIS + 8 * DAY_S);
    await p.stoneLedger.connect(p.roles.standby).settleDayAsStandby(...settlementArguments(0, {}));
    await expect(p.stoneLedger.connect(p.roles.relayer).withdrawDay(0))
      .to.emit(p.stoneLedger, "DayWithdrawn")
      .withArgs(0);
    expect(await p.stoneLedger.settledDays()).to.equal(0n);
  });

  it("given a day that became creditable, it takes back neither that day nor what was credited", async () => {
    const g = await guarded();
    await at(T0);
    const { tree, creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await at(creditableAt);
    await expect(g.p.stoneLedger.connect(g.p.roles.relayer).withdrawDay(0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_ChallengeWindow")
      .withArgs(0, creditableAt);
    await creditFirst(g, tree);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });
});

describe("Stolen keys: standby", () => {
  it("given a relayer that is alive, it neither anchors nor settles", async () => {
    const { p } = await guarded();
    const allowedFrom = GENESIS + DAY_S + 600 + 7 * DAY_S;
    await at(allowedFrom - 1);
    await expect(p.dropAnchor.connect(p.roles.standby).anchorDropsAsStandby(144, [ZERO_HASH], ZERO_HASH))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_StandbyTooEarly")
      .withArgs(144, allowedFrom);
    const day = settlementArguments(0, {});
    await settle(p, 0, { stones: {}, total: 0n, accounts: 0 });
    await expect(p.stoneLedger.connect(p.roles.standby).settleDayAsStandby(...day))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotNextDay")
      .withArgs(0, 1);
  });

  it("given a day that nobody settled for 7 days, it settles it within the same window and veto", async () => {
    const { p } = await guarded();
    const allowedFrom = GENESIS + 8 * DAY_S;
    const asStandby = p.stoneLedger.connect(p.roles.standby);
    await at(allowedFrom - 1);
    await expect(asStandby.settleDayAsStandby(...settlementArguments(0, {})))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_StandbyTooEarly")
      .withArgs(0, allowedFrom);
    await at(allowedFrom);
    await asStandby.settleDayAsStandby(...settlementArguments(0, {}));
    expect((await p.stoneLedger.settlementOf(0)).creditableAt).to.equal(allowedFrom + WINDOW_S);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(0);
    expect(await p.stoneLedger.settledDays()).to.equal(0n);
  });
});

describe("Stolen keys: overseer", () => {
  /** More than the three that a guardian has of a day. */
  const VETOES = 5;

  it("given a true day, it delays it, and takes nothing that is creditable", async () => {
    const g = await guarded();
    const { overseer } = g.p.roles;
    const stones = { [g.owner.address]: EARNED };
    await at(T0);
    await settle(g.p, 0, { stones });
    await g.p.stoneLedger.connect(overseer).vetoDayByOverseer(0);
    await at(T0 + 2 * WINDOW_S);
    const { tree, creditableAt } = await settle(g.p, 0, { stones });
    await at(creditableAt);
    await expect(g.p.stoneLedger.connect(overseer).vetoDayByOverseer(0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_ChallengeWindow")
      .withArgs(0, creditableAt);
    await creditFirst(g, tree);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given more vetoes than a guardian has, it delays a true day until the admin replaces the key, and the owner is paid then", async () => {
    const g = await guarded();
    const { overseer } = g.p.roles;
    const asOverseer = g.p.stoneLedger.connect(overseer);
    const settleAt = async (time: number) => {
      await at(time);
      return settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    };
    const vetoed = async (nth: number) => {
      await at(T0 + (2 * nth + 1) * WINDOW_S - 1);
      await expect(asOverseer.vetoDayByOverseer(0)).to.emit(g.p.stoneLedger, "DayVetoed").withArgs(0, overseer.address);
    };
    for (let nth = 0; nth < VETOES; ++nth) {
      await settleAt(T0 + 2 * nth * WINDOW_S);
      if (nth < VETOES - 1) await vetoed(nth);
    }
    const from = T0 + 2 * (VETOES - 1) * WINDOW_S + 10;
    await replaceKey(g.p, "overseer", { to: g.stranger.address, from, meanwhile: () => vetoed(VETOES - 1) });
    const { tree, creditableAt } = await settleAt(T0 + 2 * VETOES * WINDOW_S);
    await at(creditableAt - 1);
    await expect(asOverseer.vetoDayByOverseer(0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "AccessManagedUnauthorized")
      .withArgs(overseer.address);
    await at(creditableAt);
    await creditFirst(g, tree);
    expect(creditableAt - (T0 + WINDOW_S)).to.equal(2 * VETOES * WINDOW_S);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });
});

describe("Stolen keys: receipt key", () => {
  it("given the key, it has no role and sends nothing", async () => {
    const { p } = await guarded();
    const held = Object.values(ROLES).map(async (role) => (await p.accessManager.hasRole(role, p.receiptKey)).isMember);
    expect(await Promise.all(held)).to.deep.equal(held.map(() => false));
    const anchor = p.dropAnchor.connect(await ethers.getSigner(p.receiptKey));
    await expect(anchor.anchorDrops(144, [ZERO_HASH], ZERO_HASH))
      .to.be.revertedWithCustomError(p.dropAnchor, "AccessManagedUnauthorized")
      .withArgs(p.receiptKey);
  });

  it("given its end at once, what it promises from then on is nobody's promise", async () => {
    const { p } = await guarded();
    await at(T0);
    await p.rules.connect(p.roles.rules).setReceiptKey(p.receiptKey, 1, T0);
    expect(await p.rules.isReceiptKey(p.receiptKey, T0 - 1)).to.equal(true);
    expect(await p.rules.isReceiptKey(p.receiptKey, T0)).to.equal(false);
  });
});
