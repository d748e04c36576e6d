import { expect } from "chai";
import { describe, it } from "mocha";
import { openingsOf } from "../support/contracts-days.ts";
import { ANA, BO, begin, CY, credit, creditable, creditMany, DEE, settle, THREE } from "./creditable.ts";
import { at, ethers } from "./fixture.ts";

describe("StoneLedger: creditMany", () => {
  it("when a whole tree is pushed, everybody is paid", async () => {
    const g = await creditable(THREE);
    const { leaves, proof, flags } = openingsOf(g.tree, [0, 1, 2]);
    expect(await g.p.stoneLedger.creditMany.staticCall(0, leaves, proof, flags)).to.equal(135n);
    const transaction = creditMany(g, 0, [0, 1, 2]);
    for (const [account, units] of Object.entries(THREE.stones)) {
      await expect(transaction).to.emit(g.p.stoneLedger, "Transfer").withArgs(ethers.ZeroAddress, account, units);
    }
    await expect(transaction).to.emit(g.p.stoneLedger, "DayCredited").withArgs(0, 3, 135n);
    const balances = [ANA, BO, CY].map((account) => g.p.stoneLedger.balanceOf(account));
    expect(await Promise.all(balances)).to.deep.equal([100n, 30n, 5n]);
    expect(await g.p.stoneLedger.issuedMined()).to.equal(135n);
  });

  it("given some who were credited before, only the others are paid", async () => {
    const g = await creditable(THREE);
    await credit(g, 0, 0);
    await expect(creditMany(g, 0, [0, 2]))
      .to.emit(g.p.stoneLedger, "DayCredited")
      .withArgs(0, 2, 5n);
    expect(await g.p.stoneLedger.totalSupply()).to.equal(105n);
  });

  it("given the same push again, nothing is paid", async () => {
    const g = await creditable(THREE);
    await creditMany(g, 0, [0, 1, 2]);
    const transaction = creditMany(g, 0, [0, 1, 2]);
    await expect(transaction).to.not.emit(g.p.stoneLedger, "Transfer");
    await expect(transaction).to.emit(g.p.stoneLedger, "DayCredited").withArgs(0, 3, 0);
  });

  it("given no leaves, the root alone proves nothing", async () => {
    const g = await creditable(THREE);
    await expect(g.p.stoneLedger.creditMany(0, [], [g.tree.tree.root], []))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_InvalidProof")
      .withArgs(0);
  });

  it("given a changed leaf, it is refused", async () => {
    const g = await creditable(THREE);
    const { leaves, proof, flags } = openingsOf(g.tree, [0, 1]);
    const changed = leaves.map((leaf) => (leaf.index === 1 ? { ...leaf, stones: 31n } : leaf));
    await expect(g.p.stoneLedger.creditMany(0, changed, proof, flags))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_InvalidProof")
      .withArgs(0);
  });

  it("given leaves out of the tree's order, it is refused", async () => {
    const four = { stones: { ...THREE.stones, [DEE]: 1n } };
    const g = await creditable(four);
    const { leaves, proof, flags } = openingsOf(g.tree, [0, 1, 2, 3]);
    const [first, second, ...rest] = leaves as [unknown, unknown, ...unknown[]];
    const swapped = [rest[0], second, first, ...rest.slice(1)] as typeof leaves;
    await expect(g.p.stoneLedger.creditMany(0, swapped, proof, flags))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_InvalidProof")
      .withArgs(0);
  });

  it("given flags that do not fit, it is refused", async () => {
    const g = await creditable(THREE);
    const { leaves, proof, flags } = openingsOf(g.tree, [0, 1]);
    await expect(g.p.stoneLedger.creditMany(0, leaves, proof, [...flags, true]))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "MerkleProofInvalidMultiproof")
      .withArgs();
  });

  it("given one index out of range, all are refused", async () => {
    const g = await creditable({ ...THREE, accounts: 2 });
    await expect(creditMany(g, 0, [0, 1, 2]))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_IndexOutOfRange")
      .withArgs(2, 2);
  });

  it("given leaves that together pass the settled total, all are refused", async () => {
    const g = await creditable({ ...THREE, total: 134n });
    await expect(creditMany(g, 0, [0, 1, 2]))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_AboveSettled")
      .withArgs(135n, 134n);
  });

  it("given the last second of the challenge window, it is refused", async () => {
    const p = await begin();
    const settled = await settle(p, 0, THREE);
    await at(settled.creditableAt - 1);
    await expect(creditMany({ p, ...settled }, 0, [0]))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_ChallengeWindow")
      .withArgs(0, settled.creditableAt);
  });

  it("given a day that is not settled, it is refused", async () => {
    const g = await creditable(THREE);
    await expect(creditMany(g, 5, [0]))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_NotSettled")
      .withArgs(5);
  });
});
