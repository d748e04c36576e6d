import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { openingOf } from "../support/contracts-days.ts";
import { ANA, BO, CY, credit, creditable, creditMany, THREE } from "./creditable.ts";
import { actAs, at, ethers } from "./fixture.ts";
import { announce, chain, givePrize, movable, moveAccount, reserve } from "./movable.ts";

type Signer = HardhatEthersSigner;

/** The cultivation pool, units. */
const DRAWING_POOL = 90_000_000n * 1_000_000_000n;

async function stonesOf({ stoneLedger }: Programme, account: string): Promise<unknown[]> {
  return [...(await stoneLedger.stonesOf(account))];
}

/** The ledger as another of the programme's contracts calls it. */
async function ledgerAs(p: Programme, partner: "accountMoves" | "mineBox" | "redemptionDesk") {
  return p.stoneLedger.connect(await actAs(p[partner]));
}

describe("StoneLedger: moveStones", () => {
  it("given anybody but the AccountMoves, it is refused", async () => {
    const { p } = await movable();
    const others = [...Object.values(p.roles), await actAs(p.mineBox), await actAs(p.redemptionDesk)];
    for (const caller of others) {
      await expect(p.stoneLedger.connect(caller).moveStones(ANA, BO))
        .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotPartner")
        .withArgs(caller.address);
    }
  });

  it("when moved, balance and reservations are the target's and the supply is as before", async () => {
    const g = await creditable(THREE);
    await creditMany(g, 0, [0, 1, 2]);
    await reserve(g.p, ANA, 40n);
    await reserve(g.p, BO, 10n);
    const ledger = await ledgerAs(g.p, "accountMoves");
    await expect(ledger.moveStones(ANA, BO)).to.emit(ledger, "Transfer").withArgs(ANA, BO, 100n);
    expect(await stonesOf(g.p, ANA)).to.deep.equal([100n, 0n, 100n, 0n, true]);
    expect(await stonesOf(g.p, BO)).to.deep.equal([30n, 100n, 0n, 50n, false]);
    expect([await ledger.availableOf(ANA), await ledger.availableOf(BO)]).to.deep.equal([0n, 80n]);
    expect(await ledger.totalSupply()).to.equal(135n);
    expect(await ledger.issuedMined()).to.equal(135n);
  });
});

/** Ana of {@link THREE} has moved to an account of her own choice; nothing is credited yet. */
async function anaMoved() {
  const g = await creditable(THREE);
  const to = g.p.owners[1] as Signer;
  await moveForAna(g.p, to);
  return { ...g, to: to.address };
}

/** Ana moves by recovery, since nobody has her key; the pointer stands in the AccountMoves, too. */
async function moveForAna(p: Programme, to: Signer): Promise<void> {
  await at(await announce(p, { address: ANA }, to));
  await p.accountMoves.executeRecovery(ANA);
}

describe("StoneLedger: credit, after a move", () => {
  it("given an account that moved, given a leaf of the old account, what is paid flows on to the new one", async () => {
    const g = await anaMoved();
    const transaction = credit(g, 0, 0);
    await expect(transaction).to.emit(g.p.stoneLedger, "Transfer").withArgs(ethers.ZeroAddress, ANA, 100n);
    await expect(transaction).to.emit(g.p.stoneLedger, "Transfer").withArgs(ANA, g.to, 100n);
    expect(await stonesOf(g.p, ANA)).to.deep.equal([100n, 0n, 100n, 0n, true]);
    expect(await stonesOf(g.p, g.to)).to.deep.equal([0n, 100n, 0n, 0n, false]);
    expect(await g.p.stoneLedger.totalSupply()).to.equal(100n);
  });

  it("given an account that moved, given the same leaf again, nothing is paid and nothing flows", async () => {
    const g = await anaMoved();
    await credit(g, 0, 0);
    await expect(credit(g, 0, 0)).to.not.emit(g.p.stoneLedger, "Transfer");
    expect(await g.p.stoneLedger.balanceOf(g.to)).to.equal(100n);
  });
});

describe("StoneLedger: creditMany, after a move", () => {
  it("given an account that moved, given leaves of the old account and of others, only the old account's flow on", async () => {
    const g = await anaMoved();
    await creditMany(g, 0, [0, 1, 2]);
    const balances = [ANA, g.to, BO, CY].map((account) => g.p.stoneLedger.balanceOf(account));
    expect(await Promise.all(balances)).to.deep.equal([0n, 100n, 30n, 5n]);
    expect(await g.p.stoneLedger.issuedMined()).to.equal(135n);
  });
});

describe("StoneLedger: flowOn", () => {
  it("given more than four pointers, it sends on what stands on the way", async () => {
    const m = await movable();
    const { p, accounts } = m;
    const [first, , , , fifth, last] = accounts;
    await chain(m, 5);
    await givePrize(p, first.address, 70n);
    expect(await p.stoneLedger.balanceOf(fifth.address)).to.equal(70n);
    const asAnybody = p.stoneLedger.connect(p.roles.operator);
    expect(await asAnybody.flowOn.staticCall(fifth.address)).to.equal(70n);
    await expect(asAnybody.flowOn(fifth.address))
      .to.emit(p.stoneLedger, "Transfer")
      .withArgs(fifth.address, last.address, 70n);
    expect(await p.stoneLedger.balanceOf(last.address)).to.equal(70n);
    expect(await p.stoneLedger.balanceOf(fifth.address)).to.equal(0n);
  });

  it("given a moved account with nothing, nothing moves", async () => {
    const { p, accounts } = await movable();
    const [a, b] = accounts;
    await moveAccount(p, a, b);
    expect(await p.stoneLedger.flowOn.staticCall(a.address)).to.equal(0n);
    await p.stoneLedger.flowOn(a.address);
    expect(await stonesOf(p, b.address)).to.deep.equal([0n, 0n, 0n, 0n, false]);
  });

  it("given an account that has not moved, it is refused", async () => {
    const { p, accounts } = await movable();
    await givePrize(p, accounts[0].address, 5n);
    await expect(p.stoneLedger.flowOn(accounts[0].address))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotMoved")
      .withArgs(accounts[0].address);
  });
});

describe("StoneLedger: issuePrize", () => {
  it("given anybody but the mine box, it is refused", async () => {
    const { p } = await movable();
    const others = [...Object.values(p.roles), await actAs(p.accountMoves), await actAs(p.redemptionDesk)];
    for (const caller of others) {
      await expect(p.stoneLedger.connect(caller).issuePrize(ANA, 1))
        .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotPartner")
        .withArgs(caller.address);
    }
  });

  it("when given, the account has received them and the supply grows by them", async () => {
    const { p } = await movable();
    const ledger = await ledgerAs(p, "mineBox");
    await expect(ledger.issuePrize(ANA, 40n)).to.emit(ledger, "Transfer").withArgs(ethers.ZeroAddress, ANA, 40n);
    expect(await stonesOf(p, ANA)).to.deep.equal([0n, 40n, 0n, 0n, false]);
    expect([await ledger.issuedDrawn(), await ledger.issuedMined(), await ledger.totalSupply()]).to.deep.equal([
      40n,
      0n,
      40n,
    ]);
  });

  it("given the whole pool, it is given to the last unit", async () => {
    const { p } = await movable();
    const ledger = await ledgerAs(p, "mineBox");
    await ledger.issuePrize(ANA, DRAWING_POOL - 1n);
    await ledger.issuePrize(BO, 1n);
    expect(await ledger.issuedDrawn()).to.equal(DRAWING_POOL);
    expect(await ledger.balanceOf(BO)).to.equal(1n);
  });

  it("given a unit more than the pool, it is refused", async () => {
    const { p } = await movable();
    const ledger = await ledgerAs(p, "mineBox");
    await ledger.issuePrize(ANA, DRAWING_POOL - 1n);
    await expect(ledger.issuePrize(BO, 2n))
      .to.be.revertedWithCustomError(ledger, "StoneLedger_AboveSettled")
      .withArgs(DRAWING_POOL + 1n, DRAWING_POOL);
  });

  it("given prizes that were spent, the pool is as much smaller all the same", async () => {
    const { p } = await movable();
    const ledger = await ledgerAs(p, "mineBox");
    await ledger.issuePrize(ANA, DRAWING_POOL);
    const desk = await ledgerAs(p, "redemptionDesk");
    await desk.reserve(ANA, 10n);
    await desk.spendReserved(ANA, 10n);
    await expect(ledger.issuePrize(BO, 1n))
      .to.be.revertedWithCustomError(ledger, "StoneLedger_AboveSettled")
      .withArgs(DRAWING_POOL + 1n, DRAWING_POOL);
  });

  it("given an account that moved, the prize flows on", async () => {
    const { p, accounts } = await movable();
    const [a, b] = accounts;
    await moveAccount(p, a, b);
    await givePrize(p, a.address, 9n);
    expect(await stonesOf(p, a.address)).to.deep.equal([0n, 9n, 9n, 0n, true]);
    expect(await stonesOf(p, b.address)).to.deep.equal([0n, 9n, 0n, 0n, false]);
  });
});

describe("StoneLedger: creditAndReserve", () => {
  it("given anybody but the desk, it is refused", async () => {
    const g = await creditable(THREE);
    const { leaf, proof } = openingOf(g.tree, 0);
    const others = [...Object.values(g.p.roles), await actAs(g.p.accountMoves), await actAs(g.p.mineBox)];
    for (const caller of others) {
      await expect(g.p.stoneLedger.connect(caller).creditAndReserve(0, leaf, proof, ANA, 1))
        .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_NotPartner")
        .withArgs(caller.address);
    }
  });

  it("when called, the leaf is paid and what it brings can be reserved", async () => {
    const g = await creditable(THREE);
    const { leaf, proof } = openingOf(g.tree, 0);
    const ledger = await ledgerAs(g.p, "redemptionDesk");
    await expect(ledger.creditAndReserve(0, leaf, proof, ANA, 100n))
      .to.emit(ledger, "DayCredited")
      .withArgs(0, 1, 100n);
    expect(await stonesOf(g.p, ANA)).to.deep.equal([100n, 0n, 0n, 100n, false]);
  });

  it("given a unit more than the leaf brings, all of it is refused", async () => {
    const g = await creditable(THREE);
    const { leaf, proof } = openingOf(g.tree, 0);
    const ledger = await ledgerAs(g.p, "redemptionDesk");
    await expect(ledger.creditAndReserve(0, leaf, proof, ANA, 101n))
      .to.be.revertedWithCustomError(ledger, "StoneLedger_InsufficientStones")
      .withArgs(ANA, 100, 101);
    expect(await stonesOf(g.p, ANA)).to.deep.equal([0n, 0n, 0n, 0n, false]);
  });

  it("given the leaf of an account that moved, the new account reserves what flowed on", async () => {
    const g = await anaMoved();
    const { leaf, proof } = openingOf(g.tree, 0);
    await (await ledgerAs(g.p, "redemptionDesk")).creditAndReserve(0, leaf, proof, g.to, 60n);
    expect(await stonesOf(g.p, g.to)).to.deep.equal([0n, 100n, 0n, 60n, false]);
  });
});
