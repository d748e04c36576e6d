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

  it("given a false day without a veto, it misallocates what that day gives, and nothing of earlier ones", async () => {
    const g = await guarded();
    const honest = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED / 2n } });
    await moveTo(honest.creditableAt);
    await creditFirst(g, honest.tree);
    const stones = { [g.owner.address]: EARNED / 2n, [g.thief.address]: EARNED / 2n };
    const { tree, creditableAt } = await settle(g.p, 1, { stones });
    await moveTo(creditableAt);
    const { leaf, proof } = openingOf(tree, 1);
    await g.p.stoneLedger.credit(1, leaf, proof);
    expect([await balanceOf(g, g.owner), await balanceOf(g, g.thief)]).to.deep.equal([EARNED / 2n, EARNED / 2n]);
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
    const replaced = { ...g.p, roles: { ...roles, relayer: g.stranger } };
    const { tree, creditableAt } = await settle(replaced, 0, { stones: { [g.owner.address]: EARNED } });
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

  it("given vetoes without end, the admin replaces the key within the window", async () => {
    const g = await guarded();
    const { overseer } = g.p.roles;
    await settle(g.p, 0, { stones: {}, total: 0n, accounts: 0 });
    await at(T0);
    await g.p.stoneLedger.connect(overseer).vetoDayByOverseer(0);
    await replaceKey(g.p, "overseer", { to: g.stranger.address, from: T0 + 10 });
    await expect(g.p.stoneLedger.connect(overseer).vetoDayByOverseer(0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "AccessManagedUnauthorized")
      .withArgs(overseer.address);
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
