import { expect } from "chai";
import { describe, it } from "mocha";
import {
  appeal,
  appealed,
  asExcluder,
  decide,
  EVIDENCE,
  type Excludable,
  excludable,
  exclude,
  excluded,
  expectExcluded,
  FROM_DAY,
  lift,
  moveByRecovery,
  NOW,
  OBJECTION_S,
  recordsOf,
  STATE,
  startOf,
  TODAY,
  UNTIL_DAY,
} from "./excludable.ts";
import { DAY_S, ethers, GENESIS, moveTo } from "./fixture.ts";

const REST_DAYS = 30;

describe("Exclusions: excludeAccount", () => {
  it("when excluded, it begins tomorrow and counts again on the last day", async () => {
    const { p, a, b } = await excludable();
    await moveTo(NOW - 1);
    expect(await asExcluder(p).excludeAccount.staticCall(a.address, 2, EVIDENCE, UNTIL_DAY)).to.equal(1n);
    await expect(exclude(p, a, { reason: 2, evidence: EVIDENCE }))
      .to.emit(p.exclusions, "AccountExcluded")
      .withArgs(1, a.address, 2, EVIDENCE, FROM_DAY, UNTIL_DAY);
    expect(await recordsOf(p, a)).to.deep.equal([[1n, 2n, STATE.stands, BigInt(FROM_DAY), BigInt(UNTIL_DAY), 0n]]);
    await expectExcluded(p, a, FROM_DAY, UNTIL_DAY);
    expect([await p.exclusions.exclusionCount(), await p.exclusions.isExcluded(b.address, FROM_DAY)]).to.deep.equal([
      1n,
      false,
    ]);
  });

  for (const [title, time, fromDay] of [
    ["the last second of a day", startOf(FROM_DAY) - 1, FROM_DAY],
    ["the first second of a day", startOf(FROM_DAY), FROM_DAY + 1],
  ] as const) {
    it(`given ${title}, it begins with the next`, async () => {
      const { p, a } = await excluded({ time });
      await expectExcluded(p, a, fromDay, UNTIL_DAY);
    });
  }

  it("given the time before genesis, it begins with day 1", async () => {
    const { p, a } = await excluded({ time: GENESIS - 10, untilDay: 2 });
    await expectExcluded(p, a, 1, 2);
  });

  for (const reason of [0, 6]) {
    it(`given reason ${reason}, it is refused`, async () => {
      const { p, a } = await excludable();
      await expect(exclude(p, a, { reason }))
        .to.be.revertedWithCustomError(p.exclusions, "Exclusions_UnknownReason")
        .withArgs(reason);
      expect(await recordsOf(p, a)).to.deep.equal([]);
    });
  }

  it("given the last reason there is, it is taken", async () => {
    const { p, a } = await excluded({ reason: 5 });
    expect((await recordsOf(p, a))[0]?.[1]).to.equal(5n);
  });

  it("given no evidence, it is refused", async () => {
    const { p, a } = await excludable();
    await expect(exclude(p, a, { evidence: ethers.ZeroHash }))
      .to.be.revertedWithCustomError(p.exclusions, "Exclusions_InvalidEvidence")
      .withArgs(ethers.ZeroHash);
  });

  it("given evidence that served against another account, it is refused", async () => {
    const { p, b } = await excluded({ evidence: EVIDENCE });
    await expect(exclude(p, b, { evidence: EVIDENCE, time: NOW + 1 }))
      .to.be.revertedWithCustomError(p.exclusions, "Exclusions_InvalidEvidence")
      .withArgs(EVIDENCE);
  });

  it("given evidence of an exclusion that was lifted, it is refused", async () => {
    const { p, a, b } = await excluded({ evidence: EVIDENCE });
    await lift(p, a, NOW + 1);
    await expect(exclude(p, b, { evidence: EVIDENCE, time: NOW + 2 }))
      .to.be.revertedWithCustomError(p.exclusions, "Exclusions_InvalidEvidence")
      .withArgs(EVIDENCE);
  });

  for (const [title, untilDay] of [
    ["an end today", TODAY],
    ["an end on its first day", FROM_DAY],
    ["91 days", FROM_DAY + 91],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      const { p, a } = await excludable();
      await expect(exclude(p, a, { untilDay }))
        .to.be.revertedWithCustomError(p.exclusions, "Exclusions_InvalidEnd")
        .withArgs(untilDay, FROM_DAY);
    });
  }

  for (const [title, untilDay] of [
    ["one day", FROM_DAY + 1],
    ["90 days", FROM_DAY + 90],
  ] as const) {
    it(`given ${title}, it is taken`, async () => {
      const { p, a } = await excluded({ untilDay });
      await expectExcluded(p, a, FROM_DAY, untilDay);
    });
  }

  it("given an account that moved, it is refused", async () => {
    const { p, a, b } = await excludable();
    await moveByRecovery(p, a, b, NOW - 10);
    await expect(exclude(p, a))
      .to.be.revertedWithCustomError(p.exclusions, "Exclusions_AccountMoved")
      .withArgs(a.address);
  });

  describe("given an account that was excluded before", () => {
    /** An exclusion from this day on is taken, and none from the day before. */
    async function expectRested({ p, a }: Excludable, allowedFrom: number): Promise<void> {
      const untilDay = allowedFrom + 5;
      await expect(exclude(p, a, { untilDay, time: startOf(allowedFrom - 1) - 1 }))
        .to.be.revertedWithCustomError(p.exclusions, "Exclusions_TooSoon")
        .withArgs(a.address, allowedFrom);
      await exclude(p, a, { untilDay, time: startOf(allowedFrom - 1) });
      await expectExcluded(p, a, allowedFrom, untilDay);
    }

    it("when it is still, it is refused, and from 30 days after its end on it is taken", async () => {
      const e = await excluded();
      await expect(exclude(e.p, e.a, { untilDay: FROM_DAY + 2, time: NOW + 1 }))
        .to.be.revertedWithCustomError(e.p.exclusions, "Exclusions_TooSoon")
        .withArgs(e.a.address, UNTIL_DAY + REST_DAYS);
      await expectRested(e, UNTIL_DAY + REST_DAYS);
    });

    it("when it was lifted, the rest counts from the day of that", async () => {
      const e = await excluded();
      await lift(e.p, e.a, startOf(FROM_DAY + 3));
      await expectRested(e, FROM_DAY + 4 + REST_DAYS);
    });

    it("when it lapsed, the rest counts from the day of that", async () => {
      const e = await appealed();
      await expectRested(e, TODAY + OBJECTION_S / DAY_S + 1 + REST_DAYS);
    });
  });
});

describe("Exclusions: liftExclusion", () => {
  async function expectNotStanding(p: Awaited<ReturnType<typeof excluded>>["p"], account: string, exclusion = 1) {
    await expect(asExcluder(p).liftExclusion(account, exclusion))
      .to.be.revertedWithCustomError(p.exclusions, "Exclusions_NotStanding")
      .withArgs(account, exclusion);
  }

  it("given an exclusion that has begun, it ends tomorrow and the days until then stay excluded", async () => {
    const { p, a } = await excluded();
    await expect(lift(p, a, startOf(FROM_DAY + 3)))
      .to.emit(p.exclusions, "ExclusionLifted")
      .withArgs(1, a.address, FROM_DAY + 4);
    await expectExcluded(p, a, FROM_DAY, FROM_DAY + 4);
    expect((await recordsOf(p, a))[0]).to.deep.equal([
      1n,
      1n,
      STATE.lifted,
      BigInt(FROM_DAY),
      BigInt(FROM_DAY + 4),
      0n,
    ]);
  });

  it("given an exclusion that has not begun, no day is excluded", async () => {
    const { p, a } = await excluded();
    await expect(lift(p, a, startOf(FROM_DAY) - 1))
      .to.emit(p.exclusions, "ExclusionLifted")
      .withArgs(1, a.address, FROM_DAY);
    await expectExcluded(p, a, FROM_DAY, FROM_DAY);
  });

  it("given an appeal, it is lifted before the arbiter decides", async () => {
    const { p, a } = await appealed();
    await lift(p, a, startOf(FROM_DAY));
    await expectExcluded(p, a, FROM_DAY, FROM_DAY + 1);
    await expect(decide(p, a, { upheld: true, time: startOf(FROM_DAY) + 1 }))
      .to.be.revertedWithCustomError(p.exclusions, "Exclusions_NotStanding")
      .withArgs(a.address, 1);
  });

  it("given an exclusion that was upheld, it is lifted all the same", async () => {
    const { p, a } = await appealed();
    await decide(p, a, { upheld: true, time: startOf(FROM_DAY) });
    await lift(p, a, startOf(FROM_DAY) + 1);
    await expectExcluded(p, a, FROM_DAY, FROM_DAY + 1);
  });

  it("given that it was lifted before, it is refused", async () => {
    const { p, a } = await excluded();
    await lift(p, a, startOf(FROM_DAY));
    await expectNotStanding(p, a.address);
  });

  it("given its last day, it is refused: it ends tomorrow anyway", async () => {
    const { p, a } = await excluded();
    await moveTo(startOf(UNTIL_DAY - 1));
    await expectNotStanding(p, a.address);
  });

  it("given the last second of the day before its last, the last day counts again", async () => {
    const { p, a } = await excluded();
    await lift(p, a, startOf(UNTIL_DAY - 1) - 1);
    await expectExcluded(p, a, FROM_DAY, UNTIL_DAY - 1);
  });

  for (const [title, exclusion] of [
    ["number 0", 0],
    ["a number that nobody has", 3],
    ["the number of somebody else's exclusion", 2],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      const { p, a, b } = await excluded();
      await exclude(p, b, { time: NOW + 1 });
      await expectNotStanding(p, a.address, exclusion);
    });
  }

  it("given two exclusions of which one is over, only the newer is lifted", async () => {
    const { p, a } = await excluded();
    const fromDay = UNTIL_DAY + REST_DAYS;
    await exclude(p, a, { untilDay: fromDay + 10, time: startOf(fromDay - 1) });
    await expectNotStanding(p, a.address, 1);
    await lift(p, a, startOf(fromDay), 2);
    await expectExcluded(p, a, FROM_DAY, UNTIL_DAY);
    await expectExcluded(p, a, fromDay, fromDay + 1);
  });
});

describe("Exclusions: decideAppeal", () => {
  it("given that it is upheld, it stays as long as it was meant to", async () => {
    const { p, a, decideBy } = await appealed();
    await expect(decide(p, a, { upheld: true, time: decideBy }))
      .to.emit(p.exclusions, "ExclusionUpheld")
      .withArgs(1, a.address);
    await moveTo(decideBy + 2 * DAY_S);
    await expectExcluded(p, a, FROM_DAY, UNTIL_DAY);
    expect((await recordsOf(p, a))[0]?.[2]).to.equal(STATE.upheld);
  });

  it("given that it is not upheld, it ends tomorrow", async () => {
    const { p, a, decideBy } = await appealed();
    const today = Number(await p.rules.dayOf(decideBy));
    await expect(decide(p, a, { upheld: false, time: decideBy }))
      .to.emit(p.exclusions, "ExclusionLifted")
      .withArgs(1, a.address, today + 1);
    await expectExcluded(p, a, FROM_DAY, today + 1);
  });

  it("given that it is not upheld on the day of the exclusion, no day is excluded", async () => {
    const { p, a } = await appealed();
    await decide(p, a, { upheld: false, time: NOW + 2 });
    await expectExcluded(p, a, FROM_DAY, FROM_DAY);
  });

  for (const upheld of [true, false]) {
    it(`given the second after its time and a decision to ${upheld ? "uphold" : "lift"} it, it is refused`, async () => {
      const { p, a, decideBy } = await appealed();
      await expect(decide(p, a, { upheld, time: decideBy + 1 }))
        .to.be.revertedWithCustomError(p.exclusions, "Exclusions_NotStanding")
        .withArgs(a.address, 1);
    });
  }

  for (const [title, before] of [
    ["no appeal", async () => excluded()],
    [
      "an appeal that was decided",
      async () => {
        const e = await appealed();
        await decide(e.p, e.a, { upheld: true, time: NOW + 2 });
        return e;
      },
    ],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      const { p, a } = await before();
      await expect(decide(p, a, { upheld: false, time: NOW + 3 }))
        .to.be.revertedWithCustomError(p.exclusions, "Exclusions_NotDecidable")
        .withArgs(a.address, 1);
      await expectExcluded(p, a, FROM_DAY, UNTIL_DAY);
    });
  }

  it("given somebody else's exclusion, it is refused", async () => {
    const { p, b } = await appealed();
    await expect(decide(p, b, { upheld: false, time: NOW + 2 }))
      .to.be.revertedWithCustomError(p.exclusions, "Exclusions_NotStanding")
      .withArgs(b.address, 1);
  });
});

describe("Exclusions: isExcluded", () => {
  it("given an appeal that nobody decides, what it says of each day is true up to the end of that day", async () => {
    const { p, a, decideBy } = await appealed();
    const lastDay = Number(await p.rules.dayOf(decideBy));
    const said: boolean[] = [];
    for (let day = FROM_DAY; day <= lastDay + 2; ++day) {
      await moveTo(startOf(day));
      said.push(await p.exclusions.isExcluded(a.address, day));
    }
    await expectExcluded(p, a, FROM_DAY, lastDay + 1);
    expect(said).to.deep.equal([...Array(lastDay - FROM_DAY + 1).fill(true), false, false]);
  });

  for (const [title, after, until] of [
    ["the last second in which an appeal can be decided", 0, UNTIL_DAY],
    ["the second after", 1, TODAY + 8],
  ] as const) {
    it(`given ${title}, ${after === 0 ? "it stands as long as it was meant to" : "it has lapsed with that day"}`, async () => {
      const { p, a, decideBy } = await appealed();
      await moveTo(decideBy + after);
      await expectExcluded(p, a, FROM_DAY, until);
    });
  }

  it("given an appeal that could be decided until the last second of a day, it lapses with that day", async () => {
    const { p, a } = await excluded();
    await appeal(p, a, startOf(FROM_DAY) - 1);
    await moveTo(startOf(FROM_DAY) + OBJECTION_S);
    await expectExcluded(p, a, FROM_DAY, FROM_DAY + 7);
  });

  it("given an exclusion that is over before its appeal could lapse, its own end holds", async () => {
    const { p, a } = await appealed({ untilDay: FROM_DAY + 2 });
    await moveTo(NOW + 2 + OBJECTION_S);
    await expectExcluded(p, a, FROM_DAY, FROM_DAY + 2);
  });
});
