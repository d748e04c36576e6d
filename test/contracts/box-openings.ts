import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { dropStart, type Hex } from "../../src/protocol/index.ts";
import { chainOf, playOf, prizeOf, type TestTerms, tierBytes } from "../support/contracts-boxes.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { at, ethers, GENESIS, networkHelpers, now } from "./fixture.ts";
import {
  always,
  CRYSTALS,
  FIRST_DROP,
  move,
  NO_VEHICLE,
  open,
  openSeason,
  type Playable,
  PRIZES,
  playerOf,
  request,
  reveal,
  type Season,
  season,
  seasonState,
  TERMS,
  termsOf,
  toDrop,
  WORST,
  wonBy,
} from "./playable.ts";

const STONES = always(prizeOf("stones", { amount: WORST }));
const PRICE = TERMS.price;

/** A good prize that hardly anybody wins, and one below the guaranteed tier. */
function mostlyMissed(change: Partial<TestTerms>): Partial<TestTerms> {
  const prizes = [
    prizeOf("stones", { amount: 3n }),
    prizeOf("crystals", { amount: 100n }),
    prizeOf("crystals", { amount: 1n, weight: 2 ** 32 - 3 }),
  ];
  return { prizes, guaranteedTier: 1, vouchers: 0, ...change };
}

/** Somebody's boxes of the season's first drop, revealed and to be opened. */
async function revealed(change: Partial<TestTerms>, { count = 1, by = "owner" as "owner" | "guest" } = {}) {
  const g = await season(change);
  const requested = await request(g, g[by], { count });
  await reveal(g, FIRST_DROP);
  return { g, requested };
}

/** Plays a drop with one account. @returns The tiers that it won, as the event tells them. */
async function playDrop(g: Season, by: HardhatEthersSigner, { nth, count }: { nth: number; count: number }) {
  const drop = FIRST_DROP + 2 * nth;
  await toDrop(drop);
  const requested = await request(g, by, { count });
  await reveal(g, drop, nth);
  const receipt = await (await open(g, [by.address, NO_VEHICLE])).wait();
  const [event] = (receipt?.logs ?? []).map((log) => g.p.mineBox.interface.parseLog(log));
  return { requested, tiers: [...ethers.getBytes(event?.args.tiers)].slice(0, count) };
}

describe("MineBox: openBoxes", () => {
  it("when opened by anybody, each box wins what link, block, salt, account and number make of it", async () => {
    const g = await season({ maxBoxes: 200 });
    let misses = 0;
    for (let nth = 0; nth < 8; nth++) {
      const drop = FIRST_DROP + 2 * nth;
      await toDrop(drop);
      const requested = await request(g, g.owner, { count: 10, salt: BigInt(nth) });
      await reveal(g, drop, nth);
      const won = await wonBy(g, requested, { nth, misses });
      await expect(open(g, [g.owner.address, g.vehicle]))
        .to.emit(g.p.mineBox, "BoxesOpened")
        .withArgs(g.owner.address, 10 * nth, 10, tierBytes(won.tiers));
      misses = won.misses;
      expect(await playOf(g.p, g.owner.address)).to.include({ pending: 0, misses, boxes: 10 * (nth + 1) });
    }
  });

  it("when opened, prizes are given and the rest of what was held is free again", async () => {
    const { g, requested } = await revealed({}, { count: 10 });
    const { tiers } = await wonBy(g, requested);
    const prizes = tiers.map((tier) => PRIZES[tier] as (typeof PRIZES)[number]);
    const sum = (kind: number) =>
      prizes.reduce((total, prize) => total + (prize.kind === kind ? prize.amount : 0n), 0n);
    const vouchers = prizes.filter(({ kind }) => kind === 3).length;
    await open(g, [g.owner.address, g.vehicle]);
    expect(await seasonState(g)).to.include({
      ...{ budgetLeft: TERMS.budget - sum(1), vouchersLeft: TERMS.vouchers - vouchers, pending: 0 },
    });
    expect((await g.p.stoneLedger.stonesOf(g.owner.address)).received).to.equal(sum(1));
    expect(await g.p.redemptionDesk.vouchersOf(g.owner.address, 1)).to.equal(vouchers);
    expect((await playOf(g.p, g.owner.address)).crystals).to.equal(CRYSTALS - 10 * PRICE + Number(sum(2)));
    expect(await g.p.stoneLedger.issuedDrawn()).to.equal(sum(1));
  });

  describe("given a box that wins stones", () => {
    it("when the account holds the vehicle, they are paid", async () => {
      const { g } = await revealed(STONES, { count: 3 });
      const transaction = open(g, [g.owner.address, g.vehicle]);
      await expect(transaction)
        .to.emit(g.p.stoneLedger, "Transfer")
        .withArgs(ethers.ZeroAddress, g.owner.address, 3n * WORST);
      await expect(transaction).to.not.emit(g.p.mineBox, "PrizeWaits");
      expect(await g.p.stoneLedger.balanceOf(g.owner.address)).to.equal(3n * WORST);
      expect(await g.p.mineBox.claimableOf(g.owner.address)).to.equal(0n);
    });

    const WAITING: readonly (readonly [string, (g: Playable) => Promise<string>])[] = [
      ["no vehicle is named", async () => NO_VEHICLE],
      ["the vehicle is somebody else's", async (g) => pairTo(g, g.stranger)],
      ["the vehicle is nobody's", async ({ p }) => (await registerOne(p, "nobody's")).vehicle],
      ["the vehicle was released", release],
    ];
    for (const [title, vehicle] of WAITING) {
      it(`when ${title}, they wait`, async () => {
        const { g } = await revealed(STONES, { count: 2 });
        const named = await vehicle(g);
        await expect(open(g, [g.owner.address, named]))
          .to.emit(g.p.mineBox, "PrizeWaits")
          .withArgs(g.owner.address, 2n * WORST);
        expect(await g.p.mineBox.claimableOf(g.owner.address)).to.equal(2n * WORST);
        expect(await g.p.stoneLedger.issuedDrawn()).to.equal(0n);
      });
    }

    it("when it is a single unit, it is paid", async () => {
      const { g } = await revealed(always(prizeOf("stones", { amount: 1n })));
      await open(g, [g.owner.address, g.vehicle]);
      expect(await g.p.stoneLedger.balanceOf(g.owner.address)).to.equal(1n);
    });

    it("when others wait already, they wait together", async () => {
      const { g } = await revealed(STONES, { by: "guest" });
      await open(g, [g.guest.address, NO_VEHICLE]);
      await toDrop(FIRST_DROP + 2);
      await request(g, g.guest);
      await reveal(g, FIRST_DROP + 2, 1);
      await open(g, [g.guest.address, NO_VEHICLE]);
      expect(await g.p.mineBox.claimableOf(g.guest.address)).to.equal(2n * WORST);
    });

    it("when the account has moved, they are with the other", async () => {
      const { g } = await revealed(STONES);
      await move(g, g.owner, g.broke);
      await open(g, [g.owner.address, g.vehicle]);
      expect(await g.p.stoneLedger.balanceOf(g.broke.address)).to.equal(WORST);
      expect(await g.p.stoneLedger.balanceOf(g.owner.address)).to.equal(0n);
    });
  });

  it("given boxes that win vouchers, each is granted for its item", async () => {
    const { g } = await revealed(always(prizeOf("voucher", { item: 1 })), { count: 4, by: "guest" });
    await expect(open(g, [g.guest.address, NO_VEHICLE]))
      .to.emit(g.p.redemptionDesk, "VouchersGranted")
      .withArgs(g.guest.address, 1, 1);
    expect(await g.p.redemptionDesk.vouchersOf(g.guest.address, 1)).to.equal(4n);
    expect((await seasonState(g)).vouchersLeft).to.equal(TERMS.vouchers - 4);
  });

  it("given one box that wins a voucher, it is granted", async () => {
    const { g } = await revealed(always(prizeOf("voucher", { item: 1 })), { by: "guest" });
    await open(g, [g.guest.address, NO_VEHICLE]);
    expect(await g.p.redemptionDesk.vouchersOf(g.guest.address, 1)).to.equal(1n);
  });

  it("given boxes that win crystals, the account has them", async () => {
    const { g } = await revealed(always(prizeOf("crystals", { amount: 1_000_000n })), { count: 10, by: "guest" });
    await open(g, [g.guest.address, NO_VEHICLE]);
    expect((await playOf(g.p, g.guest.address)).crystals).to.equal(CRYSTALS - 10 * PRICE + 10_000_000);
  });

  it("given boxes that win nothing, the account has nothing more", async () => {
    const prizes = [prizeOf("crystals", { amount: 5n }), prizeOf("nothing", { weight: 2 ** 32 - 2 })];
    const { g } = await revealed({ ...always(prizes[0] as never), prizes, guarantee: 20 }, { count: 10 });
    await expect(open(g, [g.owner.address, g.vehicle]))
      .to.emit(g.p.mineBox, "BoxesOpened")
      .withArgs(g.owner.address, 0, 10, tierBytes(Array(10).fill(1)));
    expect((await playOf(g.p, g.owner.address)).crystals).to.equal(CRYSTALS - 10 * PRICE);
  });

  describe("given a guarantee after three misses", () => {
    it("when three were missed, the fourth has the guaranteed tier, and the count begins anew", async () => {
      const g = await season(mostlyMissed({ guarantee: 3 }));
      const { tiers } = await playDrop(g, g.owner, { nth: 0, count: 10 });
      expect(tiers).to.deep.equal([2, 2, 2, 1, 2, 2, 2, 1, 2, 2]);
      expect((await playOf(g.p, g.owner.address)).misses).to.equal(2);
    });

    it("when they were missed over several requests, it is kept all the same", async () => {
      const g = await season(mostlyMissed({ guarantee: 3 }));
      expect((await playDrop(g, g.owner, { nth: 0, count: 2 })).tiers).to.deep.equal([2, 2]);
      expect((await playDrop(g, g.owner, { nth: 1, count: 1 })).tiers).to.deep.equal([2]);
      expect((await playOf(g.p, g.owner.address)).misses).to.equal(3);
      expect((await playDrop(g, g.owner, { nth: 2, count: 1 })).tiers).to.deep.equal([1]);
      expect((await playOf(g.p, g.owner.address)).misses).to.equal(0);
    });

    it("when others missed, they do not count", async () => {
      const g = await season(mostlyMissed({ guarantee: 3 }));
      await playDrop(g, g.guest, { nth: 0, count: 3 });
      expect((await playDrop(g, g.owner, { nth: 1, count: 1 })).tiers).to.deep.equal([2]);
    });

    it("when the guaranteed tier itself is drawn, the count begins anew", async () => {
      const prizes = [prizeOf("crystals", { amount: 9n, weight: 2 ** 32 - 2 }), prizeOf("crystals", { amount: 1n })];
      const g = await season({ ...always(prizes[0] as never), prizes, guarantee: 3 });
      expect((await playDrop(g, g.owner, { nth: 0, count: 5 })).tiers).to.deep.equal([0, 0, 0, 0, 0]);
      expect((await playOf(g.p, g.owner.address)).misses).to.equal(0);
    });

    it("when the next season begins, the count begins anew", async () => {
      const next = chainOf("the second season", 1);
      const g = await season(mostlyMissed({ guarantee: 3, endDrop: FIRST_DROP + 1 }));
      await playDrop(g, g.owner, { nth: 0, count: 3 });
      const firstDrop = FIRST_DROP + 147;
      await openSeason(g, { ...termsOf(mostlyMissed({ guarantee: 3 })), firstDrop, tip: next.tip, links: 1 });
      await toDrop(firstDrop);
      await request(g, g.owner, { season: 2, count: 4 });
      await toDrop(firstDrop + 1);
      await networkHelpers.mine();
      await g.p.mineBox.revealDrop(2, firstDrop, next.links[0] as Hex);
      await expect(open(g, [g.owner.address, NO_VEHICLE]))
        .to.emit(g.p.mineBox, "BoxesOpened")
        .withArgs(g.owner.address, 3, 4, tierBytes([2, 2, 2, 1]));
    });
  });

  it("given a guarantee of no miss, every box has at least the guaranteed tier", async () => {
    const g = await season(mostlyMissed({ guarantee: 0 }));
    expect((await playDrop(g, g.owner, { nth: 0, count: 3 })).tiers).to.deep.equal([1, 1, 1]);
  });

  it("given a forced season, every box has the guaranteed tier and misses begin anew", async () => {
    const g = await season(mostlyMissed({ guarantee: 20, maxBoxes: 30 }));
    await playDrop(g, g.owner, { nth: 0, count: 2 });
    await toDrop(FIRST_DROP + 2);
    await request(g, g.owner, { count: 3 });
    await at(dropStart(GENESIS, FIRST_DROP + 3) + 3_601);
    await g.p.mineBox.forceSeason(1);
    await expect(open(g, [g.owner.address, NO_VEHICLE]))
      .to.emit(g.p.mineBox, "BoxesOpened")
      .withArgs(g.owner.address, 2, 3, tierBytes([1, 1, 1]));
    expect(await playOf(g.p, g.owner.address)).to.include({ misses: 0, pending: 0 });
  });

  describe("given boxes that cannot be opened", () => {
    async function expectPassed(g: Season, account: string): Promise<void> {
      const before = await playOf(g.p, account);
      const receipt = await (await open(g, [account, NO_VEHICLE])).wait();
      expect(receipt?.logs.length).to.equal(0);
      expect(await playOf(g.p, account)).to.deep.equal(before);
    }

    it("when their drop is not revealed, they are passed over", async () => {
      const g = await season();
      await request(g, g.owner);
      await expectPassed(g, g.owner.address);
    });

    it("when only an earlier drop is revealed, they are passed over", async () => {
      const g = await season();
      await request(g, g.guest);
      await toDrop(FIRST_DROP + 1);
      await request(g, g.owner);
      await reveal(g, FIRST_DROP);
      await expectPassed(g, g.owner.address);
      expect((await seasonState(g)).pending).to.equal(2);
    });

    it("when they are open, they are passed over", async () => {
      const { g } = await revealed({});
      await open(g, [g.owner.address, g.vehicle]);
      await expectPassed(g, g.owner.address);
    });

    it("when there never were any, they are passed over", async () => {
      const g = await season();
      await expectPassed(g, g.stranger.address);
    });
  });

  it("given many accounts, those that can be are opened", async () => {
    const g = await season(STONES);
    const player = await playerOf(g, 0);
    await request(g, g.owner, { count: 2 });
    await request(g, g.guest);
    await toDrop(FIRST_DROP + 1);
    await request(g, player);
    await reveal(g, FIRST_DROP);
    await open(
      g,
      [g.owner.address, g.vehicle],
      [g.stranger.address, NO_VEHICLE],
      [player.address, NO_VEHICLE],
      [g.guest.address, g.vehicle],
      [g.owner.address, g.vehicle],
    );
    expect(await g.p.stoneLedger.balanceOf(g.owner.address)).to.equal(2n * WORST);
    expect(await g.p.mineBox.claimableOf(g.guest.address)).to.equal(WORST);
    expect(await seasonState(g)).to.include({ pending: 1, budgetLeft: TERMS.budget - 4n * WORST });
  });

  it("given boxes of two seasons in turn, each season keeps its own books", async () => {
    const next = chainOf("the second season", 1);
    const g = await season({ ...STONES, endDrop: FIRST_DROP + 150 });
    const other = always(prizeOf("crystals", { amount: 77n }));
    const firstDrop = FIRST_DROP + 150;
    await openSeason(g, termsOf({ ...other, firstDrop, endDrop: firstDrop + 1, links: 1, tip: next.tip }));
    const players = [await playerOf(g, 0), await playerOf(g, 1)] as const;
    await toDrop(FIRST_DROP + 149);
    for (const by of players) await request(g, by);
    await toDrop(firstDrop);
    for (const by of [g.owner, g.guest]) await request(g, by, { season: 2, count: 2 });
    await reveal(g, FIRST_DROP + 149);
    await toDrop(firstDrop + 1);
    await g.p.mineBox.revealDrop(2, firstDrop, next.links[0] as Hex);
    const accounts = [players[0], g.owner, players[1], g.guest].map(({ address }) => [address, NO_VEHICLE] as const);
    await open(g, ...accounts);
    expect(await seasonState(g)).to.include({ pending: 0, budgetLeft: TERMS.budget - 2n * WORST });
    expect(await seasonState(g, 2)).to.include({ pending: 0, budgetLeft: 0n });
    for (const by of players) expect(await g.p.mineBox.claimableOf(by.address)).to.equal(WORST);
    for (const by of [g.owner, g.guest]) {
      expect((await playOf(g.p, by.address)).crystals).to.equal(CRYSTALS - 2 * PRICE + 2 * 77);
    }
  });

  it("given requests in two blocks of a drop, each is drawn with its own block's seed", async () => {
    const g = await season({ maxBoxes: 30 });
    const requests = [await request(g, g.owner, { count: 10 }), await request(g, g.guest, { count: 10 })];
    await reveal(g, FIRST_DROP);
    const transaction = open(g, [g.owner.address, NO_VEHICLE], [g.guest.address, NO_VEHICLE]);
    for (const requested of requests) {
      const { tiers } = await wonBy(g, requested);
      await expect(transaction)
        .to.emit(g.p.mineBox, "BoxesOpened")
        .withArgs(requested.account, 0, 10, tierBytes(tiers));
    }
  });

  it("given a chain whose blocks were made anew, the hashes of those that stand count", async () => {
    const g = await season({ maxBoxes: 30 });
    const snapshot = await networkHelpers.takeSnapshot();
    const gone = await request(g, g.owner, { count: 10 });
    await networkHelpers.mine();
    const lost = await ethers.provider.getBlock(gone.block + 1);
    await snapshot.restore();
    await at((await now()) + 30);
    const requested = await request(g, g.owner, { count: 10 });
    await reveal(g, FIRST_DROP);
    const { tiers } = await wonBy(g, requested);
    expect((await ethers.provider.getBlock(gone.block + 1))?.hash).to.not.equal(lost?.hash);
    await expect(open(g, [g.owner.address, NO_VEHICLE]))
      .to.emit(g.p.mineBox, "BoxesOpened")
      .withArgs(g.owner.address, 0, 10, tierBytes(tiers));
  });

  it("given a time long after the reveal, they are opened all the same", async () => {
    const { g, requested } = await revealed({}, { count: 3 });
    const { tiers } = await wonBy(g, requested);
    await networkHelpers.mine(9_000, { interval: 600 });
    await expect(open(g, [g.owner.address, NO_VEHICLE]))
      .to.emit(g.p.mineBox, "BoxesOpened")
      .withArgs(g.owner.address, 0, 3, tierBytes(tiers));
  });

  it("given lists of different lengths, it is refused", async () => {
    const g = await season();
    for (const [accounts, vehicles] of [
      [[g.owner.address], []],
      [[], [NO_VEHICLE]],
    ] as const) {
      await expect(g.p.mineBox.openBoxes([...accounts], [...vehicles]))
        .to.be.revertedWithCustomError(g.p.mineBox, "LengthMismatch")
        .withArgs();
    }
  });
});

/** Somebody pairs a vehicle. */
async function pairTo({ p }: Playable, to: HardhatEthersSigner): Promise<string> {
  const one = await registerOne(p, `of ${to.address}`);
  await pair(p, one, to, { time: (await now()) + 10, at });
  return one.vehicle;
}

/** The owner lets the vehicle go. @returns It. */
async function release({ p, owner, vehicle }: Playable): Promise<string> {
  await p.vehicleRegistry.connect(owner).releaseVehicle({ vehicle, account: owner.address, deadline: 0 });
  return vehicle;
}

describe("MineBox: claimPrize", () => {
  /** The guest, without a vehicle, has won stones. */
  async function waiting() {
    const { g } = await revealed(STONES, { by: "guest" });
    await open(g, [g.guest.address, NO_VEHICLE]);
    return g;
  }

  function claim({ p, stranger }: Playable, account: string, vehicle: string) {
    return p.mineBox.connect(stranger).claimPrize(account, vehicle);
  }

  it("when the account holds a vehicle, anybody has its stones paid", async () => {
    const g = await waiting();
    const vehicle = await pairTo(g, g.guest);
    const transaction = claim(g, g.guest.address, vehicle);
    await expect(transaction).to.emit(g.p.mineBox, "PrizeClaimed").withArgs(g.guest.address, WORST);
    await expect(transaction).to.emit(g.p.stoneLedger, "Transfer").withArgs(ethers.ZeroAddress, g.guest.address, WORST);
    expect(await g.p.stoneLedger.balanceOf(g.guest.address)).to.equal(WORST);
    expect(await g.p.mineBox.claimableOf(g.guest.address)).to.equal(0n);
  });

  const REFUSED: readonly (readonly [string, (g: Playable) => Promise<string>])[] = [
    ["no vehicle", async () => NO_VEHICLE],
    ["somebody else's vehicle", async ({ vehicle }) => vehicle],
    ["a vehicle that was released", async (g) => release({ ...g, owner: g.guest, vehicle: await pairTo(g, g.guest) })],
  ];
  for (const [title, vehicle] of REFUSED) {
    it(`given ${title}, it is refused`, async () => {
      const g = await waiting();
      const named = await vehicle(g);
      await expect(claim(g, g.guest.address, named))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NothingToClaim")
        .withArgs(g.guest.address, named);
      expect(await g.p.mineBox.claimableOf(g.guest.address)).to.equal(WORST);
    });
  }

  it("given stones that were paid, it is refused", async () => {
    const g = await waiting();
    const vehicle = await pairTo(g, g.guest);
    await claim(g, g.guest.address, vehicle);
    await expect(claim(g, g.guest.address, vehicle))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NothingToClaim")
      .withArgs(g.guest.address, vehicle);
  });

  it("given an owner without waiting stones, it is refused", async () => {
    const g = await waiting();
    await expect(claim(g, g.owner.address, g.vehicle))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NothingToClaim")
      .withArgs(g.owner.address, g.vehicle);
  });

  it("given an account that has moved, the other claims what followed", async () => {
    const g = await waiting();
    await move(g, g.guest, g.broke);
    await g.p.mineBox.followMove(g.guest.address);
    const vehicle = await pairTo(g, g.broke);
    await claim(g, g.broke.address, vehicle);
    expect(await g.p.stoneLedger.balanceOf(g.broke.address)).to.equal(WORST);
  });
});
