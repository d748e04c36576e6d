import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { RuleSet } from "../../src/chain/write/rule-set.ts";
import { DROPS_PER_DAY, emittedBefore, type Hex } from "../../src/protocol/index.ts";
import { addressOf, type Programme } from "../support/contracts.ts";
import { anchorThrough, settlementArguments, type Totals } from "../support/contracts-days.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import {
  at,
  DAY_S,
  ethers,
  GENESIS,
  moveTo,
  networkHelpers,
  programmeWith,
  programmeWithoutNotice,
  seeded,
} from "./fixture.ts";

const CAP_M = 200_000n;
const E0 = 72_000_000_000_000n;

/** A programme with one vehicle paired before genesis, released at a second if one is given. */
async function withVehicle(rules: Partial<RuleSet> = {}, releasedAt?: number): Promise<Programme> {
  const p = await programmeWith({ noticeS: 0, ...rules });
  const owner = p.owners[0] as HardhatEthersSigner;
  const one = await registerOne(p);
  await pair(p, one, owner, { time: GENESIS - 1_000, at });
  if (releasedAt !== undefined) {
    await at(releasedAt);
    await p.vehicleRegistry
      .connect(owner)
      .releaseVehicle({ vehicle: one.vehicle, account: owner.address, deadline: 0 });
  }
  return p;
}

/** Anchors what is missing and settles a day as soon as it is over. */
async function settle(p: Programme, day: number, totals: Totals = {}) {
  await anchorThrough(p, day, moveTo);
  return p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(day, totals));
}

interface Bound {
  readonly name: string;
  readonly total: bigint;
  readonly least: bigint;
  readonly most: bigint;
}

async function expectOutOfBounds(settling: Promise<unknown>, p: Programme, bound: Bound): Promise<void> {
  await expect(settling)
    .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_TotalOutOfBounds")
    .withArgs(ethers.encodeBytes32String(bound.name), bound.total, bound.least, bound.most);
}

describe("StoneLedger: settleDay", () => {
  it("when settled, it stores and tells the totals, the roots and when credits begin", async () => {
    const p = await withVehicle();
    const totals = {
      stonesRoot: seeded("stones") as Hex,
      metresRoot: seeded("metres") as Hex,
      accounts: 3,
      stones: 12_000_000n,
      crystals: 17n,
      metres: 1_234n,
      dataDigest: seeded("data") as Hex,
    };
    await anchorThrough(p, 0, moveTo);
    await at(GENESIS + DAY_S + 100);
    const creditableAt = GENESIS + 2 * DAY_S + 100;
    const { stonesRoot, metresRoot, dataDigest } = totals;
    await expect(p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(0, totals)))
      .to.emit(p.stoneLedger, "DaySettled")
      .withArgs(0, stonesRoot, metresRoot, 3, 12_000_000n, 17n, 1_234n, creditableAt, dataDigest);
    expect(await p.stoneLedger.settledDays()).to.equal(1n);
    const stored = [stonesRoot, 12_000_000n, 1_234n, 3n, BigInt(creditableAt), metresRoot, CAP_M, 17n];
    expect([...(await p.stoneLedger.settlementOf(0))]).to.deep.equal(stored);
  });

  it("given another day than the next, it is refused", async () => {
    const p = await programmeWithoutNotice();
    await settle(p, 0);
    for (const day of [0, 2]) {
      await expect(settle(p, day))
        .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotNextDay")
        .withArgs(day, 1);
    }
  });

  it("given one drop that is not anchored, it is refused", async () => {
    const p = await programmeWithoutNotice();
    await moveTo(GENESIS + 2 * DAY_S);
    const relayer = p.dropAnchor.connect(p.roles.relayer);
    await relayer.anchorDrops(0, Array(DROPS_PER_DAY - 1).fill(ethers.ZeroHash), ethers.ZeroHash);
    await expect(p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(0, {})))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_DropsMissing")
      .withArgs(0, DROPS_PER_DAY - 1);
  });

  it("given a challenge window scheduled for the day of settling, that one holds", async () => {
    const p = await programmeWithoutNotice();
    await p.rules.connect(p.roles.rules).scheduleRules(3, { ...p.rulesInForce, challengeWindowS: 7 });
    await anchorThrough(p, 0, moveTo);
    await at(GENESIS + 3 * DAY_S);
    await p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(0, {}));
    expect((await p.stoneLedger.settlementOf(0)).creditableAt).to.equal(GENESIS + 3 * DAY_S + 7);
  });

  it("given a shorter window since, a day is not creditable before the one before it", async () => {
    const p = await programmeWith({ noticeS: 0, challengeWindowS: 30 * DAY_S });
    await p.rules.connect(p.roles.rules).scheduleRules(2, { ...p.rulesInForce, challengeWindowS: 1 });
    await settle(p, 0);
    await settle(p, 1);
    const before = (await p.stoneLedger.settlementOf(0)).creditableAt;
    expect(before).to.be.greaterThan(GENESIS + 30 * DAY_S);
    expect((await p.stoneLedger.settlementOf(1)).creditableAt).to.equal(before);
  });
});

describe("StoneLedger: settleDay, bounds on metres", () => {
  it("given no vehicle, not a metre is taken", async () => {
    const p = await programmeWithoutNotice();
    await expectOutOfBounds(settle(p, 0, { metres: 1n }), p, { name: "metres", total: 1n, least: 0n, most: 0n });
  });

  it("given one vehicle, its daily cap is taken", async () => {
    const p = await withVehicle();
    await settle(p, 0, { metres: CAP_M });
    expect((await p.stoneLedger.settlementOf(0)).totalMetres).to.equal(CAP_M);
  });

  it("given one vehicle, a metre above its daily cap is refused", async () => {
    const p = await withVehicle();
    const bound = { name: "metres", total: CAP_M + 1n, least: 0n, most: CAP_M };
    await expectOutOfBounds(settle(p, 0, { metres: CAP_M + 1n }), p, bound);
  });

  it("given fewer metres than the day before, it is refused", async () => {
    const p = await withVehicle();
    await settle(p, 0, { metres: 100n });
    const bound = { name: "metres", total: 99n, least: 100n, most: 100n + 2n * CAP_M };
    await expectOutOfBounds(settle(p, 1, { metres: 99n }), p, bound);
  });

  it("given a cap scheduled for the day driven, it counts with that one", async () => {
    const p = await withVehicle({ readingMaxAgeS: 1 });
    await p.rules.connect(p.roles.rules).scheduleRules(1, { ...p.rulesInForce, dailyCapM: 50 });
    await settle(p, 0);
    await settle(p, 1);
    await settle(p, 2);
    expect((await p.stoneLedger.settlementOf(2)).capSum).to.equal(CAP_M + 100n);
    // Readings may be a day old, so day 3 can take what days 2 and 3 could have driven.
    await expectOutOfBounds(settle(p, 3, { metres: 101n }), p, { name: "metres", total: 101n, least: 0n, most: 100n });
  });

  it("given a released vehicle, its metres are taken while its last reading can be new enough", async () => {
    // One that ended at midnight is of the day before, and taken until a day later.
    const p = await withVehicle({ readingMaxAgeS: DAY_S }, GENESIS + 100);
    await settle(p, 0);
    await settle(p, 1);
    await settle(p, 2, { metres: CAP_M });
    expect((await p.stoneLedger.settlementOf(2)).totalMetres).to.equal(CAP_M);
  });

  it("given a released vehicle, its metres are refused once no reading can be new enough", async () => {
    const p = await withVehicle({ readingMaxAgeS: DAY_S }, GENESIS + 100);
    for (const day of [0, 1, 2]) await settle(p, day);
    await expectOutOfBounds(settle(p, 3, { metres: 1n }), p, { name: "metres", total: 1n, least: 0n, most: 0n });
  });

  it("given a maximum age of a second less than a day, it counts as a day", async () => {
    const p = await withVehicle({ readingMaxAgeS: DAY_S - 1 }, GENESIS + 100);
    await settle(p, 0);
    await settle(p, 1);
    await expectOutOfBounds(settle(p, 2, { metres: 1n }), p, { name: "metres", total: 1n, least: 0n, most: 0n });
  });

  it("given a maximum age scheduled for the settled day, that one holds", async () => {
    const p = await withVehicle({ readingMaxAgeS: 5 * DAY_S }, GENESIS + 100);
    await p.rules.connect(p.roles.rules).scheduleRules(2, { ...p.rulesInForce, readingMaxAgeS: 1 });
    await settle(p, 0);
    await settle(p, 1);
    await expectOutOfBounds(settle(p, 2, { metres: 1n }), p, { name: "metres", total: 1n, least: 0n, most: 0n });
  });
});

describe("StoneLedger: settleDay, bounds on stones", () => {
  it("given few metres, their highest price is taken", async () => {
    const p = await withVehicle();
    await settle(p, 0, { metres: 100n, stones: 100n * 100_000n });
    expect((await p.stoneLedger.settlementOf(0)).totalStones).to.equal(10_000_000n);
  });

  it("given few metres, a unit above their highest price is refused", async () => {
    const p = await withVehicle();
    const bound = { name: "stones", total: 10_000_001n, least: 0n, most: 10_000_000n };
    await expectOutOfBounds(settle(p, 0, { metres: 100n, stones: 10_000_001n }), p, bound);
  });

  it("given many metres, the day's emission is taken", async () => {
    const p = await withVehicle({ maxUnitsPerMetre: 10n ** 12n });
    await settle(p, 0, { metres: CAP_M, stones: E0 });
    expect((await p.stoneLedger.settlementOf(0)).totalStones).to.equal(E0);
  });

  it("given many metres, a unit above the day's emission is refused", async () => {
    const p = await withVehicle({ maxUnitsPerMetre: 10n ** 12n });
    const bound = { name: "stones", total: E0 + 1n, least: 0n, most: E0 };
    await expectOutOfBounds(settle(p, 0, { metres: CAP_M, stones: E0 + 1n }), p, bound);
  });

  it("given what an earlier day did not pay, it is not paid later", async () => {
    const p = await withVehicle({ maxUnitsPerMetre: 10n ** 12n });
    await settle(p, 0, { metres: CAP_M, stones: 5n });
    const bound = { name: "stones", total: E0 + 6n, least: 5n, most: E0 + 5n };
    await expectOutOfBounds(settle(p, 1, { metres: CAP_M, stones: E0 + 6n }), p, bound);
  });

  it("given fewer stones than the day before, it is refused", async () => {
    const p = await withVehicle();
    await settle(p, 0, { metres: 1n, stones: 10n });
    const bound = { name: "stones", total: 9n, least: 10n, most: 10n + 100_000n };
    await expectOutOfBounds(settle(p, 1, { metres: 1n, stones: 9n }), p, bound);
  });

  it("given a window of two days, older metres no longer carry stones", async () => {
    const p = await withVehicle({ windowDays: 2, maxUnitsPerMetre: 1n });
    await settle(p, 0, { metres: 100n });
    await settle(p, 1, { metres: 107n });
    const bound = { name: "stones", total: 8n, least: 0n, most: 7n };
    await expectOutOfBounds(settle(p, 2, { metres: 107n, stones: 8n }), p, bound);
    await settle(p, 2, { metres: 107n, stones: 7n });
    expect((await p.stoneLedger.settlementOf(2)).totalStones).to.equal(7n);
  });

  it("given rules scheduled for the settled day, their window and price hold", async () => {
    const p = await withVehicle({ maxUnitsPerMetre: 1n });
    const changed = { ...p.rulesInForce, windowDays: 1, maxUnitsPerMetre: 3n };
    await p.rules.connect(p.roles.rules).scheduleRules(1, changed);
    await settle(p, 0, { metres: 100n });
    const bound = { name: "stones", total: 31n, least: 0n, most: 30n };
    await expectOutOfBounds(settle(p, 1, { metres: 110n, stones: 31n }), p, bound);
  });

  it("given an era that ends inside the day, each drop emits by its own era", async () => {
    const day = 1_458;
    const p = await withVehicle({ maxUnitsPerMetre: 10n ** 15n });
    await pretendSettledBefore(p, day);
    const emitted = emittedBefore(DROPS_PER_DAY * (day + 1)) - emittedBefore(DROPS_PER_DAY * day);
    expect(emitted).to.equal(48n * 500_000_000_000n + 96n * 250_000_000_000n);
    const bound = { name: "stones", total: emitted + 1n, least: 0n, most: emitted };
    await expectOutOfBounds(settle(p, day, { metres: CAP_M, stones: emitted + 1n }), p, bound);
    await settle(p, day, { metres: CAP_M, stones: emitted });
    expect((await p.stoneLedger.settlementOf(day)).totalStones).to.equal(emitted);
  });
});

/** Writes the counters of settled days and anchored drops, instead of settling four years of empty days. */
async function pretendSettledBefore(p: Programme, day: number): Promise<void> {
  const [ledgerCounters, anchorCounters] = [6, 3];
  await networkHelpers.setStorageAt(addressOf(p.stoneLedger), ledgerCounters, BigInt(day) << 192n);
  await networkHelpers.setStorageAt(addressOf(p.dropAnchor), anchorCounters, DROPS_PER_DAY * day);
  expect(await p.stoneLedger.settledDays()).to.equal(day);
  expect(await p.stoneLedger.issuedMined()).to.equal(0n);
  expect(await p.dropAnchor.nextDrop()).to.equal(DROPS_PER_DAY * day);
}

describe("StoneLedger: settleDay, bounds on crystals and accounts", () => {
  it("given the day's most crystals, they are taken", async () => {
    const p = await programmeWith({ maxCrystalsPerDay: 10 });
    await settle(p, 0, { crystals: 10n });
    await settle(p, 1, { crystals: 20n });
    expect((await p.stoneLedger.settlementOf(1)).totalCrystals).to.equal(20n);
  });

  it("given one crystal more, it is refused", async () => {
    const p = await programmeWith({ maxCrystalsPerDay: 10 });
    await settle(p, 0, { crystals: 4n });
    const bound = { name: "crystals", total: 15n, least: 4n, most: 14n };
    await expectOutOfBounds(settle(p, 1, { crystals: 15n }), p, bound);
  });

  it("given fewer crystals than the day before, it is refused", async () => {
    const p = await programmeWith({ maxCrystalsPerDay: 10 });
    await settle(p, 0, { crystals: 4n });
    const bound = { name: "crystals", total: 3n, least: 4n, most: 14n };
    await expectOutOfBounds(settle(p, 1, { crystals: 3n }), p, bound);
  });

  it("given fewer accounts than the day before, it is refused", async () => {
    const p = await programmeWithoutNotice();
    await settle(p, 0, { accounts: 2 });
    const bound = { name: "accounts", total: 1n, least: 2n, most: 2n ** 40n - 1n };
    await expectOutOfBounds(settle(p, 1, { accounts: 1 }), p, bound);
  });
});

describe("StoneLedger: settlementOf", () => {
  it("given a day that is not settled, it is refused", async () => {
    const p = await programmeWithoutNotice();
    await expect(p.stoneLedger.settlementOf(0))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotSettled")
      .withArgs(0);
  });
});
