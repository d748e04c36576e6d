import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { dayStart } from "../../src/protocol/index.ts";
import type { Programme } from "../support/contracts.ts";
import { anchorThrough, settlementArguments } from "../support/contracts-days.ts";
import { expectSkips, signIntent } from "../support/contracts-intents.ts";
import { actAs, at, DAY_S, ethers, GENESIS, moveTo, now, programme } from "./fixture.ts";
import { givePrize, movable, moveAccount, reserve } from "./movable.ts";

type Signer = HardhatEthersSigner;

const NOTICE_S = 60 * DAY_S;
const ANNOUNCED_AT = GENESIS;
const MIGRATABLE_FROM = ANNOUNCED_AT + NOTICE_S;
const [SUCCESSOR, ANOTHER] = ["5a", "5b"].map((digits) => ethers.getAddress(`0x${digits.repeat(20)}`)) as [
  string,
  string,
];

function announce({ stoneLedger, roles }: Programme, successor: string) {
  return stoneLedger.connect(roles.admin).announceSuccessor(successor);
}

describe("StoneLedger: announceSuccessor", () => {
  it("when announced, it tells from when on owners may migrate", async () => {
    const p = await programme();
    await at(ANNOUNCED_AT);
    await expect(announce(p, SUCCESSOR))
      .to.emit(p.stoneLedger, "SuccessorAnnounced")
      .withArgs(SUCCESSOR, MIGRATABLE_FROM);
    expect([await p.stoneLedger.successor(), await p.stoneLedger.migratableFrom()]).to.deep.equal([
      SUCCESSOR,
      BigInt(MIGRATABLE_FROM),
    ]);
  });

  it("given another announcement, the notice begins anew", async () => {
    const p = await programme();
    await at(ANNOUNCED_AT);
    await announce(p, SUCCESSOR);
    await at(ANNOUNCED_AT + 10 * DAY_S);
    await announce(p, ANOTHER);
    expect([await p.stoneLedger.successor(), await p.stoneLedger.migratableFrom()]).to.deep.equal([
      ANOTHER,
      BigInt(MIGRATABLE_FROM + 10 * DAY_S),
    ]);
  });
});

interface Migration {
  readonly account: string;
  readonly successor: string;
  readonly migrated: bigint;
  readonly deadline: number;
}

interface Given {
  readonly p: Programme;
  readonly owner: Signer;
  readonly other: Signer;
}

/** An owner of 100 stones, 30 of them reserved, and a successor announced at ANNOUNCED_AT. */
async function announced(): Promise<Given> {
  const { p, accounts } = await movable();
  const [owner, other] = accounts;
  await givePrize(p, owner.address, 100n);
  await reserve(p, owner.address, 30n);
  await at(ANNOUNCED_AT);
  await announce(p, SUCCESSOR);
  return { p, owner, other };
}

/** Its notice is over. */
async function migratable(): Promise<Given> {
  const given = await announced();
  await moveTo(MIGRATABLE_FROM);
  return given;
}

function migrationOf({ owner }: Given, change: Partial<Migration> = {}): Migration {
  return { account: owner.address, successor: SUCCESSOR, migrated: 0n, deadline: 0, ...change };
}

/** The owner's own transaction. */
function migrate(given: Given, change: Partial<Migration> = {}) {
  return given.p.stoneLedger.connect(given.owner).migrateStones(migrationOf(given, change));
}

/** Why an owner cannot migrate: what is announced or done before, what the intent says, and the error. */
const REFUSALS: readonly {
  readonly title: string;
  readonly prepare: () => Promise<Given>;
  readonly change?: Partial<Migration>;
  readonly error: string;
  readonly names: (given: Given) => readonly unknown[];
}[] = [
  {
    title: "another successor than the announced one",
    prepare: migratable,
    change: { successor: ANOTHER },
    error: "StoneLedger_NotMigratable",
    names: () => [ANOTHER, SUCCESSOR, MIGRATABLE_FROM],
  },
  {
    title: "no successor",
    prepare: async () => {
      const { p, accounts } = await movable();
      await givePrize(p, accounts[0].address, 100n);
      return { p, owner: accounts[0], other: accounts[1] };
    },
    change: { successor: ethers.ZeroAddress },
    error: "StoneLedger_NotMigratable",
    names: () => [ethers.ZeroAddress, ethers.ZeroAddress, 0],
  },
  {
    title: "a successor that was taken back",
    prepare: async () => {
      const given = await migratable();
      await at(MIGRATABLE_FROM + 10);
      await announce(given.p, ethers.ZeroAddress);
      await moveTo(MIGRATABLE_FROM + 10 + NOTICE_S);
      return given;
    },
    error: "StoneLedger_NotMigratable",
    names: () => [SUCCESSOR, ethers.ZeroAddress, MIGRATABLE_FROM + 10 + NOTICE_S],
  },
  {
    title: "other units than migrated before",
    prepare: migratable,
    change: { migrated: 1n },
    error: "StoneLedger_WrongMigration",
    names: () => [1, 0],
  },
  {
    title: "nothing but what is reserved",
    prepare: async () => {
      const given = await migratable();
      await migrate(given);
      return given;
    },
    change: { migrated: 70n },
    error: "StoneLedger_NothingToMigrate",
    names: ({ owner }) => [owner.address],
  },
  {
    title: "an account that moved",
    prepare: async () => {
      const given = await migratable();
      await moveAccount(given.p, given.owner, given.other);
      return given;
    },
    error: "StoneLedger_NothingToMigrate",
    names: ({ owner }) => [owner.address],
  },
];

describe("StoneLedger: migrateStones", () => {
  it("given the notice's end, what is available leaves for the successor and what is reserved stays", async () => {
    const given = await announced();
    const { stoneLedger } = given.p;
    const { address } = given.owner;
    await at(MIGRATABLE_FROM);
    const transaction = migrate(given);
    await expect(transaction).to.emit(stoneLedger, "StonesMigrated").withArgs(address, SUCCESSOR, 70n);
    await expect(transaction).to.emit(stoneLedger, "Transfer").withArgs(address, ethers.ZeroAddress, 70n);
    expect([...(await stoneLedger.stonesOf(address))]).to.deep.equal([0n, 100n, 70n, 30n, false]);
    expect(await stoneLedger.migratedTo(SUCCESSOR, address)).to.equal(70n);
    expect([await stoneLedger.availableOf(address), await stoneLedger.totalSupply()]).to.deep.equal([0n, 30n]);
  });

  it("given the notice's last second, it is refused", async () => {
    const given = await announced();
    await at(MIGRATABLE_FROM - 1);
    await expect(migrate(given))
      .to.be.revertedWithCustomError(given.p.stoneLedger, "StoneLedger_NotMigratable")
      .withArgs(SUCCESSOR, SUCCESSOR, MIGRATABLE_FROM);
  });

  it("given somebody else's account, it is refused", async () => {
    const given = await migratable();
    await expect(given.p.stoneLedger.connect(given.other).migrateStones(migrationOf(given)))
      .to.be.revertedWithCustomError(given.p.stoneLedger, "InvalidSignature")
      .withArgs(given.owner.address);
  });

  for (const { title, prepare, change, error, names } of REFUSALS) {
    it(`given ${title}, it is refused`, async () => {
      const given = await prepare();
      await expect(migrate(given, change))
        .to.be.revertedWithCustomError(given.p.stoneLedger, error)
        .withArgs(...names(given));
    });
  }

  it("given stones of later, they migrate after those of before", async () => {
    const given = await migratable();
    const { p, owner } = given;
    await migrate(given);
    await givePrize(p, owner.address, 5n);
    await migrate(given, { migrated: 70n });
    expect(await p.stoneLedger.migratedTo(SUCCESSOR, owner.address)).to.equal(75n);
    expect([...(await p.stoneLedger.stonesOf(owner.address))]).to.deep.equal([0n, 105n, 75n, 30n, false]);
  });

  it("given another successor since, it counts from 0 again", async () => {
    const given = await migratable();
    const { p, owner } = given;
    await migrate(given);
    await announce(p, ANOTHER);
    await moveTo((await now()) + NOTICE_S);
    await givePrize(p, owner.address, 5n);
    await migrate(given, { successor: ANOTHER });
    const migrated = [SUCCESSOR, ANOTHER].map((to) => p.stoneLedger.migratedTo(to, owner.address));
    expect(await Promise.all(migrated)).to.deep.equal([70n, 5n]);
  });

  it("given that it migrated, what is reserved can still be spent on its order", async () => {
    const given = await migratable();
    await migrate(given);
    const desk = await actAs(given.p.redemptionDesk);
    await given.p.stoneLedger.connect(desk).spendReserved(given.owner.address, 30n);
    expect(await given.p.stoneLedger.totalSupply()).to.equal(0n);
  });
});

describe("StoneLedger: migrateStonesOf", () => {
  /** Anybody sends one signed migration. */
  async function submit(given: Given, change: Partial<Migration> = {}, by = given.owner, chainId?: number) {
    const migration = migrationOf(given, { deadline: (await now()) + 1_000, ...change });
    const place = chainId === undefined ? { contracts: given.p } : { contracts: given.p, chainId };
    const signature = await signIntent(by, "StoneMigration", migration, place);
    return given.p.stoneLedger.connect(given.p.roles.operator).migrateStonesOf([migration], [signature]);
  }

  it("when the owner signed, it is carried out and none skipped", async () => {
    const given = await migratable();
    const transaction = submit(given);
    await expect(transaction)
      .to.emit(given.p.stoneLedger, "StonesMigrated")
      .withArgs(given.owner.address, SUCCESSOR, 70n);
    await expectSkips(transaction, given.p.stoneLedger, []);
  });

  for (const { title, prepare, change, error } of REFUSALS) {
    it(`given ${title}, it is skipped with ${error}`, async () => {
      const given = await prepare();
      const skip = { index: 0, account: given.owner.address, error };
      await expectSkips(submit(given, change), given.p.stoneLedger, [skip]);
    });
  }

  for (const [title, aheadS] of [
    ["a second ago", -1],
    ["more than a day ahead", DAY_S + 1],
  ] as const) {
    it(`given a deadline ${title}, it is skipped with InvalidDeadline`, async () => {
      const given = await migratable();
      const time = MIGRATABLE_FROM + 100;
      const signed = migrationOf(given, { deadline: time + aheadS });
      const signature = await signIntent(given.owner, "StoneMigration", signed, { contracts: given.p });
      await at(time);
      const skip = { index: 0, account: given.owner.address, error: "InvalidDeadline" };
      const transaction = given.p.stoneLedger.migrateStonesOf([signed], [signature]);
      await expectSkips(transaction, given.p.stoneLedger, [skip]);
    });
  }

  it("given the same again after more stones, it is skipped with StoneLedger_WrongMigration", async () => {
    const given = await migratable();
    const deadline = (await now()) + 1_000;
    await submit(given, { deadline });
    await givePrize(given.p, given.owner.address, 5n);
    const skip = { index: 0, account: given.owner.address, error: "StoneLedger_WrongMigration" };
    await expectSkips(submit(given, { deadline }), given.p.stoneLedger, [skip]);
  });

  it("given another account's signature, it is skipped with InvalidSignature", async () => {
    const given = await migratable();
    const skip = { index: 0, account: given.owner.address, error: "InvalidSignature" };
    await expectSkips(submit(given, {}, given.other), given.p.stoneLedger, [skip]);
  });

  it("given a signature for another chain, it is skipped with InvalidSignature", async () => {
    const given = await migratable();
    const skip = { index: 0, account: given.owner.address, error: "InvalidSignature" };
    await expectSkips(submit(given, {}, given.owner, 5), given.p.stoneLedger, [skip]);
  });

  it("given a signature too many, it is refused", async () => {
    const { p } = await migratable();
    await expect(p.stoneLedger.migrateStonesOf([], ["0x"]))
      .to.be.revertedWithCustomError(p.stoneLedger, "LengthMismatch")
      .withArgs();
  });
});

describe("StoneLedger: announceMiningEnd", () => {
  /** The first day that is at least 180 days ahead at GENESIS: no part of it lies within the notice. */
  const EARLIEST = 181;

  function announceEnd({ stoneLedger, roles }: Programme, day: number) {
    return stoneLedger.connect(roles.admin).announceMiningEnd(day);
  }

  it("given the first day after the notice, it is announced", async () => {
    const p = await programme();
    await at(GENESIS);
    await expect(announceEnd(p, EARLIEST)).to.emit(p.stoneLedger, "MiningEndAnnounced").withArgs(EARLIEST);
    expect([await p.stoneLedger.miningEndDay(), await p.stoneLedger.miningEndsAt()]).to.deep.equal([
      BigInt(EARLIEST),
      BigInt(dayStart(GENESIS, EARLIEST)),
    ]);
  });

  it("given no announcement, mining goes on", async () => {
    const p = await programme();
    expect([await p.stoneLedger.miningEndDay(), await p.stoneLedger.miningEndsAt()]).to.deep.equal([0n, 0n]);
  });

  it("given the last second of a day, the day after the notice is as far as at its first", async () => {
    const p = await programme();
    await at(GENESIS + DAY_S - 1);
    await announceEnd(p, EARLIEST);
    expect(await p.stoneLedger.miningEndDay()).to.equal(BigInt(EARLIEST));
  });

  it("given an end that has come, it is not put off any more", async () => {
    const p = await programme();
    await at(GENESIS);
    await announceEnd(p, EARLIEST);
    await at(dayStart(GENESIS, EARLIEST));
    await expect(announceEnd(p, 10 * EARLIEST))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_MiningEnded")
      .withArgs(EARLIEST);
  });

  it("given a day earlier, it is refused", async () => {
    const p = await programme();
    await at(GENESIS);
    await expect(announceEnd(p, EARLIEST - 1))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NeedsNotice")
      .withArgs(EARLIEST - 1, EARLIEST);
  });

  it("given an announced end, it can be put off", async () => {
    const p = await programme();
    await at(GENESIS);
    await announceEnd(p, 300);
    await announceEnd(p, 301);
    expect(await p.stoneLedger.miningEndDay()).to.equal(301n);
  });

  it("given an announced end, an earlier one is refused", async () => {
    const p = await programme();
    await at(GENESIS);
    await announceEnd(p, 300);
    await expect(announceEnd(p, 299))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NeedsNotice")
      .withArgs(299, 300);
  });
});

describe("StoneLedger: settleDay, after the end of mining", () => {
  const END_DAY = 181;

  /** Mining ends with END_DAY; every day before the one said is settled. */
  async function ending(settled: number): Promise<Programme> {
    const p = await programme();
    await at(GENESIS);
    await p.stoneLedger.connect(p.roles.admin).announceMiningEnd(END_DAY);
    await anchorThrough(p, END_DAY, moveTo);
    for (let day = 0; day < settled; day++) await settle(p, day);
    return p;
  }

  function settle({ stoneLedger, roles }: Programme, day: number) {
    return stoneLedger.connect(roles.relayer).settleDay(...settlementArguments(day, {}));
  }

  it("given an announced end of mining, the last day before it is settled and the next is refused", async () => {
    const p = await ending(END_DAY);
    expect(await p.stoneLedger.settledDays()).to.equal(BigInt(END_DAY));
    await expect(settle(p, END_DAY))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_MiningEnded")
      .withArgs(END_DAY);
  });
});
