import { expect } from "chai";
import { describe, it } from "mocha";
import { drawSeed, dropStart, type Hex } from "../../src/protocol/index.ts";
import { playOf, prizeOf } from "../support/contracts-boxes.ts";
import { at, ethers, GENESIS, moveTo, networkHelpers } from "./fixture.ts";
import {
  always,
  CHAIN,
  CRYSTALS,
  FIRST_DROP,
  NO_VEHICLE,
  open,
  openSeason,
  playerOf,
  request,
  reveal,
  type Season,
  season,
  seasonState,
  TERMS,
  termsOf,
  toDrop,
  wonBy,
} from "./playable.ts";

const REVEAL_WITHIN_S = 3_600;
const REVEAL_WITHIN_BLOCKS = 8_000;
/** Where EIP-2935 keeps the hashes of 8,191 blocks, and its code there. The chain itself tells the last 256. */
const HISTORY = "0x0000F90827F1C53a10cb7A02335B175320002935";
const HISTORY_CODE =
  "0x3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";
const HISTORY_BLOCKS = 8_191;
const OVER = dropStart(GENESIS, FIRST_DROP + 1);
const [FIRST_LINK, SECOND_LINK] = CHAIN.links as [Hex, Hex];

function revealAt({ p, stranger }: Season, drop: number, link: string, number = 1) {
  return p.mineBox.connect(stranger).revealDrop(number, drop, link);
}

/** The seed that a block's requests must have. */
async function seedOf(block: number, link: Hex): Promise<string> {
  return drawSeed(link, (await ethers.provider.getBlock(block + 1))?.hash as Hex);
}

/** A season with a request of the owner in its first drop. */
async function requested() {
  const g = await season();
  return { g, ...(await request(g, g.owner)) };
}

/** Hardhat's network does not keep EIP-2935's history: this is what it would hold of a block. */
async function keepHistory(block: number): Promise<void> {
  const { hash } = (await ethers.provider.getBlock(block)) as { hash: string };
  await networkHelpers.setCode(HISTORY, HISTORY_CODE);
  await networkHelpers.setStorageAt(HISTORY, block % HISTORY_BLOCKS, hash);
}

/** Mines up to just before a block. */
async function mineUntil(block: number): Promise<void> {
  const latest = await ethers.provider.getBlockNumber();
  await networkHelpers.mine(block - 1 - latest, { interval: 0 });
}

describe("MineBox: revealDrop", () => {
  it("when revealed by anybody, its blocks have their seeds and the chain goes on", async () => {
    const { g, block } = await requested();
    await moveTo(OVER);
    await networkHelpers.mine();
    expect(await g.p.mineBox.seedOf(block)).to.equal(ethers.ZeroHash);
    await expect(revealAt(g, FIRST_DROP, FIRST_LINK))
      .to.emit(g.p.mineBox, "DropRevealed")
      .withArgs(1, FIRST_DROP, FIRST_LINK);
    expect(await g.p.mineBox.seedOf(block)).to.equal(await seedOf(block, FIRST_LINK));
    expect(await g.p.mineBox.nextReveal(1)).to.deep.equal([false, 0n]);
    expect((await seasonState(g)).tip).to.equal(FIRST_LINK);
  });

  it("given requests in many blocks, each block has a seed of its own", async () => {
    const g = await season();
    const blocks: number[] = [];
    for (let i = 0; i < 32; i++) blocks.push((await request(g, await playerOf(g, i))).block);
    await reveal(g, FIRST_DROP);
    const seeds = await Promise.all(blocks.map((block) => g.p.mineBox.seedOf(block)));
    expect(seeds).to.deep.equal(await Promise.all(blocks.map((block) => seedOf(block, FIRST_LINK))));
    expect(new Set(seeds).size).to.equal(32);
  });

  it("given a row that had more blocks before, only the drop's own blocks have seeds", async () => {
    const g = await season();
    const early = [await request(g, g.owner), await request(g, g.guest)] as const;
    await reveal(g, FIRST_DROP);
    await open(g, [g.owner.address, NO_VEHICLE], [g.guest.address, NO_VEHICLE]);
    for (let nth = 1; nth < 8; nth++) {
      await toDrop(FIRST_DROP + 2 * nth);
      await request(g, await playerOf(g, nth));
      await reveal(g, FIRST_DROP + 2 * nth, nth);
    }
    const seeds = early.map(({ block }) => g.p.mineBox.seedOf(block));
    const before = await Promise.all(seeds);
    await toDrop(FIRST_DROP + 16);
    const { block } = await request(g, g.owner);
    await reveal(g, FIRST_DROP + 16, 8);
    expect(await g.p.mineBox.seedOf(block)).to.equal(await seedOf(block, CHAIN.links[8] as Hex));
    expect(await Promise.all(early.map((one) => g.p.mineBox.seedOf(one.block)))).to.deep.equal(before);
  });

  describe("given two drops with requests", () => {
    async function two() {
      const { g, block } = await requested();
      await toDrop(FIRST_DROP + 1);
      const second = await request(g, g.guest);
      await toDrop(FIRST_DROP + 2);
      await networkHelpers.mine();
      return { g, blocks: [block, second.block] as const };
    }

    it("when revealed in order, each takes its own link", async () => {
      const { g, blocks } = await two();
      await revealAt(g, FIRST_DROP, FIRST_LINK);
      await revealAt(g, FIRST_DROP + 1, SECOND_LINK);
      expect(await g.p.mineBox.seedOf(blocks[0])).to.equal(await seedOf(blocks[0], FIRST_LINK));
      expect(await g.p.mineBox.seedOf(blocks[1])).to.equal(await seedOf(blocks[1], SECOND_LINK));
    });

    it("when the second comes first, it is refused", async () => {
      const { g } = await two();
      await expect(revealAt(g, FIRST_DROP + 1, FIRST_LINK))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NotNext")
        .withArgs(FIRST_DROP + 1, FIRST_DROP);
    });

    it("when the second link comes first, it is refused", async () => {
      const { g } = await two();
      await expect(revealAt(g, FIRST_DROP, SECOND_LINK))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_WrongLink")
        .withArgs(SECOND_LINK);
    });

    it("when the first link comes again, it is refused", async () => {
      const { g } = await two();
      await revealAt(g, FIRST_DROP, FIRST_LINK);
      await expect(revealAt(g, FIRST_DROP + 1, FIRST_LINK))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_WrongLink")
        .withArgs(FIRST_LINK);
    });
  });

  it("given a drop that was revealed, it is refused", async () => {
    const { g } = await requested();
    await reveal(g, FIRST_DROP);
    await expect(revealAt(g, FIRST_DROP, SECOND_LINK))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NotNext")
      .withArgs(FIRST_DROP, 0);
  });

  for (const drop of [0, FIRST_DROP]) {
    it(`given no requests, drop ${drop} is refused`, async () => {
      const g = await season();
      await expect(revealAt(g, drop, FIRST_LINK))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NotNext")
        .withArgs(drop, 0);
    });
  }

  it("given a forced season, it is refused", async () => {
    const { g } = await requested();
    await at(OVER + REVEAL_WITHIN_S + 1);
    await g.p.mineBox.forceSeason(1);
    await expect(revealAt(g, FIRST_DROP, FIRST_LINK))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NotNext")
      .withArgs(FIRST_DROP, 0);
  });

  for (const unknown of [0, 2]) {
    it(`given the unknown season ${unknown}, it is refused`, async () => {
      const { g } = await requested();
      await expect(revealAt(g, FIRST_DROP, FIRST_LINK, unknown))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_UnknownSeason")
        .withArgs(unknown);
    });
  }

  describe("given the end of the drop", () => {
    it("when revealed in its last second, it is refused", async () => {
      const { g } = await requested();
      await networkHelpers.mine(2);
      await at(OVER - 1);
      await expect(revealAt(g, FIRST_DROP, FIRST_LINK))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_TooEarly")
        .withArgs(FIRST_DROP);
    });

    it("when revealed in the first second after it, it counts", async () => {
      const { g } = await requested();
      await networkHelpers.mine(2);
      await at(OVER);
      await expect(revealAt(g, FIRST_DROP, FIRST_LINK)).to.emit(g.p.mineBox, "DropRevealed");
    });

    it("when revealed in the block after the last request, it is refused", async () => {
      const { g } = await requested();
      await networkHelpers.mine(5);
      await at(OVER - 1);
      await request(g, g.guest);
      await at(OVER);
      await expect(revealAt(g, FIRST_DROP, FIRST_LINK))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_TooEarly")
        .withArgs(FIRST_DROP);
    });

    it("when revealed in the second block after the last request, it counts", async () => {
      const { g } = await requested();
      await at(OVER - 1);
      const last = await request(g, g.guest);
      await moveTo(OVER);
      const transaction = await revealAt(g, FIRST_DROP, FIRST_LINK);
      expect(transaction.blockNumber).to.equal(last.block + 2);
    });
  });

  describe("given the time in which it can be revealed", () => {
    it("when in its last second, it counts", async () => {
      const { g } = await requested();
      await moveTo(OVER);
      await at(OVER + REVEAL_WITHIN_S);
      await expect(revealAt(g, FIRST_DROP, FIRST_LINK)).to.emit(g.p.mineBox, "DropRevealed");
    });

    it("when a second after it, it is refused", async () => {
      const { g } = await requested();
      await moveTo(OVER);
      await at(OVER + REVEAL_WITHIN_S + 1);
      await expect(revealAt(g, FIRST_DROP, FIRST_LINK))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_TooLate")
        .withArgs(FIRST_DROP);
    });

    it("when in its last block, it counts", async () => {
      const { g, block } = await requested();
      await moveTo(OVER);
      await keepHistory(block + 1);
      await mineUntil(block + REVEAL_WITHIN_BLOCKS);
      const transaction = await revealAt(g, FIRST_DROP, FIRST_LINK);
      expect(transaction.blockNumber).to.equal(block + REVEAL_WITHIN_BLOCKS);
      expect(await g.p.mineBox.seedOf(block)).to.equal(await seedOf(block, FIRST_LINK));
    });

    it("when a block after it, it is refused", async () => {
      const { g, block } = await requested();
      await moveTo(OVER);
      await mineUntil(block + REVEAL_WITHIN_BLOCKS + 1);
      await expect(revealAt(g, FIRST_DROP, FIRST_LINK))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_TooLate")
        .withArgs(FIRST_DROP);
    });

    it("when later requests of the drop are in later blocks, the first one's block counts", async () => {
      const { g, block } = await requested();
      await networkHelpers.mine(100, { interval: 0 });
      await request(g, g.guest);
      await moveTo(OVER);
      await mineUntil(block + REVEAL_WITHIN_BLOCKS + 1);
      await expect(revealAt(g, FIRST_DROP, FIRST_LINK))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_TooLate")
        .withArgs(FIRST_DROP);
    });
  });

  describe("given a block that the chain itself no longer tells", () => {
    async function old(code: string) {
      const { g, block } = await requested();
      await moveTo(OVER);
      await keepHistory(block + 1);
      await networkHelpers.setCode(HISTORY, code);
      await mineUntil(block + 1 + 257);
      return { g, block };
    }

    it("when its hash is in the history, it counts", async () => {
      const { g, block } = await old(HISTORY_CODE);
      await revealAt(g, FIRST_DROP, FIRST_LINK);
      expect(await g.p.mineBox.seedOf(block)).to.equal(await seedOf(block, FIRST_LINK));
    });

    const UNKNOWN: readonly (readonly [string, string])[] = [
      ["there is no history", "0x"],
      // PUSH1 32, PUSH0, RETURN: a word of memory, which is 0.
      ["the history answers 0", "0x60205ff3"],
      // PUSH1 1, PUSH0, MSTORE, PUSH1 32, PUSH0, REVERT: a word that is 1.
      ["the history fails with an answer", "0x60015f5260205ffd"],
    ];
    for (const [title, code] of UNKNOWN) {
      it(`when ${title}, it is refused, since the seed would be no secret`, async () => {
        const { g, block } = await old(code);
        await expect(revealAt(g, FIRST_DROP, FIRST_LINK))
          .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_UnknownBlock")
          .withArgs(block + 1);
      });
    }
  });

  it("given the oldest block that the chain itself tells, it counts", async () => {
    const { g, block } = await requested();
    await moveTo(OVER);
    await networkHelpers.setCode(HISTORY, "0x");
    await mineUntil(block + 1 + 256);
    await revealAt(g, FIRST_DROP, FIRST_LINK);
    expect(await g.p.mineBox.seedOf(block)).to.equal(await seedOf(block, FIRST_LINK));
  });
});

describe("MineBox: forceSeason", () => {
  const LATE = OVER + REVEAL_WITHIN_S + 1;

  function force({ p, stranger }: Season, number = 1) {
    return p.mineBox.connect(stranger).forceSeason(number);
  }

  it("when a reveal is late, anybody ends the season with that drop", async () => {
    const { g } = await requested();
    await at(LATE);
    await expect(force(g)).to.emit(g.p.mineBox, "SeasonForced").withArgs(1, FIRST_DROP);
    expect(await seasonState(g)).to.include({ forced: true, forcedFrom: FIRST_DROP, endDrop: FIRST_DROP + 8 });
  });

  it("when the season is over anyway, its end stays", async () => {
    const g = await season({ endDrop: FIRST_DROP + 1 });
    await request(g, g.owner);
    await at(LATE);
    await force(g);
    expect(await seasonState(g)).to.include({ forced: true, endDrop: FIRST_DROP + 1 });
  });

  it("given the last second in which it can be revealed, it is refused", async () => {
    const { g } = await requested();
    await at(LATE - 1);
    await expect(force(g)).to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NotLate").withArgs(1);
  });

  it("given the last block in which it can be revealed, it is refused", async () => {
    const { g, block } = await requested();
    await mineUntil(block + REVEAL_WITHIN_BLOCKS);
    await expect(force(g)).to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NotLate").withArgs(1);
  });

  it("given a block more, it is forced, even in the drop itself", async () => {
    const { g, block } = await requested();
    await mineUntil(block + REVEAL_WITHIN_BLOCKS + 1);
    await expect(force(g)).to.emit(g.p.mineBox, "SeasonForced").withArgs(1, FIRST_DROP);
    expect((await seasonState(g)).endDrop).to.equal(FIRST_DROP + 1);
  });

  it("given no requests, it is refused", async () => {
    const g = await season();
    await at(LATE);
    await expect(force(g)).to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NotLate").withArgs(1);
  });

  it("given drops that were all revealed, it is refused", async () => {
    const { g } = await requested();
    await reveal(g, FIRST_DROP);
    await at(LATE);
    await expect(force(g)).to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NotLate").withArgs(1);
  });

  it("given a forced season, it is refused", async () => {
    const { g } = await requested();
    await at(LATE);
    await force(g);
    await expect(force(g)).to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NotLate").withArgs(1);
  });

  for (const unknown of [0, 2]) {
    it(`given the unknown season ${unknown}, it is refused`, async () => {
      const { g } = await requested();
      await at(LATE);
      await expect(force(g, unknown))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_UnknownSeason")
        .withArgs(unknown);
    });
  }

  it("given an earlier drop that was revealed, its boxes keep what was drawn", async () => {
    const prizes = [prizeOf("crystals", { amount: 500n }), prizeOf("crystals", { amount: 1n, weight: 2 ** 32 - 2 })];
    const g = await season({ ...always(prizes[0] as never), prizes, guarantee: 5 });
    const early = await request(g, g.owner);
    await toDrop(FIRST_DROP + 1);
    await request(g, g.guest);
    await reveal(g, FIRST_DROP);
    await at(LATE + 600);
    await expect(force(g))
      .to.emit(g.p.mineBox, "SeasonForced")
      .withArgs(1, FIRST_DROP + 1);
    await open(g, [g.owner.address, NO_VEHICLE], [g.guest.address, NO_VEHICLE]);
    expect((await wonBy(g, early)).tiers).to.deep.equal([1]);
    expect((await playOf(g.p, g.owner.address)).crystals).to.equal(CRYSTALS - 10 + 1);
    expect((await playOf(g.p, g.guest.address)).crystals).to.equal(CRYSTALS - 10 + 500);
  });

  it("given later drops with requests, they are forced with it", async () => {
    const g = await season(always(prizeOf("crystals", { amount: 500n })));
    await request(g, g.owner);
    await toDrop(FIRST_DROP + 5);
    await request(g, g.guest);
    await at(LATE);
    await force(g);
    await open(g, [g.guest.address, NO_VEHICLE], [g.owner.address, NO_VEHICLE]);
    expect((await playOf(g.p, g.owner.address)).crystals).to.equal(CRYSTALS + 490);
    expect((await playOf(g.p, g.guest.address)).crystals).to.equal(CRYSTALS + 490);
    expect((await seasonState(g)).pending).to.equal(0);
  });

  it("given a next season that is fixed already, it begins as it was to", async () => {
    const g = await season({ endDrop: FIRST_DROP + 150 });
    const next = termsOf({ firstDrop: FIRST_DROP + 150, endDrop: FIRST_DROP + 160 });
    await openSeason(g, next);
    await toDrop(FIRST_DROP + 149);
    await request(g, g.owner);
    await toDrop(next.firstDrop);
    await request(g, g.guest, { season: 2 });
    await at(dropStart(GENESIS, FIRST_DROP + 150) + REVEAL_WITHIN_S + 1);
    await expect(force(g))
      .to.emit(g.p.mineBox, "SeasonForced")
      .withArgs(1, FIRST_DROP + 149);
    expect(await seasonState(g, 2)).to.include({
      forced: false,
      ...{ firstDrop: next.firstDrop, endDrop: next.endDrop },
    });
    await request(g, await playerOf(g, 0), { season: 2 });
    expect((await seasonState(g, 2)).pending).to.equal(2);
    expect((await seasonState(g)).linksLeft).to.equal(TERMS.links - 1);
  });
});
