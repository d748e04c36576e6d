import { expect } from "chai";
import { describe, it } from "mocha";
import { DEFAULT_RULES, type RuleSet } from "../../src/chain/write/rule-set.ts";
import { addressOf, NOTICES } from "../support/contracts.ts";
import {
  at,
  DAY_S,
  ethers,
  GENESIS,
  now,
  programme,
  programmeWith,
  programmeWithoutNotice,
  seeded,
} from "./fixture.ts";

const NEEDED = [
  "dailyCapM",
  "windowDays",
  "maxUnitsPerMetre",
  "challengeWindowS",
  "readingMaxAgeS",
  "receiptDeadlineS",
  "objectionS",
  "maxFulfilmentS",
  "pushIntervalDays",
] as const satisfies readonly (keyof RuleSet)[];

/** What the contract answers, as a plain object of numbers. */
function plain(rules: { toObject(): Record<string, bigint> }): RuleSet {
  const { maxUnitsPerMetre, ...others } = rules.toObject();
  const numbers = Object.entries(others).map(([name, value]) => [name, Number(value)]);
  return { ...Object.fromEntries(numbers), maxUnitsPerMetre } as RuleSet;
}

describe("Rules: constructor", () => {
  it("when deployed, version 0 holds from day 0 and says so", async () => {
    const { rules } = await programme();
    const [scheduled] = await rules.queryFilter(rules.filters.RulesScheduled());
    expect(scheduled?.args.version).to.equal(0n);
    expect(scheduled?.args.fromDay).to.equal(0n);
    expect(plain(scheduled?.args.rules as never)).to.deep.equal(DEFAULT_RULES);
    expect(plain((await rules.rulesAt(0)) as never)).to.deep.equal(DEFAULT_RULES);
    expect(await rules.ruleVersions()).to.equal(1n);
  });

  it("when deployed, it knows genesis, the operator and the notices", async () => {
    const { rules, operator } = await programmeWithoutNotice();
    expect(await rules.genesis()).to.equal(GENESIS);
    expect(await rules.operator()).to.equal(operator);
    expect(await rules.noticeCount()).to.equal(NOTICES);
  });

  it("given no operator, it is not deployed", async () => {
    const { accessManager, rules } = await programmeWithoutNotice();
    const factory = await ethers.getContractFactory("Rules");
    const deployment = factory.deploy(addressOf(accessManager), GENESIS, ethers.ZeroAddress, DEFAULT_RULES);
    await expect(deployment).to.be.revertedWithCustomError(rules, "Rules_ZeroAddress").withArgs();
  });

  it("given a rule that is none, it is not deployed", async () => {
    const { accessManager, rules, operator } = await programmeWithoutNotice();
    const factory = await ethers.getContractFactory("Rules");
    const wrong = { ...DEFAULT_RULES, windowDays: 0 };
    await expect(factory.deploy(addressOf(accessManager), GENESIS, operator, wrong))
      .to.be.revertedWithCustomError(rules, "Rules_InvalidRule")
      .withArgs(ethers.encodeBytes32String("windowDays"), 0);
  });
});

/** The rules of these tests' programmes. */
const WITHOUT_NOTICE: RuleSet = { ...DEFAULT_RULES, noticeS: 0 };

describe("Rules: scheduleRules", () => {
  const stricter = { ...WITHOUT_NOTICE, dailyCapM: 150_000, windowDays: 20 };

  it("when scheduled for a later day, it holds from that day on and not before", async () => {
    const { rules, roles } = await programmeWithoutNotice();
    const asRules = rules.connect(roles.rules);
    expect(await asRules.scheduleRules.staticCall(3, stricter)).to.equal(1n);
    await expect(asRules.scheduleRules(3, stricter))
      .to.emit(rules, "RulesScheduled")
      .withArgs(1, 3, Object.values(stricter));
    expect(await rules.ruleVersions()).to.equal(2n);
    expect(plain((await rules.rulesAt(2)) as never)).to.deep.equal(WITHOUT_NOTICE);
    expect(plain((await rules.rulesAt(3)) as never)).to.deep.equal(stricter);
    expect(plain((await rules.rulesAt(4_000_000)) as never)).to.deep.equal(stricter);
  });

  it("given a version for the same day, the later one holds", async () => {
    const { rules, roles } = await programmeWithoutNotice();
    const asRules = rules.connect(roles.rules);
    await asRules.scheduleRules(3, stricter);
    await asRules.scheduleRules(3, { ...stricter, dailyCapM: 1 });
    expect((await rules.rulesAt(3)).dailyCapM).to.equal(1n);
    expect(await rules.ruleVersions()).to.equal(3n);
  });

  it("given a day before that of the newest version, it is refused", async () => {
    const { rules, roles } = await programmeWithoutNotice();
    const asRules = rules.connect(roles.rules);
    await asRules.scheduleRules(5, stricter);
    await expect(asRules.scheduleRules(4, stricter))
      .to.be.revertedWithCustomError(rules, "Rules_DayNotAhead")
      .withArgs(4, 5);
  });

  it("given day 0 before genesis, it is refused", async () => {
    const { rules, roles } = await programmeWithoutNotice();
    await expect(rules.connect(roles.rules).scheduleRules(0, stricter))
      .to.be.revertedWithCustomError(rules, "Rules_DayNotAhead")
      .withArgs(0, 1);
  });

  it("given the last second of the day before, it is taken", async () => {
    const { rules, roles } = await programmeWithoutNotice();
    await at(GENESIS + 3 * DAY_S - 1);
    await rules.connect(roles.rules).scheduleRules(3, stricter);
    expect((await rules.rulesAt(3)).windowDays).to.equal(20n);
  });

  it("given the first second of the day itself, it is refused", async () => {
    const { rules, roles } = await programmeWithoutNotice();
    await at(GENESIS + 3 * DAY_S);
    await expect(rules.connect(roles.rules).scheduleRules(3, stricter))
      .to.be.revertedWithCustomError(rules, "Rules_DayNotAhead")
      .withArgs(3, 4);
  });

  for (const name of ["noticeS", "challengeWindowS", "objectionS"] as const) {
    it(`given 90 days for ${name}, it is taken`, async () => {
      const { rules, roles } = await programmeWithoutNotice();
      await rules.connect(roles.rules).scheduleRules(3, { ...WITHOUT_NOTICE, [name]: 90 * DAY_S });
      expect((await rules.rulesAt(3))[name]).to.equal(BigInt(90 * DAY_S));
    });

    it(`given 90 days and a second for ${name}, it is refused`, async () => {
      const { rules, roles } = await programmeWithoutNotice();
      const wrong = { ...WITHOUT_NOTICE, [name]: 90 * DAY_S + 1 };
      await expect(rules.connect(roles.rules).scheduleRules(3, wrong))
        .to.be.revertedWithCustomError(rules, "Rules_InvalidRule")
        .withArgs(ethers.encodeBytes32String(name), 90 * DAY_S + 1);
    });
  }

  for (const name of NEEDED) {
    it(`given 0 for ${name}, it is refused`, async () => {
      const { rules, roles } = await programmeWithoutNotice();
      const wrong = { ...DEFAULT_RULES, [name]: name === "maxUnitsPerMetre" ? 0n : 0 };
      await expect(rules.connect(roles.rules).scheduleRules(3, wrong))
        .to.be.revertedWithCustomError(rules, "Rules_InvalidRule")
        .withArgs(ethers.encodeBytes32String(name), 0);
    });
  }

  it("given 0 for what may be none, it is taken", async () => {
    const none = { noticeS: 0, redemptionDelayDays: 0, maxCrystalsPerDay: 0, maxRegistrationsPerDay: 0 };
    const { rules, rulesInForce } = await programmeWith(none);
    expect(plain((await rules.rulesAt(0)) as never)).to.deep.equal(rulesInForce);
  });
});

/** An address that needs no key here. */
const key = ethers.getAddress(`0x${"ab".repeat(20)}`);

describe("Rules: setReceiptKey", () => {
  async function withKey(from: number, until: number) {
    const { rules, roles } = await programmeWithoutNotice();
    const asRules = rules.connect(roles.rules);
    await asRules.setReceiptKey(key, from, until);
    return asRules;
  }

  it("when set, it holds from its first second until the one before its end", async () => {
    const { rules, roles } = await programmeWithoutNotice();
    await expect(rules.connect(roles.rules).setReceiptKey(key, GENESIS, GENESIS + 100))
      .to.emit(rules, "ReceiptKeySet")
      .withArgs(key, GENESIS, GENESIS + 100);
    const held = [GENESIS - 1, GENESIS, GENESIS + 99, GENESIS + 100].map((time) => rules.isReceiptKey(key, time));
    expect(await Promise.all(held)).to.deep.equal([false, true, true, false]);
  });

  it("given no end, it holds for ever", async () => {
    const rules = await withKey(GENESIS, 0);
    expect(await rules.isReceiptKey(key, 2n ** 40n)).to.equal(true);
  });

  it("given the zero address, it is refused", async () => {
    const { rules, roles } = await programmeWithoutNotice();
    await expect(rules.connect(roles.rules).setReceiptKey(ethers.ZeroAddress, 1, 0))
      .to.be.revertedWithCustomError(rules, "Rules_ZeroAddress")
      .withArgs();
  });

  for (const [title, from, until] of [
    ["no beginning and no end", 0, 0],
    ["no beginning", 0, GENESIS],
    ["an end in the second of its beginning", GENESIS, GENESIS],
    ["an end before its beginning", GENESIS, GENESIS - 1],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      const { rules, roles } = await programmeWithoutNotice();
      await expect(rules.connect(roles.rules).setReceiptKey(key, from, until))
        .to.be.revertedWithCustomError(rules, "Rules_EmptyInterval")
        .withArgs(from, until);
    });
  }

  it("given a key that holds, it can be ended at the block's second", async () => {
    const rules = await withKey(1, 0);
    await at(GENESIS);
    await rules.setReceiptKey(key, 1, GENESIS);
    expect(await rules.isReceiptKey(key, GENESIS)).to.equal(false);
    expect(await rules.isReceiptKey(key, GENESIS - 1)).to.equal(true);
  });

  it("given a key that holds, it cannot be ended a second earlier", async () => {
    const rules = await withKey(1, 0);
    await at(GENESIS);
    await expect(rules.setReceiptKey(key, 1, GENESIS - 1))
      .to.be.revertedWithCustomError(rules, "Rules_ReceiptKeyHeld")
      .withArgs(key, 1, 0);
  });

  it("given a key that holds, it cannot begin later", async () => {
    const rules = await withKey(1, 0);
    await expect(rules.setReceiptKey(key, 2, 0))
      .to.be.revertedWithCustomError(rules, "Rules_ReceiptKeyHeld")
      .withArgs(key, 1, 0);
  });

  it("given a key that holds, it can begin earlier", async () => {
    const rules = await withKey(GENESIS - 2 * DAY_S, 0);
    await rules.setReceiptKey(key, GENESIS - 3 * DAY_S, 0);
    expect(await rules.isReceiptKey(key, GENESIS - 3 * DAY_S)).to.equal(true);
  });

  it("given a key that has ended, its end cannot be put earlier", async () => {
    const rules = await withKey(1, GENESIS);
    await at(GENESIS + 10);
    await expect(rules.setReceiptKey(key, 1, GENESIS - 1))
      .to.be.revertedWithCustomError(rules, "Rules_ReceiptKeyHeld")
      .withArgs(key, 1, GENESIS);
  });

  it("given a key that has ended, its end can stay and be put later", async () => {
    const rules = await withKey(1, GENESIS);
    await at(GENESIS + 10);
    await rules.setReceiptKey(key, 1, GENESIS);
    await rules.setReceiptKey(key, 1, GENESIS + 5);
    expect(await rules.isReceiptKey(key, GENESIS + 4)).to.equal(true);
  });

  it("given a key that begins in the block's own second, it can be moved at will", async () => {
    const rules = await withKey(GENESIS, 0);
    await at(GENESIS);
    await rules.setReceiptKey(key, GENESIS + 50, 0);
    expect(await rules.isReceiptKey(key, GENESIS)).to.equal(false);
  });

  it("given a key that does not hold yet, it can be moved at will", async () => {
    const rules = await withKey(GENESIS, 0);
    await rules.setReceiptKey(key, GENESIS + 50, GENESIS + 60);
    expect(await rules.isReceiptKey(key, GENESIS)).to.equal(false);
    expect(await rules.isReceiptKey(key, GENESIS + 50)).to.equal(true);
  });
});

describe("Rules: isReceiptKey", () => {
  it("given a key that was never set, it holds at no time", async () => {
    const { rules } = await programmeWithoutNotice();
    expect(await rules.isReceiptKey(key, GENESIS)).to.equal(false);
  });
});

describe("Rules: publishNotice", () => {
  it("when published, notices are numbered on", async () => {
    const { rules, roles } = await programmeWithoutNotice();
    const asRules = rules.connect(roles.rules);
    expect(await asRules.publishNotice.staticCall(seeded("notice"))).to.equal(NOTICES + 1);
    await expect(asRules.publishNotice(seeded("notice")))
      .to.emit(rules, "NoticePublished")
      .withArgs(NOTICES + 1, seeded("notice"));
    expect(await rules.noticeCount()).to.equal(NOTICES + 1);
  });
});

describe("Rules: dayOf", () => {
  for (const [title, time, day] of [
    ["long before genesis", 0, 0],
    ["the second before genesis", GENESIS - 1, 0],
    ["genesis", GENESIS, 0],
    ["the last second of day 0", GENESIS + DAY_S - 1, 0],
    ["the first second of day 1", GENESIS + DAY_S, 1],
    ["the first second of day 4,000", GENESIS + 4_000 * DAY_S, 4_000],
  ] as const) {
    it(`given ${title}, it is day ${day}`, async () => {
      const { rules } = await programmeWithoutNotice();
      expect(await now()).to.be.lessThan(GENESIS);
      expect(await rules.dayOf(time)).to.equal(day);
    });
  }
});
