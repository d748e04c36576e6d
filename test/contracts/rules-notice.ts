import { expect } from "chai";
import { describe, it } from "mocha";
import type { RuleSet } from "../../src/chain/write/rule-set.ts";
import type { Programme } from "../support/contracts.ts";
import { at, DAY_S, ethers, GENESIS, programme } from "./fixture.ts";

const NOTICE_S = 2_592_000;
/** The first second of day 40; its notice begins NOTICE_S before it. */
const DAY = 40;
const IN_TIME = GENESIS + DAY * DAY_S - NOTICE_S;

type Direction = "higher" | "lower";

/** In which direction each rule becomes worse for owners; where either can hurt somebody, both are. */
const WORSE: Readonly<Record<keyof RuleSet, readonly Direction[]>> = {
  dailyCapM: ["lower"],
  windowDays: ["higher", "lower"],
  maxUnitsPerMetre: ["lower"],
  challengeWindowS: ["higher", "lower"],
  noticeS: ["lower"],
  redemptionDelayDays: ["higher"],
  readingMaxAgeS: ["lower"],
  receiptDeadlineS: ["higher"],
  objectionS: ["higher", "lower"],
  maxFulfilmentS: ["higher"],
  pushIntervalDays: ["higher", "lower"],
  maxCrystalsPerDay: ["lower"],
  maxRegistrationsPerDay: ["higher"],
};
const NAMES = Object.keys(WORSE) as (keyof RuleSet)[];

/** The rules with one of them changed by one. */
function changed(rules: RuleSet, name: keyof RuleSet, direction: Direction): RuleSet {
  const value = direction === "higher" ? BigInt(rules[name]) + 1n : BigInt(rules[name]) - 1n;
  return { ...rules, [name]: name === "maxUnitsPerMetre" ? value : Number(value) };
}

function schedule({ rules, roles }: Programme, fromDay: number, version: RuleSet) {
  return rules.connect(roles.rules).scheduleRules(fromDay, version);
}

async function expectNeedsNotice(
  p: Programme,
  sending: Promise<unknown>,
  { name, day, endsAt }: { name: keyof RuleSet; day: number; endsAt: number },
): Promise<void> {
  await expect(sending)
    .to.be.revertedWithCustomError(p.rules, "Rules_NeedsNotice")
    .withArgs(ethers.encodeBytes32String(name), day, endsAt);
}

describe("Rules: scheduleRules, notice of each rule", () => {
  for (const name of NAMES) {
    for (const direction of ["higher", "lower"] as const) {
      if (WORSE[name].includes(direction)) {
        it(`given a ${direction} ${name} with exactly noticeS, it is taken`, async () => {
          const p = await programme();
          const next = changed(p.rulesInForce, name, direction);
          await at(IN_TIME);
          await schedule(p, DAY, next);
          expect((await p.rules.rulesAt(DAY))[name]).to.equal(next[name]);
          expect((await p.rules.rulesAt(DAY - 1))[name]).to.equal(p.rulesInForce[name]);
        });

        it(`given a ${direction} ${name} with a second less, it is refused`, async () => {
          const p = await programme();
          const next = changed(p.rulesInForce, name, direction);
          await at(IN_TIME + 1);
          await expectNeedsNotice(p, schedule(p, DAY, next), { name, day: DAY, endsAt: IN_TIME + 1 + NOTICE_S });
        });
      } else {
        it(`given a ${direction} ${name}, it is taken for the next day`, async () => {
          const p = await programme();
          const next = changed(p.rulesInForce, name, direction);
          await at(GENESIS + DAY_S - 1);
          await schedule(p, 1, next);
          expect((await p.rules.rulesAt(1))[name]).to.equal(next[name]);
        });
      }
    }
  }

  it("given one worse rule among better ones, it is refused", async () => {
    const p = await programme();
    const next = { ...p.rulesInForce, dailyCapM: 300_000, redemptionDelayDays: 1, objectionS: 1 };
    await at(GENESIS);
    await expectNeedsNotice(p, schedule(p, 1, next), { name: "objectionS", day: 1, endsAt: GENESIS + NOTICE_S });
  });
});

describe("Rules: scheduleRules, several versions ahead", () => {
  it("given versions for several days, each holds from its day until the next", async () => {
    const p = await programme();
    const caps = [210_000, 220_000, 230_000, 240_000, 250_000];
    for (const [i, dailyCapM] of caps.entries()) await schedule(p, 10 * (i + 1), { ...p.rulesInForce, dailyCapM });
    const days = [0, 9, 10, 19, 20, 29, 30, 39, 40, 49, 50, 180];
    const held = await Promise.all(days.map(async (day) => (await p.rules.rulesAt(day)).dailyCapM));
    const [first, second, third, fourth, fifth] = caps.map(BigInt);
    const published = BigInt(p.rulesInForce.dailyCapM);
    expect(held.slice(0, 6)).to.deep.equal([published, published, first, first, second, second]);
    expect(held.slice(6)).to.deep.equal([third, third, fourth, fourth, fifth, fifth]);
  });

  it("given a version ahead that is better, taking it back needs no notice: nobody has had it", async () => {
    const p = await programme();
    await schedule(p, 2, { ...p.rulesInForce, dailyCapM: 300_000 });
    await at(GENESIS + 2 * DAY_S - 1);
    await schedule(p, 2, p.rulesInForce);
    expect((await p.rules.rulesAt(2)).dailyCapM).to.equal(BigInt(p.rulesInForce.dailyCapM));
  });

  it("given a version ahead that is better, going back the day after it begins is worse and needs notice", async () => {
    const p = await programme();
    await schedule(p, 2, { ...p.rulesInForce, dailyCapM: 300_000 });
    await at(GENESIS);
    const endsAt = GENESIS + NOTICE_S;
    await expectNeedsNotice(p, schedule(p, 3, p.rulesInForce), { name: "dailyCapM", day: 3, endsAt });
  });

  it("given a version ahead with a rule that hurts either way, taking it back needs none", async () => {
    const p = await programme();
    await schedule(p, DAY, { ...p.rulesInForce, windowDays: 1, objectionS: 1 });
    await at(GENESIS + DAY * DAY_S - 1);
    await schedule(p, DAY, p.rulesInForce);
    expect((await p.rules.rulesAt(DAY)).windowDays).to.equal(BigInt(p.rulesInForce.windowDays));
  });

  it("given a version ahead that is worse, one between it and what holds needs none", async () => {
    const p = await programme();
    await schedule(p, DAY, { ...p.rulesInForce, dailyCapM: 100_000 });
    await at(GENESIS + DAY * DAY_S - 1);
    await schedule(p, DAY, { ...p.rulesInForce, dailyCapM: 150_000 });
    expect((await p.rules.rulesAt(DAY)).dailyCapM).to.equal(150_000n);
  });

  it("given a version ahead that is worse, taking it back needs none", async () => {
    const p = await programme();
    await schedule(p, DAY, { ...p.rulesInForce, dailyCapM: 100_000 });
    await at(GENESIS + DAY * DAY_S - 1);
    await schedule(p, DAY, p.rulesInForce);
    expect((await p.rules.rulesAt(DAY)).dailyCapM).to.equal(BigInt(p.rulesInForce.dailyCapM));
  });

  it("given two small steps for the worse, the second needs its own notice", async () => {
    const p = await programme();
    await schedule(p, DAY, { ...p.rulesInForce, dailyCapM: 150_000 });
    await at(IN_TIME + 1);
    const next = schedule(p, DAY, { ...p.rulesInForce, dailyCapM: 100_000 });
    await expectNeedsNotice(p, next, { name: "dailyCapM", day: DAY, endsAt: IN_TIME + 1 + NOTICE_S });
  });

  it("given many versions for one day, the rules of a day are found with no more gas than given ten", async () => {
    const p = await programme();
    const gasOf = async (count: number) => {
      for (let i = 0; i < count; ++i) await schedule(p, 100, p.rulesInForce);
      return p.rules.rulesAt.estimateGas(0);
    };
    const [few, many] = [await gasOf(10), await gasOf(150)];
    expect(many - few).to.be.lessThan(20_000n);
  });

  it("given the 180th day ahead, it is taken", async () => {
    const p = await programme();
    await at(GENESIS + 5 * DAY_S);
    await schedule(p, 185, p.rulesInForce);
    expect(await p.rules.ruleVersions()).to.equal(2n);
  });

  it("given the 181st day ahead, it is refused", async () => {
    const p = await programme();
    await at(GENESIS + 5 * DAY_S);
    await expect(schedule(p, 186, p.rulesInForce))
      .to.be.revertedWithCustomError(p.rules, "Rules_DayTooFar")
      .withArgs(186, 185);
  });
});

describe("Rules: scheduleRules, the notice itself", () => {
  const SHORTER = NOTICE_S / 2;

  it("given a shorter notice that holds since the first second of its day, it is enough from then on", async () => {
    const p = await programme();
    await schedule(p, DAY, { ...p.rulesInForce, noticeS: SHORTER });
    const worse = { ...p.rulesInForce, noticeS: SHORTER, dailyCapM: 100_000 };
    await at(GENESIS + DAY * DAY_S);
    await schedule(p, DAY + 15, worse);
    expect((await p.rules.rulesAt(DAY + 15)).dailyCapM).to.equal(100_000n);
  });

  it("given a shorter notice that does not hold yet, the longer one counts", async () => {
    const p = await programme();
    await schedule(p, DAY, { ...p.rulesInForce, noticeS: SHORTER });
    const worse = { ...p.rulesInForce, noticeS: SHORTER, dailyCapM: 100_000 };
    const last = GENESIS + DAY * DAY_S - 1;
    await at(last);
    const needed = { name: "dailyCapM", day: DAY + 15, endsAt: last + NOTICE_S } as const;
    await expectNeedsNotice(p, schedule(p, DAY + 15, worse), needed);
  });
});

describe("Rules: scheduleRules, in a pause", () => {
  it("given a pause, it is refused until it ends", async () => {
    const p = await programme();
    await p.rules.connect(p.roles.guardian).pause();
    const until = await p.rules.pausedUntil();
    await at(Number(until) - 1);
    await expect(schedule(p, 30, p.rulesInForce))
      .to.be.revertedWithCustomError(p.rules, "PausedUntil")
      .withArgs(until);
    await at(Number(until));
    await schedule(p, 30, p.rulesInForce);
    expect(await p.rules.ruleVersions()).to.equal(2n);
  });
});

describe("Rules: publishNotice", () => {
  it("given a pause, it is refused", async () => {
    const { rules, roles } = await programme();
    await rules.connect(roles.guardian).pause();
    await expect(rules.connect(roles.rules).publishNotice(ethers.id("notice")))
      .to.be.revertedWithCustomError(rules, "PausedUntil")
      .withArgs(await rules.pausedUntil());
  });
});

describe("Rules: setReceiptKey", () => {
  it("given a pause, a stolen key is ended all the same", async () => {
    const { rules, roles, receiptKey } = await programme();
    await rules.connect(roles.guardian).pause();
    await at(GENESIS);
    await rules.connect(roles.rules).setReceiptKey(receiptKey, 1, GENESIS);
    expect(await rules.isReceiptKey(receiptKey, GENESIS)).to.equal(false);
  });
});
