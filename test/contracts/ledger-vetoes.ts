import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { anchorThrough, settlementArguments } from "../support/contracts-days.ts";
import { at, DAY_S, GENESIS, moveTo, now, programmeWithoutNotice } from "./fixture.ts";

const WINDOW_S = 86_400;
/** When the days of these tests were settled: each in the first second in which it can be. */
const SETTLED_AT = GENESIS + 5 * DAY_S;

/** Settles the next day in a second. */
async function settle(p: Programme, day: number, accounts = 0, time?: number) {
  if (time !== undefined) await at(time);
  return p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(day, { accounts }));
}

/** Days 0 to 2 are settled, all in one second. */
async function given(): Promise<Programme> {
  const p = await programmeWithoutNotice();
  await anchorThrough(p, 3, moveTo);
  for (const day of [0, 1, 2]) await settle(p, day, day + 1, SETTLED_AT);
  return p;
}

/** Vetoes and settles a day again, as often as said, each time as early as possible. */
async function vetoAgainAndAgain(p: Programme, times: number, who: "guardian" | "overseer"): Promise<void> {
  for (let i = 0; i < times; i++) {
    if (who === "guardian") await p.stoneLedger.connect(p.roles.guardian).vetoDay(2);
    else await p.stoneLedger.connect(p.roles.overseer).vetoDayByOverseer(2);
    await settle(p, 2, 3, (await now()) + WINDOW_S);
  }
}

describe("StoneLedger: vetoDay", () => {
  it("when vetoed, that day and every later one are no longer settled", async () => {
    const p = await given();
    await expect(p.stoneLedger.connect(p.roles.guardian).vetoDay(1))
      .to.emit(p.stoneLedger, "DayVetoed")
      .withArgs(1, p.roles.guardian.address);
    expect(await p.stoneLedger.settledDays()).to.equal(1n);
    expect((await p.stoneLedger.settlementOf(0)).accounts).to.equal(1n);
    for (const day of [1, 2]) {
      await expect(p.stoneLedger.settlementOf(day))
        .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotSettled")
        .withArgs(day);
    }
  });

  it("given the last second of the challenge window, it is vetoed", async () => {
    const p = await given();
    await at(SETTLED_AT + WINDOW_S - 1);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(2);
    expect(await p.stoneLedger.settledDays()).to.equal(2n);
  });

  it("given the first creditable second, it is refused", async () => {
    const p = await given();
    await at(SETTLED_AT + WINDOW_S);
    await expect(p.stoneLedger.connect(p.roles.guardian).vetoDay(2))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_ChallengeWindow")
      .withArgs(2, SETTLED_AT + WINDOW_S);
  });

  it("given a day that is not settled, it is refused", async () => {
    const p = await given();
    await expect(p.stoneLedger.connect(p.roles.guardian).vetoDay(3))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotSettled")
      .withArgs(3);
  });

  it("given a window scheduled for the day of the veto, that one holds", async () => {
    const p = await given();
    await p.rules.connect(p.roles.rules).scheduleRules(6, { ...p.rulesInForce, challengeWindowS: 50 });
    await at(SETTLED_AT + DAY_S - 1);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(2);
    await settle(p, 2, 3, SETTLED_AT + DAY_S - 1 + WINDOW_S);
    const time = SETTLED_AT + DAY_S - 1 + WINDOW_S + 10;
    await at(time);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(2);
    await settle(p, 2, 3, time + 50);
    expect(await p.stoneLedger.settledDays()).to.equal(3n);
  });

  it("given three vetoes of a day, the guardian has none left for it", async () => {
    const p = await given();
    await vetoAgainAndAgain(p, 3, "guardian");
    await expect(p.stoneLedger.connect(p.roles.guardian).vetoDay(2))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_VetoesUsedUp")
      .withArgs(2);
  });

  it("given a veto of a later day, the guardian still vetoes an earlier one", async () => {
    const p = await programmeWithoutNotice();
    await anchorThrough(p, 3, moveTo);
    await p.rules.connect(p.roles.rules).scheduleRules(6, { ...p.rulesInForce, challengeWindowS: 10 * DAY_S });
    const settledAt = GENESIS + 6 * DAY_S;
    for (const day of [0, 1]) await settle(p, day, 0, settledAt);
    const late = settledAt + 10 * DAY_S - 1;
    await at(late);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(1);
    await at(late);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(0);
    expect(await p.stoneLedger.settledDays()).to.equal(0n);
  });

  it("given that an earlier day fell, a later one is bounded by what replaced it", async () => {
    const p = await given();
    await at(SETTLED_AT + 10);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(0);
    await settle(p, 0, 9, SETTLED_AT + 10 + WINDOW_S);
    await expect(settle(p, 1, 8))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_TotalOutOfBounds")
      .withArgs("0x6163636f756e7473000000000000000000000000000000000000000000000000", 8, 9, 2n ** 40n - 1n);
  });
});

describe("StoneLedger: vetoDayByOverseer", () => {
  it("given that the guardian's vetoes are used up, the overseer vetoes", async () => {
    const p = await given();
    await vetoAgainAndAgain(p, 3, "guardian");
    await expect(p.stoneLedger.connect(p.roles.overseer).vetoDayByOverseer(2))
      .to.emit(p.stoneLedger, "DayVetoed")
      .withArgs(2, p.roles.overseer.address);
    expect(await p.stoneLedger.settledDays()).to.equal(2n);
  });

  it("given more than three times, the overseer still vetoes and the guardian's vetoes are untouched", async () => {
    const p = await given();
    await vetoAgainAndAgain(p, 4, "overseer");
    await vetoAgainAndAgain(p, 3, "guardian");
    await expect(p.stoneLedger.connect(p.roles.guardian).vetoDay(2))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_VetoesUsedUp")
      .withArgs(2);
  });

  it("given a creditable day, it is refused", async () => {
    const p = await given();
    await at(SETTLED_AT + WINDOW_S);
    await expect(p.stoneLedger.connect(p.roles.overseer).vetoDayByOverseer(0))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_ChallengeWindow")
      .withArgs(0, SETTLED_AT + WINDOW_S);
  });
});

describe("StoneLedger: withdrawDay", () => {
  it("when withdrawn, that day and every later one fall and may be settled at once", async () => {
    const p = await given();
    await at(SETTLED_AT + 10);
    await expect(p.stoneLedger.connect(p.roles.relayer).withdrawDay(1))
      .to.emit(p.stoneLedger, "DayWithdrawn")
      .withArgs(1);
    expect(await p.stoneLedger.settledDays()).to.equal(1n);
    await settle(p, 1, 7, SETTLED_AT + 10);
    expect((await p.stoneLedger.settlementOf(1)).accounts).to.equal(7n);
  });

  it("given the first creditable second, it is refused", async () => {
    const p = await given();
    await at(SETTLED_AT + WINDOW_S);
    await expect(p.stoneLedger.connect(p.roles.relayer).withdrawDay(2))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_ChallengeWindow")
      .withArgs(2, SETTLED_AT + WINDOW_S);
  });

  it("given a day that is not settled, it is refused", async () => {
    const p = await given();
    await expect(p.stoneLedger.connect(p.roles.relayer).withdrawDay(3))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotSettled")
      .withArgs(3);
  });

  it("given a veto before, withdrawing does not shorten its wait", async () => {
    const p = await given();
    await at(SETTLED_AT + 10);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(2);
    await p.stoneLedger.connect(p.roles.relayer).withdrawDay(1);
    await settle(p, 1, 2);
    await expect(settle(p, 2, 3, SETTLED_AT + 10 + WINDOW_S - 1))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_TooSoonAfterVeto")
      .withArgs(2, SETTLED_AT + 10 + WINDOW_S);
  });
});

describe("StoneLedger: settleDay, after a veto", () => {
  it("given a second less than a window after the veto, it is refused", async () => {
    const p = await given();
    await at(SETTLED_AT + 10);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(2);
    await expect(settle(p, 2, 3, SETTLED_AT + 10 + WINDOW_S - 1))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_TooSoonAfterVeto")
      .withArgs(2, SETTLED_AT + 10 + WINDOW_S);
  });

  it("given a window after the veto, it is settled again", async () => {
    const p = await given();
    await at(SETTLED_AT + 10);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(2);
    await settle(p, 2, 3, SETTLED_AT + 10 + WINDOW_S);
    expect((await p.stoneLedger.settlementOf(2)).creditableAt).to.equal(SETTLED_AT + 10 + 2 * WINDOW_S);
  });
});
