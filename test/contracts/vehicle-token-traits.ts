import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { dropOf, dropStart, hashStonesLeaf, type StonesLeaf } from "../../src/protocol/index.ts";
import { addressOf, type Programme } from "../support/contracts.ts";
import { anchorThrough, settlementArguments, stonesTree } from "../support/contracts-days.ts";
import { pair, registerOne, registrationOf, vehicleOf } from "../support/contracts-vehicles.ts";
import { credit, settle } from "./creditable.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, networkHelpers, now, programmeWith, seeded } from "./fixture.ts";
import { givePrize, spend } from "./movable.ts";
import { type Given, minted, move, pairedWithMock, playOf, sync } from "./vehicle-token.ts";

const STONE = 1_000_000_000n;
const ANGEL_RANK = 3_000;
/** Where the token keeps badges, after the six words of ERC721. */
const CARS_SLOT = 6;
/** Stones of each level from 1 on. */
const LEAST_STONES = [100n, 200n, 400n, 800n, 1_600n, 3_200n, 6_400n, 12_800n, 25_600n];

async function levelOf({ token, tokenId }: Given): Promise<number> {
  return Number((await token.traitsOf(tokenId)).level);
}

async function badgesOf({ token, tokenId }: Given): Promise<bigint> {
  return (await token.traitsOf(tokenId)).badges;
}

describe("VehicleToken: traitsOf, level", () => {
  it("given no stones, the level is 0", async () => {
    expect(await levelOf(await minted())).to.equal(0);
  });

  it("given stones of account 0, the level of a new car is 0", async () => {
    const p = await programmeWith({});
    await givePrize(p, ethers.ZeroAddress, 100n * STONE);
    const one = await registerOne(p);
    await pair(p, one, p.owners[0] as HardhatEthersSigner, { time: GENESIS + 3_600, at });
    await p.vehicleToken.syncToken(one.vehicle);
    expect((await p.vehicleToken.traitsOf(one.vehicle)).level).to.equal(0n);
  });

  for (const [index, stones] of LEAST_STONES.entries()) {
    it(`given a unit less than ${stones} stones, the level is ${index}, and ${index + 1} with the unit`, async () => {
      const given = await minted();
      await givePrize(given.p, given.owner.address, stones * STONE - 1n);
      expect(await levelOf(given)).to.equal(index);
      await givePrize(given.p, given.owner.address, 1n);
      expect(await levelOf(given)).to.equal(index + 1);
    });
  }

  it("given all stones there are, the level is 9", async () => {
    const given = await minted();
    await givePrize(given.p, given.owner.address, 90_000_000n * STONE);
    expect(await levelOf(given)).to.equal(9);
  });

  it("given mined stones and others, they count together for the level", async () => {
    const p = await programmeWith({ maxUnitsPerMetre: STONE });
    const owner = p.owners[0] as HardhatEthersSigner;
    const one = await registerOne(p);
    await pair(p, one, owner, { time: GENESIS - 1_000, at });
    await p.vehicleToken.syncToken(one.vehicle);
    const settled = await settle(p, 0, { stones: { [owner.address]: 150n * STONE } });
    await moveTo(settled.creditableAt);
    await credit({ p, ...settled }, 0, 0);
    expect((await p.vehicleToken.traitsOf(one.vehicle)).level).to.equal(1n);
    await givePrize(p, owner.address, 50n * STONE);
    expect((await p.vehicleToken.traitsOf(one.vehicle)).level).to.equal(2n);
  });

  it("given an account that moved with less than it ever got, the car keeps its level", async () => {
    const given = await minted();
    const { p, owner, other } = given;
    await givePrize(p, owner.address, 800n * STONE);
    await spend(p, owner.address, 700n * STONE);
    await move(given, other);
    await sync(given);
    expect((await p.stoneLedger.stonesOf(other.address)).received).to.equal(100n * STONE);
    expect(await levelOf(given)).to.equal(4);
  });

  it("given that the new account earns beyond it, the level rises", async () => {
    const given = await minted();
    const { p, owner, other } = given;
    await givePrize(p, owner.address, 800n * STONE);
    await move(given, other);
    await sync(given);
    await givePrize(p, other.address, 800n * STONE);
    expect(await levelOf(given)).to.equal(5);
  });
});

describe("VehicleToken: traitsOf, cohort", () => {
  it("given the last rank of the angel round, the car is of it, and the next is not", async () => {
    const { p, owner, token } = await minted();
    const last = vehicleOf("last angel");
    const first = vehicleOf("first after the angels");
    await registerMany(p, ANGEL_RANK - 2);
    for (const [one, rank, angel] of [
      [last, ANGEL_RANK, true],
      [first, ANGEL_RANK + 1, false],
    ] as const) {
      await p.vehicleRegistry.connect(p.roles.manufacturer).registerVehicles([registrationOf(one)]);
      await pair(p, one, owner, { time: (await now()) + 10, at });
      await token.syncToken(one.vehicle);
      expect(await p.vehicleRegistry.rankOf(one.vehicle)).to.equal(BigInt(rank));
      expect((await token.traitsOf(one.vehicle)).angel).to.equal(angel);
    }
  });
});

/** Registers vehicles that only take up ranks. */
async function registerMany(p: Programme, count: number): Promise<void> {
  const perCall = 100;
  const { keyX, keyY } = registrationOf(vehicleOf("any"));
  const ids = Array.from({ length: count }, (_, i) => seeded(`vehicle ${i}`));
  for (let first = 0; first < count; first += perCall) {
    const registrations = ids.slice(first, first + perCall).map((vehicle) => ({ vehicle, keyX, keyY }));
    await p.vehicleRegistry.connect(p.roles.manufacturer).registerVehicles(registrations);
  }
}

describe("VehicleToken: syncToken, badges", () => {
  const OPENED = { boxes: 3, pending: 0 };

  it("given a season in which the holder opened boxes, the car gets its badge", async () => {
    const given = await pairedWithMock();
    const { box, owner, token, tokenId } = given;
    await sync(given);
    await box.setPlay(owner.address, playOf(4, OPENED));
    await expect(sync(given)).to.emit(token, "BadgeEarned").withArgs(tokenId, 4);
    expect(await badgesOf(given)).to.equal(1n << 4n);
  });

  it("given a token that is made after a season, it has the badge at once", async () => {
    const given = await pairedWithMock();
    const { box, owner, token, tokenId } = given;
    await box.setPlay(owner.address, playOf(4, OPENED));
    await expect(sync(given)).to.emit(token, "BadgeEarned").withArgs(tokenId, 4);
    expect(await token.ownerOf(tokenId)).to.equal(owner.address);
  });

  it("given the same season again, there is nothing to bring in line", async () => {
    const given = await pairedWithMock();
    const { box, owner, token, tokenId } = given;
    await box.setPlay(owner.address, playOf(4, OPENED));
    await sync(given);
    await box.setPlay(owner.address, playOf(4, { boxes: 5, pending: 0 }));
    await expect(sync(given)).to.be.revertedWithCustomError(token, "VehicleToken_InSync").withArgs(tokenId);
  });

  it("given later seasons, badges add up", async () => {
    const given = await pairedWithMock();
    for (const season of [1, 2, 247]) {
      await given.box.setPlay(given.owner.address, playOf(season, OPENED));
      await sync(given);
    }
    expect(await badgesOf(given)).to.equal((1n << 1n) | (1n << 2n) | (1n << 247n));
  });

  for (const [title, play] of [
    ["boxes that are only requested", playOf(4, { boxes: 3, pending: 3 })],
    ["a season after the last that has a badge", playOf(248, OPENED)],
  ] as const) {
    it(`given ${title}, there is no badge`, async () => {
      const given = await pairedWithMock();
      const { box, owner, token, tokenId } = given;
      await sync(given);
      await box.setPlay(owner.address, play);
      await expect(sync(given)).to.be.revertedWithCustomError(token, "VehicleToken_InSync").withArgs(tokenId);
      expect(await badgesOf(given)).to.equal(0n);
    });
  }

  it("given somebody else's boxes, there is no badge", async () => {
    const given = await pairedWithMock();
    const { box, other, token, tokenId } = given;
    await sync(given);
    await box.setPlay(other.address, playOf(4, OPENED));
    await expect(sync(given)).to.be.revertedWithCustomError(token, "VehicleToken_InSync").withArgs(tokenId);
  });

  it("given an account that moved, the car keeps its badges and gets those of either account", async () => {
    const given = await pairedWithMock();
    const { box, owner, other } = given;
    await box.setPlay(owner.address, playOf(1, OPENED));
    await sync(given);
    await box.setPlay(owner.address, playOf(2, OPENED));
    await move(given, other);
    await box.setPlay(other.address, playOf(3, OPENED));
    await sync(given);
    expect(await given.token.ownerOf(given.tokenId)).to.equal(other.address);
    expect(await badgesOf(given)).to.equal(0b1110n);
  });

  it("given a car of the same owner that is paired later, it has none of the earlier seasons", async () => {
    const given = await pairedWithMock();
    const { p, box, owner, token } = given;
    await box.setPlay(owner.address, playOf(1, OPENED));
    await sync(given);
    await box.setPlay(owner.address, playOf(2, OPENED));
    const later = await registerOne(p, "later");
    await pair(p, later, owner, { time: (await now()) + 10, at });
    await token.syncToken(later.vehicle);
    expect((await token.traitsOf(later.vehicle)).badges).to.equal(0b100n);
  });

  it("given a released vehicle whose holder plays on, the token ends without a badge", async () => {
    const given = await pairedWithMock();
    const { p, box, owner, token, tokenId, vehicle } = given;
    await sync(given);
    await box.setPlay(owner.address, playOf(4, OPENED));
    await p.vehicleRegistry.connect(owner).releaseVehicle({ vehicle, account: owner.address, deadline: 0 });
    await expect(sync(given)).to.not.emit(token, "BadgeEarned");
    await expect(token.traitsOf(tokenId))
      .to.be.revertedWithCustomError(token, "ERC721NonexistentToken")
      .withArgs(tokenId);
  });

  it("given a token that ends, nothing is kept of its badges", async () => {
    const given = await pairedWithMock();
    const { p, box, owner, token, tokenId, vehicle } = given;
    const slot = ethers.keccak256(ethers.concat([ethers.toBeHex(tokenId, 32), ethers.toBeHex(CARS_SLOT, 32)]));
    await box.setPlay(owner.address, playOf(4, OPENED));
    await sync(given);
    expect(BigInt(await networkHelpers.getStorageAt(addressOf(token), slot))).to.equal(1n << 4n);
    await p.vehicleRegistry.connect(owner).releaseVehicle({ vehicle, account: owner.address, deadline: 0 });
    await sync(given);
    expect(BigInt(await networkHelpers.getStorageAt(addressOf(token), slot))).to.equal(0n);
  });

  it("given a season of the mine box itself, the badge comes with the first opened box", async () => {
    const given = await minted();
    const { p, owner, token, tokenId, vehicle } = given;
    const { drop, link } = await openSeason(given);
    await moveTo(dropStart(GENESIS, drop));
    const request = { account: owner.address, season: 1, boxes: 0, count: 2, salt: 7, deadline: 0 };
    await p.mineBox.connect(owner).requestBoxes(request);
    await expect(sync(given)).to.be.revertedWithCustomError(token, "VehicleToken_InSync").withArgs(tokenId);
    await moveTo(dropStart(GENESIS, drop + 1));
    await networkHelpers.mine(2);
    await p.mineBox.revealDrop(1, drop, link);
    await p.mineBox.openBoxes([owner.address], [vehicle]);
    await expect(sync(given)).to.emit(token, "BadgeEarned").withArgs(tokenId, 1);
    expect(await badgesOf(given)).to.equal(0b10n);
  });
});

/** Opens a season in which only a crystal can be won, for an owner with two. @returns Its first drop, and its one link. */
async function openSeason({ p, owner }: Given): Promise<{ drop: number; link: string }> {
  const [leaf] = stonesTree([{ account: owner.address, stones: 0n }]).leaves as [StonesLeaf];
  const awarded = { ...leaf, crystals: 2n };
  await anchorThrough(p, 0, moveTo);
  const totals = { stonesRoot: hashStonesLeaf(awarded), accounts: 1, crystals: 2n };
  await p.stoneLedger.connect(p.roles.relayer).settleDay(...settlementArguments(0, totals));
  await moveTo((await now()) + DAY_S);
  await p.mineBox.creditCrystals(0, awarded, []);
  await p.mineBox.connect(p.roles.attester).attestAdults([owner.address], true);

  const drop = dropOf(GENESIS, (await now()) + DAY_S) + 2;
  const link = seeded("link");
  await p.mineBox.connect(p.roles.catalogue).openSeason({
    firstDrop: drop,
    endDrop: drop + 1,
    price: 1,
    guarantee: 1,
    guaranteedTier: 0,
    maxBoxes: 2,
    budget: 0,
    vouchers: 0,
    links: 1,
    tip: ethers.keccak256(link),
    prizes: [{ kind: 2, weight: 1, amount: 1, item: 0 }],
  });
  return { drop, link };
}
