import { expect } from "chai";
import { describe, it } from "mocha";
import { playOf, prizeOf } from "../support/contracts-boxes.ts";
import { openingOf, openingsOf, type StonesTree } from "../support/contracts-days.ts";
import { at, DAY_S, now } from "./fixture.ts";
import { announceRecovery } from "./movable.ts";
import {
  always,
  CRYSTALS,
  creditableCrystals,
  crystalTree,
  FIRST_DROP,
  move,
  NO_VEHICLE,
  open,
  type Playable,
  playable,
  playerOf,
  request,
  reveal,
  season,
  settleCrystals,
  TOTAL,
} from "./playable.ts";

/** Day 1, creditable: the owner and the guest have earned as many crystals each. */
async function secondDay(crystals: number, total = TOTAL + 2 * (crystals - CRYSTALS)) {
  const g = await playable();
  return { g, tree: await creditableCrystals(g.p, 1, [g.owner.address, g.guest.address], crystals, total) };
}

/** Anybody credits one leaf of day 1. */
function credit({ p, stranger }: Playable, tree: StonesTree, index = 0, day = 1) {
  const { leaf, proof } = openingOf(tree, index);
  return p.mineBox.connect(stranger).creditCrystals(day, leaf, proof);
}

function creditMany({ p, stranger }: Playable, tree: StonesTree, indices: readonly number[], day = 1) {
  const { leaves, proof, flags } = openingsOf(tree, indices);
  return p.mineBox.connect(stranger).creditCrystalsMany(day, leaves, proof, flags);
}

async function crystalsOf({ p }: Playable, account: string): Promise<number> {
  return (await playOf(p, account)).crystals;
}

describe("MineBox: creditCrystals", () => {
  it("when credited by anybody, the account has what its leaf says", async () => {
    const { g, tree } = await secondDay(1_500);
    await expect(credit(g, tree)).to.emit(g.p.mineBox, "CrystalsCredited").withArgs(g.owner.address, 500, 1_500);
    expect(await crystalsOf(g, g.owner.address)).to.equal(1_500);
    expect(await g.p.mineBox.creditedOf(g.owner.address)).to.equal(1_500n);
    expect(await g.p.mineBox.creditedCrystals()).to.equal(TOTAL + 500);
  });

  it("given the same leaf again, nothing is credited and nothing reverts", async () => {
    const { g, tree } = await secondDay(1_500);
    await credit(g, tree);
    await expect(credit(g, tree)).to.not.emit(g.p.mineBox, "CrystalsCredited");
    expect(await crystalsOf(g, g.owner.address)).to.equal(1_500);
  });

  it("given an earlier day after a later one, its smaller leaf credits nothing", async () => {
    const { g, tree } = await secondDay(1_500);
    await credit(g, tree);
    const accounts = [g.owner.address, g.guest.address, g.minor.address, ...g.crowd];
    await expect(credit(g, crystalTree(accounts, CRYSTALS), 0, 0)).to.not.emit(g.p.mineBox, "CrystalsCredited");
    expect(await g.p.mineBox.creditedOf(g.owner.address)).to.equal(1_500n);
  });

  it("given crystals that were spent, the difference is credited all the same", async () => {
    const g = await season();
    const tree = await creditableCrystals(g.p, 1, [g.owner.address], CRYSTALS + 1, TOTAL + 1);
    await request(g, g.owner, { count: 10 });
    await credit(g, tree);
    expect(await crystalsOf(g, g.owner.address)).to.equal(CRYSTALS - 100 + 1);
  });

  it("given a leaf that is not under the root, it is refused", async () => {
    const { g, tree } = await secondDay(1_500);
    const { leaf, proof } = openingOf(tree, 0);
    await expect(g.p.mineBox.creditCrystals(1, { ...leaf, crystals: 1_501n }, proof))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_InvalidProof")
      .withArgs(1);
  });

  describe("given a settled day", () => {
    async function settled() {
      const g = await playable();
      return { g, ...(await settleCrystals(g.p, 1, [g.owner.address, g.guest.address], 1_500, TOTAL + 1_000)) };
    }

    it("when credited in the last second of its challenge window, it is refused", async () => {
      const { g, tree, creditableAt } = await settled();
      await at(creditableAt - 1);
      await expect(credit(g, tree))
        .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_ChallengeWindow")
        .withArgs(1, creditableAt);
    });

    it("when credited in the first second after it, it counts", async () => {
      const { g, tree, creditableAt } = await settled();
      await at(creditableAt);
      await expect(credit(g, tree)).to.emit(g.p.mineBox, "CrystalsCredited").withArgs(g.owner.address, 500, 1_500);
    });
  });

  it("given a day that is not settled, it is refused", async () => {
    const { g, tree } = await secondDay(1_500);
    await expect(credit(g, tree, 0, 2))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_NotSettled")
      .withArgs(2);
  });

  describe("given leaves above the settled total", () => {
    it("when they reach it, they are credited", async () => {
      const { g, tree } = await secondDay(1_500, TOTAL + 500);
      await credit(g, tree, 0);
      expect(await g.p.mineBox.creditedCrystals()).to.equal(TOTAL + 500);
    });

    it("when one passes it, it is refused", async () => {
      const { g, tree } = await secondDay(1_500, TOTAL + 999);
      await credit(g, tree, 0);
      await expect(credit(g, tree, 1))
        .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_AboveSettled")
        .withArgs(TOTAL + 1_000, TOTAL + 999);
      expect(await crystalsOf(g, g.guest.address)).to.equal(CRYSTALS);
    });
  });

  it("given a later day that was used, its total counts for earlier days, too", async () => {
    const { g, tree } = await secondDay(1_500, TOTAL + 500);
    const next = await creditableCrystals(g.p, 2, [g.owner.address], 1_500, TOTAL + 1_000);
    await credit(g, tree, 0);
    await credit(g, next, 0, 2);
    await credit(g, tree, 1);
    expect(await g.p.mineBox.creditedCrystals()).to.equal(TOTAL + 1_000);
  });
});

describe("MineBox: creditCrystalsMany", () => {
  it("when a whole tree is pushed, everybody has what the leaves say", async () => {
    const { g, tree } = await secondDay(1_500);
    const transaction = creditMany(g, tree, [0, 1]);
    for (const { address } of [g.owner, g.guest]) {
      await expect(transaction).to.emit(g.p.mineBox, "CrystalsCredited").withArgs(address, 500, 1_500);
      expect(await crystalsOf(g, address)).to.equal(1_500);
    }
    expect(await g.p.mineBox.creditedCrystals()).to.equal(TOTAL + 1_000);
  });

  it("given some who were credited before, only the others are", async () => {
    const { g, tree } = await secondDay(1_500);
    await credit(g, tree, 0);
    const receipt = await (await creditMany(g, tree, [0, 1])).wait();
    expect(receipt?.logs.length).to.equal(1);
    expect(await g.p.mineBox.creditedCrystals()).to.equal(TOTAL + 1_000);
  });

  it("given no leaves, the root alone proves nothing", async () => {
    const { g, tree } = await secondDay(1_500);
    await expect(g.p.mineBox.creditCrystalsMany(1, [], [tree.tree.root], []))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_InvalidProof")
      .withArgs(1);
  });

  it("given a changed leaf, all are refused", async () => {
    const { g, tree } = await secondDay(1_500);
    const { leaves, proof, flags } = openingsOf(tree, [0, 1]);
    const changed = leaves.map((leaf) => ({ ...leaf, crystals: leaf.crystals + 1n }));
    await expect(g.p.mineBox.creditCrystalsMany(1, changed, proof, flags))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_InvalidProof")
      .withArgs(1);
  });

  it("given leaves that together pass the settled total, all are refused", async () => {
    const { g, tree } = await secondDay(1_500, TOTAL + 999);
    await expect(creditMany(g, tree, [0, 1]))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_AboveSettled")
      .withArgs(TOTAL + 1_000, TOTAL + 999);
    expect(await crystalsOf(g, g.owner.address)).to.equal(CRYSTALS);
  });
});

describe("MineBox: attestAdults", () => {
  function attest({ p }: Playable, accounts: readonly string[], adult: boolean) {
    return p.mineBox.connect(p.roles.attester).attestAdults([...accounts], adult);
  }

  it("when attested, the accounts are adults and keep their crystals", async () => {
    const g = await playable();
    const accounts = [g.minor.address, g.stranger.address];
    await expect(attest(g, accounts, true))
      .to.emit(g.p.mineBox, "AdultsAttested")
      .withArgs(accounts, true);
    expect(await playOf(g.p, g.minor.address)).to.include({ adult: true, crystals: CRYSTALS });
    expect(await playOf(g.p, g.stranger.address)).to.include({ adult: true, crystals: 0 });
  });

  it("given a pause, it can be taken back and not given", async () => {
    const g = await playable();
    await g.p.mineBox.connect(g.p.roles.guardian).pause();
    await expect(attest(g, [g.minor.address], true)).to.be.revertedWithCustomError(g.p.mineBox, "PausedUntil");
    await attest(g, [g.owner.address], false);
    expect([(await playOf(g.p, g.minor.address)).adult, (await playOf(g.p, g.owner.address)).adult]).to.deep.equal([
      false,
      false,
    ]);
  });

  it("when taken back, they are not", async () => {
    const g = await playable();
    await expect(attest(g, [g.owner.address], false))
      .to.emit(g.p.mineBox, "AdultsAttested")
      .withArgs([g.owner.address], false);
    expect(await playOf(g.p, g.owner.address)).to.include({ adult: false, crystals: CRYSTALS });
  });

  it("given a box that waits, taking it back leaves the box", async () => {
    const g = await season(always(prizeOf("crystals", { amount: 7n })));
    const { block, salt } = await request(g, g.owner);
    await attest(g, [g.owner.address], false);
    expect(await playOf(g.p, g.owner.address)).to.deep.include({ pending: 1, requestBlock: block, salt, adult: false });
    await reveal(g, FIRST_DROP);
    await open(g, [g.owner.address, NO_VEHICLE]);
    expect(await crystalsOf(g, g.owner.address)).to.equal(CRYSTALS - 10 + 7);
  });

  it("given a pause, it is refused", async () => {
    const g = await playable();
    await g.p.mineBox.connect(g.p.roles.guardian).pause();
    const until = (await now()) + 7 * DAY_S;
    await expect(attest(g, [], true))
      .to.be.revertedWithCustomError(g.p.mineBox, "PausedUntil")
      .withArgs(until);
  });
});

describe("MineBox: followMove", () => {
  /** Anybody lets what an account has follow its move. */
  function follow({ p, stranger }: Playable, account: string) {
    return p.mineBox.connect(stranger).followMove(account);
  }

  it("when the account has moved, its crystals are with the other", async () => {
    const g = await playable();
    await move(g, g.owner, g.broke);
    await expect(follow(g, g.owner.address))
      .to.emit(g.p.mineBox, "CrystalsFollowed")
      .withArgs(g.owner.address, g.broke.address, CRYSTALS, 0);
    expect(await crystalsOf(g, g.owner.address)).to.equal(0);
    expect(await crystalsOf(g, g.broke.address)).to.equal(CRYSTALS);
  });

  it("when the account has moved, who is an adult does not move", async () => {
    const g = await playable();
    await move(g, g.guest, g.stranger);
    await follow(g, g.guest.address);
    expect(await playOf(g.p, g.stranger.address)).to.include({ adult: false, crystals: CRYSTALS });
  });

  it("given waiting stones, they wait for the other", async () => {
    const g = await season(always(prizeOf("stones", { amount: 500n })));
    await request(g, g.guest, { count: 2 });
    await reveal(g, FIRST_DROP);
    await open(g, [g.guest.address, NO_VEHICLE]);
    await move(g, g.guest, g.broke);
    await expect(follow(g, g.guest.address))
      .to.emit(g.p.mineBox, "CrystalsFollowed")
      .withArgs(g.guest.address, g.broke.address, CRYSTALS - 20, 1_000);
    expect(await g.p.mineBox.claimableOf(g.guest.address)).to.equal(0n);
    expect(await g.p.mineBox.claimableOf(g.broke.address)).to.equal(1_000n);
  });

  it("given waiting stones and no crystals, they follow", async () => {
    const g = await season({ ...always(prizeOf("stones", { amount: 500n })), price: CRYSTALS });
    await request(g, g.guest);
    await reveal(g, FIRST_DROP);
    await open(g, [g.guest.address, NO_VEHICLE]);
    await move(g, g.guest, g.broke);
    await expect(follow(g, g.guest.address))
      .to.emit(g.p.mineBox, "CrystalsFollowed")
      .withArgs(g.guest.address, g.broke.address, 0, 500);
  });

  it("given a box that waits, its crystals follow once it is open", async () => {
    const g = await season(always(prizeOf("crystals", { amount: 7n })));
    await request(g, g.owner);
    await move(g, g.owner, g.broke);
    await follow(g, g.owner.address);
    await reveal(g, FIRST_DROP);
    await open(g, [g.owner.address, NO_VEHICLE]);
    await expect(follow(g, g.owner.address))
      .to.emit(g.p.mineBox, "CrystalsFollowed")
      .withArgs(g.owner.address, g.broke.address, 7, 0);
    expect(await crystalsOf(g, g.broke.address)).to.equal(CRYSTALS - 10 + 7);
  });

  it("given crystals that are credited after the move, they follow too", async () => {
    const { g, tree } = await secondDay(1_500);
    await move(g, g.owner, g.broke);
    await follow(g, g.owner.address);
    await credit(g, tree);
    await expect(follow(g, g.owner.address))
      .to.emit(g.p.mineBox, "CrystalsFollowed")
      .withArgs(g.owner.address, g.broke.address, 500, 0);
  });

  it("given two moves, they go where the second leads", async () => {
    const g = await playable();
    const [first, second] = [await playerOf(g, 0), g.guest];
    await announceRecovery(g.p, first.address, second);
    await announceRecovery(g.p, second.address, g.broke);
    await at((await now()) + 30 * DAY_S);
    await g.p.accountMoves.executeRecovery(first.address);
    await g.p.accountMoves.executeRecovery(second.address);
    await follow(g, first.address);
    expect(await crystalsOf(g, g.broke.address)).to.equal(CRYSTALS);
    expect(await crystalsOf(g, second.address)).to.equal(CRYSTALS);
  });

  it("given an account that has not moved, it is refused", async () => {
    const g = await playable();
    await expect(follow(g, g.owner.address))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NothingToFollow")
      .withArgs(g.owner.address);
  });

  it("given nothing left, it is refused", async () => {
    const g = await playable();
    await move(g, g.owner, g.broke);
    await follow(g, g.owner.address);
    await expect(follow(g, g.owner.address))
      .to.be.revertedWithCustomError(g.p.mineBox, "MineBox_NothingToFollow")
      .withArgs(g.owner.address);
  });
});
