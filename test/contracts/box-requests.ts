import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { dropStart } from "../../src/protocol/index.ts";
import { playOf, prizeOf, type TestRequest, type TestTerms } from "../support/contracts-boxes.ts";
import { expectSkips, signIntent } from "../support/contracts-intents.ts";
import { at, DAY_S, ethers, GENESIS, networkHelpers, now } from "./fixture.ts";
import {
  CHAIN,
  CRYSTALS,
  FIRST_DROP,
  move,
  NO_VEHICLE,
  OPENED_AT,
  open,
  openSeason,
  type Playable,
  playable,
  playerOf,
  request,
  requestOf,
  reveal,
  type Season,
  season,
  seasonState,
  TERMS,
  termsOf,
  toDrop,
  WORST,
} from "./playable.ts";

const LAST = TERMS.endDrop;
const BEST = { budget: WORST, vouchers: 1 };
const BLOCKS_A_DROP = 32;

function expectRefused(g: Playable, by: HardhatEthersSigner, change: Partial<TestRequest>, error: string) {
  return expect(request(g, by, change)).to.be.revertedWithCustomError(g.p.mineBox, error);
}

/** The account's boxes of a drop: requested, revealed and opened. */
async function playDrop(
  g: Season,
  by: HardhatEthersSigner,
  { drop, nth, count }: Record<"drop" | "nth" | "count", number>,
) {
  await toDrop(drop);
  const requested = await request(g, by, { count });
  await reveal(g, drop, nth);
  await open(g, [by.address, NO_VEHICLE]);
  return requested;
}

describe("MineBox: requestBoxes", () => {
  it("when requested, crystals are spent, and the request stands in its block", async () => {
    const g = await season();
    const { mineBox } = g.p;
    const transaction = mineBox.connect(g.owner).requestBoxes(requestOf(g.owner.address, { count: 2, salt: 77n }));
    await expect(transaction).to.emit(mineBox, "BoxesRequested").withArgs(g.owner.address, 1, 0, 2, 77);
    expect(await playOf(g.p, g.owner.address)).to.deep.equal({
      ...{ salt: 77n, requestBlock: (await transaction).blockNumber, season: 1, pending: 2, adult: true },
      ...{ misses: 0, seasonBoxes: 2, boxes: 2, crystals: CRYSTALS - 20 },
    });
    expect(await mineBox.nextReveal(1)).to.deep.equal([true, BigInt(FIRST_DROP)]);
  });

  it("when requested, the worst case of each box is held", async () => {
    const g = await season();
    await request(g, g.owner, { count: 10 });
    expect(await seasonState(g)).to.include({
      ...{ budgetLeft: TERMS.budget - 10n * WORST, vouchersLeft: TERMS.vouchers - 10 },
      ...{ linksLeft: TERMS.links - 1, pending: 10 },
    });
  });

  it("when the largest salt is chosen, it stands", async () => {
    const g = await season();
    await request(g, g.owner, { salt: 2n ** 96n - 1n });
    expect(await playOf(g.p, g.owner.address)).to.include({ salt: 2n ** 96n - 1n, season: 1, pending: 1 });
  });

  it("given a drop that has a request, the next one takes no other link", async () => {
    const g = await season();
    await request(g, g.owner);
    await request(g, g.guest);
    expect(await seasonState(g)).to.include({ linksLeft: TERMS.links - 1, pending: 2 });
    expect(await g.p.mineBox.nextReveal(1)).to.deep.equal([true, BigInt(FIRST_DROP)]);
  });

  it("given a later drop, it takes another link and is revealed later", async () => {
    const g = await season();
    await request(g, g.owner);
    await toDrop(FIRST_DROP + 3);
    await request(g, g.guest);
    expect((await seasonState(g)).linksLeft).to.equal(TERMS.links - 2);
    expect(await g.p.mineBox.nextReveal(1)).to.deep.equal([true, BigInt(FIRST_DROP)]);
    await reveal(g, FIRST_DROP);
    expect(await g.p.mineBox.nextReveal(1)).to.deep.equal([true, BigInt(FIRST_DROP + 3)]);
  });

  it("given somebody else's account, it is refused", async () => {
    const g = await season();
    await expect(g.p.mineBox.connect(g.guest).requestBoxes(requestOf(g.owner.address)))
      .to.be.revertedWithCustomError(g.p.mineBox, "InvalidSignature")
      .withArgs(g.owner.address);
  });

  for (const unknown of [0, 2]) {
    it(`given the unknown season ${unknown}, it is refused`, async () => {
      const g = await season();
      await expectRefused(g, g.owner, { season: unknown }, "MineBox_NotOpen").withArgs(unknown, FIRST_DROP);
    });
  }

  describe("given the season's drops", () => {
    it("when a second before the first, it is refused", async () => {
      const g = await playable();
      await at(OPENED_AT);
      await openSeason(g, TERMS);
      await at(dropStart(GENESIS, FIRST_DROP) - 1);
      await expectRefused(g, g.owner, {}, "MineBox_NotOpen").withArgs(1, FIRST_DROP - 1);
    });

    it("when in the first second of the first, it is taken", async () => {
      const g = await playable();
      await at(OPENED_AT);
      await openSeason(g, TERMS);
      await at(dropStart(GENESIS, FIRST_DROP));
      await request(g, g.owner);
      expect((await seasonState(g)).pending).to.equal(1);
    });

    it("when in the last second of the last, it is taken", async () => {
      const g = await season();
      await at(dropStart(GENESIS, LAST) - 1);
      await request(g, g.owner);
      expect(await g.p.mineBox.nextReveal(1)).to.deep.equal([true, BigInt(LAST - 1)]);
    });

    it("when in the first second after them, it is refused", async () => {
      const g = await season();
      await at(dropStart(GENESIS, LAST));
      await expectRefused(g, g.owner, {}, "MineBox_NotOpen").withArgs(1, LAST);
    });
  });

  it("given a forced season, it is refused in the same drop", async () => {
    const g = await season();
    await request(g, g.owner);
    await at(dropStart(GENESIS, FIRST_DROP + 1) + 3_601);
    await g.p.mineBox.forceSeason(1);
    await expectRefused(g, g.guest, {}, "MineBox_NotOpen").withArgs(1, FIRST_DROP + 7);
  });

  for (const count of [0, 11]) {
    it(`given ${count} boxes, it is refused`, async () => {
      const g = await season();
      await expectRefused(g, g.owner, { count }, "MineBox_InvalidCount").withArgs(count);
    });
  }

  it("given a number that is not that of the boxes before, it is refused", async () => {
    const g = await season();
    await expectRefused(g, g.owner, { boxes: 1 }, "MineBox_WrongNumber").withArgs(1, 0);
    await playDrop(g, g.owner, { drop: FIRST_DROP, nth: 0, count: 3 });
    for (const boxes of [0, 2, 4]) {
      await expectRefused(g, g.owner, { boxes }, "MineBox_WrongNumber").withArgs(boxes, 3);
    }
  });

  it("given boxes that wait, it is refused until they are open", async () => {
    const g = await season();
    await request(g, g.owner);
    await expectRefused(g, g.owner, {}, "MineBox_BoxesWaiting").withArgs(g.owner.address);
    await reveal(g, FIRST_DROP);
    await expectRefused(g, g.owner, {}, "MineBox_BoxesWaiting").withArgs(g.owner.address);
    await open(g, [g.owner.address, NO_VEHICLE]);
    expect((await request(g, g.owner)).boxes).to.equal(1);
  });

  it("given boxes of an earlier season that wait, it is refused in the next", async () => {
    const g = await season({ endDrop: FIRST_DROP + 1 });
    const next = termsOf({ firstDrop: FIRST_DROP + 146 });
    await openSeason(g, next);
    await request(g, g.owner);
    await reveal(g, FIRST_DROP);
    await toDrop(next.firstDrop);
    await expectRefused(g, g.owner, { season: 2 }, "MineBox_BoxesWaiting").withArgs(g.owner.address);
    await open(g, [g.owner.address, NO_VEHICLE]);
    await request(g, g.owner, { season: 2 });
    expect(await playOf(g.p, g.owner.address)).to.include({ season: 2, seasonBoxes: 1, boxes: 2, misses: 0 });
  });

  it("given somebody who is not attested to be an adult, it is refused", async () => {
    const g = await season();
    await expectRefused(g, g.minor, {}, "MineBox_NotAdult").withArgs(g.minor.address);
  });

  describe("given a limit for each account", () => {
    const three = { maxBoxes: 5, guarantee: 1 };

    it("when the last box is within it, it is taken", async () => {
      const g = await season(three);
      await playDrop(g, g.owner, { drop: FIRST_DROP, nth: 0, count: 3 });
      await request(g, g.owner, { count: 2 });
      expect((await playOf(g.p, g.owner.address)).seasonBoxes).to.equal(5);
    });

    it("when the last box is above it, it is refused", async () => {
      const g = await season(three);
      await playDrop(g, g.owner, { drop: FIRST_DROP, nth: 0, count: 3 });
      await expectRefused(g, g.owner, { count: 3 }, "MineBox_LimitReached").withArgs(g.owner.address, 5);
    });

    it("when others have reached it, it is taken", async () => {
      const g = await season(three);
      await request(g, g.guest, { count: 5 });
      await request(g, g.owner, { count: 5 });
      expect((await seasonState(g)).pending).to.equal(10);
    });
  });

  it("given exactly the crystals that it takes, it is taken", async () => {
    const g = await season({ price: CRYSTALS / 10 });
    await request(g, g.owner, { count: 10 });
    expect((await playOf(g.p, g.owner.address)).crystals).to.equal(0);
  });

  it("given one crystal less, it is refused", async () => {
    const g = await season({ price: CRYSTALS + 1 });
    await expectRefused(g, g.owner, {}, "MineBox_InsufficientCrystals").withArgs(
      g.owner.address,
      CRYSTALS,
      CRYSTALS + 1,
    );
  });

  it("given crystals for one box, two are refused", async () => {
    const price = CRYSTALS / 2 + 1;
    const g = await season({ price });
    const refused = expectRefused(g, g.owner, { count: 2 }, "MineBox_InsufficientCrystals");
    await refused.withArgs(g.owner.address, CRYSTALS, 2 * price);
    await request(g, g.owner);
  });

  it("given the highest price, ten boxes cost more than anybody has", async () => {
    const price = 2 ** 32 - 1;
    const g = await season({ price });
    await expectRefused(g, g.owner, { count: 10 }, "MineBox_InsufficientCrystals").withArgs(
      g.owner.address,
      CRYSTALS,
      10 * price,
    );
  });

  describe("given what is left of the season", () => {
    const LEFT: readonly (readonly [string, Partial<TestTerms>])[] = [
      ["the budget", { budget: 3n * WORST }],
      ["the vouchers", { vouchers: 3 }],
    ];
    for (const [title, change] of LEFT) {
      it(`when ${title} can pay the best outcome, it is taken`, async () => {
        const g = await season(change);
        await request(g, g.owner, { count: 3 });
        expect((await seasonState(g)).pending).to.equal(3);
      });

      it(`when ${title} cannot pay the best outcome, it is refused`, async () => {
        const g = await season(change);
        await request(g, g.owner, { count: 2 });
        await expectRefused(g, g.guest, { count: 2 }, "MineBox_SoldOut").withArgs(1);
      });
    }

    it("when a box was opened that won less, what it held is there again", async () => {
      const prizes = [
        prizeOf("stones", { amount: WORST }),
        prizeOf("crystals", { amount: 7n, weight: 2 ** 32 - 4 }),
        prizeOf("voucher", { item: 1 }),
      ];
      const g = await season({ prizes, guaranteedTier: 1, budget: WORST, vouchers: 1 });
      await request(g, g.owner);
      await expectRefused(g, g.guest, {}, "MineBox_SoldOut").withArgs(1);
      await reveal(g, FIRST_DROP);
      await open(g, [g.owner.address, NO_VEHICLE]);
      expect((await playOf(g.p, g.owner.address)).crystals).to.equal(CRYSTALS - 10 + 7);
      await request(g, g.guest);
      expect(await seasonState(g)).to.include({ budgetLeft: 0n, vouchersLeft: 0, pending: 1 });
    });

    it("when the last link is used, the same drop goes on", async () => {
      const g = await season({ links: 1 });
      await request(g, g.owner);
      await request(g, g.guest);
      expect(await seasonState(g)).to.include({ linksLeft: 0, pending: 2 });
    });

    it("when the last link is used, another drop is refused", async () => {
      const g = await season({ links: 1 });
      await request(g, g.owner);
      await toDrop(FIRST_DROP + 1);
      await expectRefused(g, g.guest, {}, "MineBox_SoldOut").withArgs(1);
    });
  });

  describe("given requests in as many blocks as a drop may have", () => {
    async function full(change: Partial<TestTerms> = {}): Promise<Season> {
      const g = await season(change);
      for (let i = 0; i < BLOCKS_A_DROP - 1; i++) await request(g, await playerOf(g, i));
      return g;
    }

    it("when two come in the last of them, both are taken", async () => {
      const g = await full();
      await ethers.provider.send("evm_setAutomine", [false]);
      const both = [g.owner, g.guest].map(({ address }) => requestOf(address));
      for (const [i, by] of [g.owner, g.guest].entries()) {
        await g.p.mineBox.connect(by).requestBoxes(both[i] as TestRequest, { gasLimit: 500_000 });
      }
      await networkHelpers.mine();
      await ethers.provider.send("evm_setAutomine", [true]);
      const plays = [await playOf(g.p, g.owner.address), await playOf(g.p, g.guest.address)];
      expect(plays.map(({ pending }) => pending)).to.deep.equal([1, 1]);
      expect(plays[0]?.requestBlock).to.equal(plays[1]?.requestBlock);
    });

    it("when one comes in another block, it is refused", async () => {
      const g = await full();
      await request(g, g.owner);
      await expectRefused(g, g.guest, {}, "MineBox_DropFull").withArgs(FIRST_DROP);
    });

    it("when nothing is left to pay one in another block, it is refused for the drop", async () => {
      const g = await full({ budget: BigInt(BLOCKS_A_DROP) * WORST });
      await request(g, g.owner);
      expect((await seasonState(g)).budgetLeft).to.equal(0n);
      await expectRefused(g, g.guest, {}, "MineBox_DropFull").withArgs(FIRST_DROP);
    });

    it("when one comes in the next drop, it is taken", async () => {
      const g = await full();
      await request(g, g.owner);
      await toDrop(FIRST_DROP + 1);
      await request(g, g.guest);
      expect((await seasonState(g)).linksLeft).to.equal(TERMS.links - 2);
    });
  });

  describe("given eight drops with requests that were not revealed", () => {
    async function waiting(): Promise<Season> {
      const g = await season();
      for (let i = 0; i < 8; i++) {
        await toDrop(FIRST_DROP + i);
        await request(g, await playerOf(g, i));
      }
      return g;
    }

    it("when one comes in the eighth, it is taken", async () => {
      const g = await waiting();
      await request(g, g.owner);
      expect((await seasonState(g)).pending).to.equal(9);
    });

    it("when one comes in the ninth, it is refused, since the first can no longer be revealed", async () => {
      const g = await waiting();
      await at(dropStart(GENESIS, FIRST_DROP + 8));
      await expectRefused(g, g.owner, {}, "MineBox_RevealOverdue").withArgs(1);
      await expect(g.p.mineBox.revealDrop(1, FIRST_DROP, CHAIN.links[0] as string))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_TooLate")
        .withArgs(FIRST_DROP);
    });
  });

  it("given drops that were revealed, their rows are used again", async () => {
    const g = await season();
    for (let i = 0; i < 11; i++) await playDrop(g, g.owner, { drop: FIRST_DROP + 2 * i, nth: i, count: 1 });
    expect(await seasonState(g)).to.include({ linksLeft: TERMS.links - 11, pending: 0 });
    expect(await g.p.mineBox.nextReveal(1)).to.deep.equal([false, 0n]);
  });

  it("given an account that has moved, it is refused, and the other may play", async () => {
    const g = await season();
    await move(g, g.owner, g.broke);
    await expectRefused(g, g.owner, {}, "MineBox_AccountMoved").withArgs(g.owner.address);
    await g.p.mineBox.followMove(g.owner.address);
    await request(g, g.broke);
    expect((await playOf(g.p, g.broke.address)).crystals).to.equal(CRYSTALS - 10);
  });
});

describe("MineBox: requestBoxesOf", () => {
  const DEADLINE = dropStart(GENESIS, FIRST_DROP) + 3_600;

  function signed(g: Season, by: HardhatEthersSigner, change: Partial<TestRequest> = {}) {
    const message = requestOf(by.address, { deadline: DEADLINE, ...change });
    return { message, signature: signIntent(by, "BoxRequest", message, { contracts: g.p }) };
  }

  /** A stranger carries out signed requests. */
  async function submit(g: Season, requests: readonly ReturnType<typeof signed>[]) {
    const signatures = await Promise.all(requests.map(({ signature }) => signature));
    return g.p.mineBox.connect(g.stranger).requestBoxesOf(
      requests.map(({ message }) => message),
      signatures,
    );
  }

  it("when signed by many, all stand in one block and are told", async () => {
    const g = await season();
    const transaction = submit(g, [signed(g, g.owner, { count: 2, salt: 7n }), signed(g, g.guest, { salt: 8n })]);
    await expect(transaction).to.emit(g.p.mineBox, "BoxesRequested").withArgs(g.owner.address, 1, 0, 2, 7);
    await expect(transaction).to.emit(g.p.mineBox, "BoxesRequested").withArgs(g.guest.address, 1, 0, 1, 8);
    await expectSkips(transaction, g.p.mineBox, []);
    const block = (await transaction).blockNumber;
    for (const [{ address }, pending] of [
      [g.owner, 2],
      [g.guest, 1],
    ] as const) {
      expect(await playOf(g.p, address)).to.include({
        pending,
        requestBlock: block,
        crystals: CRYSTALS - 10 * pending,
      });
    }
    expect(await seasonState(g)).to.include({
      ...{ budgetLeft: TERMS.budget - 3n * WORST, vouchersLeft: TERMS.vouchers - 3 },
      ...{ linksLeft: TERMS.links - 1, pending: 3 },
    });
  });

  it("given the same request twice, the second is skipped", async () => {
    const g = await season();
    const one = signed(g, g.owner);
    const skip = { index: 1, account: g.owner.address, error: "MineBox_WrongNumber" };
    await expectSkips(submit(g, [one, one]), g.p.mineBox, [skip]);
    expect((await seasonState(g)).pending).to.equal(1);
  });

  it("given the account's next request in the same batch, it is skipped", async () => {
    const g = await season();
    const skip = { index: 1, account: g.owner.address, error: "MineBox_BoxesWaiting" };
    await expectSkips(submit(g, [signed(g, g.owner), signed(g, g.owner, { boxes: 1 })]), g.p.mineBox, [skip]);
  });

  it("given requests for other seasons between, those alone are skipped", async () => {
    const g = await season();
    await openSeason(g, termsOf({ firstDrop: LAST, endDrop: LAST + 1 }));
    const requests = [
      signed(g, g.owner),
      signed(g, g.broke, { season: 2 }),
      signed(g, g.minor, { season: 9 }),
      signed(g, g.stranger, { season: 0 }),
      signed(g, g.guest),
    ];
    const skip = (index: number, { address }: HardhatEthersSigner) => ({
      index,
      account: address,
      error: "MineBox_NotOpen",
    });
    await expectSkips(submit(g, requests), g.p.mineBox, [skip(1, g.broke), skip(2, g.minor), skip(3, g.stranger)]);
    expect(await seasonState(g)).to.include({ linksLeft: TERMS.links - 1, pending: 2 });
    expect(await seasonState(g, 2)).to.include({ budgetLeft: TERMS.budget, linksLeft: TERMS.links, pending: 0 });
    expect(await seasonState(g, 9)).to.include({ budgetLeft: 0n, linksLeft: 0, pending: 0 });
  });

  it("given a budget that lasts for some, the others are skipped", async () => {
    const g = await season({ ...BEST, budget: 2n * WORST, vouchers: 2 });
    const player = await playerOf(g, 0);
    await request(g, player);
    const skip = { index: 1, account: g.guest.address, error: "MineBox_SoldOut" };
    await expectSkips(submit(g, [signed(g, g.owner), signed(g, g.guest)]), g.p.mineBox, [skip]);
    expect(await seasonState(g)).to.include({ budgetLeft: 0n, vouchersLeft: 0, pending: 2 });
  });

  const WRONG: readonly (readonly [
    string,
    string,
    (g: Season) => readonly [HardhatEthersSigner, Partial<TestRequest>],
    Partial<TestTerms>?,
  ])[] = [
    ["a deadline that has passed", "InvalidDeadline", (g) => [g.owner, { deadline: GENESIS }]],
    ["a deadline more than a day ahead", "InvalidDeadline", (g) => [g.owner, { deadline: DEADLINE + DAY_S }]],
    ["no boxes", "MineBox_InvalidCount", (g) => [g.owner, { count: 0 }]],
    ["another number", "MineBox_WrongNumber", (g) => [g.owner, { boxes: 1 }]],
    ["somebody who is no adult", "MineBox_NotAdult", (g) => [g.minor, {}]],
    ["too few crystals", "MineBox_InsufficientCrystals", (g) => [g.broke, {}]],
    ["a limit that is reached", "MineBox_LimitReached", (g) => [g.owner, { count: 3 }], { maxBoxes: 2, guarantee: 1 }],
    ["a budget that is used up", "MineBox_SoldOut", (g) => [g.owner, { count: 2 }], BEST],
  ];
  for (const [title, error, wrong, change] of WRONG) {
    it(`given ${title}, it is skipped and the next is taken`, async () => {
      const g = await season(change);
      const [by, message] = wrong(g);
      const skip = { index: 0, account: by.address, error };
      await expectSkips(submit(g, [signed(g, by, message), signed(g, g.guest)]), g.p.mineBox, [skip]);
      expect(await playOf(g.p, by.address)).to.include({ pending: 0, boxes: 0 });
      expect(await playOf(g.p, g.guest.address)).to.include({ pending: 1, boxes: 1 });
    });
  }

  it("given an account that has moved, it is skipped", async () => {
    const g = await season();
    await move(g, g.owner, g.broke);
    const skip = { index: 0, account: g.owner.address, error: "MineBox_AccountMoved" };
    await expectSkips(submit(g, [signed(g, g.owner)]), g.p.mineBox, [skip]);
  });

  it("given a drop that is full, it is skipped", async () => {
    const g = await season();
    for (let i = 0; i < BLOCKS_A_DROP; i++) await request(g, await playerOf(g, i));
    const skip = { index: 0, account: g.owner.address, error: "MineBox_DropFull" };
    await expectSkips(submit(g, [signed(g, g.owner)]), g.p.mineBox, [skip]);
  });

  it("given somebody else's signature, it is skipped", async () => {
    const g = await season();
    const { message } = signed(g, g.owner);
    const forged = { message, signature: signIntent(g.guest, "BoxRequest", message, { contracts: g.p }) };
    const skip = { index: 0, account: g.owner.address, error: "InvalidSignature" };
    await expectSkips(submit(g, [forged]), g.p.mineBox, [skip]);
  });

  it("given the last second of its deadline, it is taken", async () => {
    const g = await season();
    const deadline = (await now()) + 100;
    const one = signed(g, g.owner, { deadline });
    await one.signature;
    await at(deadline);
    await expectSkips(submit(g, [one]), g.p.mineBox, []);
  });

  it("given nothing, nothing happens", async () => {
    const g = await season();
    await expectSkips(submit(g, []), g.p.mineBox, []);
    expect((await seasonState(g)).budgetLeft).to.equal(TERMS.budget);
  });

  it("given lists of different lengths, it is refused", async () => {
    const g = await season();
    const { message, signature } = signed(g, g.owner);
    for (const [requests, signatures] of [
      [[message], []],
      [[], [await signature]],
    ] as const) {
      await expect(g.p.mineBox.requestBoxesOf([...requests], [...signatures]))
        .to.be.revertedWithCustomError(g.p.mineBox, "LengthMismatch")
        .withArgs();
    }
  });
});
