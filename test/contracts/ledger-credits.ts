import { expect } from "chai";
import { describe, it } from "mocha";
import { openingOf } from "../support/contracts-days.ts";
import { ANA, BO, begin, CY, credit, creditable, DEE, type Given, settle, THREE, treeOf } from "./creditable.ts";
import { at, ethers, moveTo } from "./fixture.ts";

describe("StoneLedger: credit", () => {
  it("when credited by anybody, the account has its stones", async () => {
    const g = await creditable(THREE);
    const { leaf, proof } = openingOf(g.tree, 1);
    expect(await g.p.stoneLedger.credit.staticCall(0, leaf, proof)).to.equal(30n);
    const transaction = credit(g, 0, 1);
    await expect(transaction).to.emit(g.p.stoneLedger, "Transfer").withArgs(ethers.ZeroAddress, BO, 30n);
    await expect(transaction).to.emit(g.p.stoneLedger, "DayCredited").withArgs(0, 1, 30n);
    expect([...(await g.p.stoneLedger.stonesOf(BO))]).to.deep.equal([30n, 0n, 0n, 0n, false]);
    expect(await g.p.stoneLedger.balanceOf(BO)).to.equal(30n);
    expect(await g.p.stoneLedger.availableOf(BO)).to.equal(30n);
    expect(await g.p.stoneLedger.totalSupply()).to.equal(30n);
    expect(await g.p.stoneLedger.issuedMined()).to.equal(30n);
  });

  it("given the same leaf again, nothing is paid and nothing reverts", async () => {
    const g = await creditable(THREE);
    await credit(g, 0, 0);
    const { leaf, proof } = openingOf(g.tree, 0);
    expect(await g.p.stoneLedger.credit.staticCall(0, leaf, proof)).to.equal(0n);
    const transaction = credit(g, 0, 0);
    await expect(transaction).to.not.emit(g.p.stoneLedger, "Transfer");
    await expect(transaction).to.emit(g.p.stoneLedger, "DayCredited").withArgs(0, 1, 0);
    expect(await g.p.stoneLedger.issuedMined()).to.equal(100n);
  });

  it("given a later day, the difference is paid", async () => {
    const g = await creditable(THREE);
    await credit(g, 0, 0);
    const later = await settle(g.p, 1, { stones: { [ANA]: 140n, [BO]: 30n, [CY]: 5n } });
    await moveTo(later.creditableAt);
    await expect(credit({ p: g.p, tree: later.tree }, 1, 0))
      .to.emit(g.p.stoneLedger, "Transfer")
      .withArgs(ethers.ZeroAddress, ANA, 40n);
    expect((await g.p.stoneLedger.stonesOf(ANA)).mined).to.equal(140n);
  });

  it("given an earlier day after a later one, its smaller leaf pays nothing", async () => {
    const g = await creditable(THREE);
    const later = await settle(g.p, 1, { stones: { [ANA]: 140n, [BO]: 30n, [CY]: 5n } });
    await moveTo(later.creditableAt);
    await credit({ p: g.p, tree: later.tree }, 1, 0);
    await expect(credit(g, 0, 0))
      .to.emit(g.p.stoneLedger, "DayCredited")
      .withArgs(0, 1, 0);
    expect((await g.p.stoneLedger.stonesOf(ANA)).mined).to.equal(140n);
  });

  it("given the only account of a day, its root is its leaf and the proof is empty", async () => {
    const g = await creditable({ stones: { [DEE]: 7n } });
    expect(openingOf(g.tree, 0).proof).to.deep.equal([]);
    await credit(g, 0, 0);
    expect(await g.p.stoneLedger.balanceOf(DEE)).to.equal(7n);
  });

  it("given the last second of the challenge window, it is refused", async () => {
    const p = await begin();
    const settled = await settle(p, 0, THREE);
    await at(settled.creditableAt - 1);
    await expect(credit({ p, ...settled }, 0, 0))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_ChallengeWindow")
      .withArgs(0, settled.creditableAt);
  });

  it("given the first creditable second, it is paid", async () => {
    const p = await begin();
    const settled = await settle(p, 0, THREE);
    await at(settled.creditableAt);
    await credit({ p, ...settled }, 0, 0);
    expect(await p.stoneLedger.balanceOf(ANA)).to.equal(100n);
  });

  it("given a day that is not settled, it is refused", async () => {
    const g = await creditable(THREE);
    await expect(credit(g, 1, 0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_NotSettled")
      .withArgs(1);
  });

  it("given a vetoed day, it is refused", async () => {
    const p = await begin();
    const settled = await settle(p, 0, THREE);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(0);
    await moveTo(settled.creditableAt);
    await expect(credit({ p, ...settled }, 0, 0))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotSettled")
      .withArgs(0);
  });

  for (const [title, change] of [
    ["more stones", { stones: 101n }],
    ["another account", { account: DEE }],
    ["another index", { index: 1 }],
    ["other crystals", { crystals: 1n }],
    ["another prefix", { prefix: ethers.id("x") }],
    ["another last award", { headAward: ethers.id("x") }],
    ["another salt", { salt: ethers.id("x") }],
  ] as const) {
    it(`given a leaf with ${title} than under the root, it is refused`, async () => {
      const g = await creditable(THREE);
      const { leaf, proof } = openingOf(g.tree, 0);
      await expect(g.p.stoneLedger.credit(0, { ...leaf, ...change }, proof))
        .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_InvalidProof")
        .withArgs(0);
    });
  }

  for (const [title, change] of [
    ["another leaf's", (g: Given) => openingOf(g.tree, 1).proof],
    ["no", () => []],
    ["a longer", (g: Given) => [...openingOf(g.tree, 0).proof, ethers.ZeroHash]],
  ] as const) {
    it(`given ${title} proof, it is refused`, async () => {
      const g = await creditable(THREE);
      await expect(g.p.stoneLedger.credit(0, openingOf(g.tree, 0).leaf, change(g)))
        .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_InvalidProof")
        .withArgs(0);
    });
  }

  for (const [word, name] of ["index", "account", "stones", "crystals"].entries()) {
    it(`given a leaf whose ${name} has bits beyond its type, it is refused`, async () => {
      const g = await creditable(THREE);
      const { leaf, proof } = openingOf(g.tree, 0);
      const data = g.p.stoneLedger.interface.encodeFunctionData("credit", [0, leaf, proof]);
      const at = 2 + 8 + 64 * (1 + word); // 0x, the selector, the day, and the members before
      const changed = `${data.slice(0, at)}80${data.slice(at + 2)}`;
      await expect(g.p.roles.operator.sendTransaction({ to: g.p.stoneLedger.target, data: changed }))
        .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_InvalidProof")
        .withArgs(0);
    });
  }

  it("given a day without accounts, nothing stands under its root 0", async () => {
    const { p } = await creditable({ stones: {} });
    await expect(credit({ p, tree: treeOf(THREE) }, 0, 0))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_InvalidProof")
      .withArgs(0);
  });

  it("given an index that is not below the day's accounts, it is refused", async () => {
    const g = await creditable({ ...THREE, accounts: 2 });
    await expect(credit(g, 0, 2))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_IndexOutOfRange")
      .withArgs(2, 2);
  });
});

describe("StoneLedger: credit, what credits can reach together", () => {
  it("given leaves above the settled total, they are paid up to it and not beyond", async () => {
    const g = await creditable({ ...THREE, total: 130n });
    await credit(g, 0, 0);
    await credit(g, 0, 1);
    expect(await g.p.stoneLedger.issuedMined()).to.equal(130n);
    await expect(credit(g, 0, 2))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_AboveSettled")
      .withArgs(135n, 130n);
  });

  it("given one leaf above the settled total, it is refused", async () => {
    const g = await creditable({ stones: { [ANA]: 100n }, total: 99n });
    await expect(credit(g, 0, 0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_AboveSettled")
      .withArgs(100n, 99n);
  });

  it("given a later day that was not used yet, its total does not count", async () => {
    const g = await creditable({ stones: { [ANA]: 100n }, total: 99n });
    const later = await settle(g.p, 1, { stones: { [ANA]: 200n } });
    await moveTo(later.creditableAt);
    await expect(credit(g, 0, 0))
      .to.be.revertedWithCustomError(g.p.stoneLedger, "StoneLedger_AboveSettled")
      .withArgs(100n, 99n);
  });

  it("given a later day that was used, its total counts for earlier days, too", async () => {
    const g = await creditable({ stones: { [ANA]: 100n, [BO]: 20n }, total: 100n });
    const later = await settle(g.p, 1, { stones: { [ANA]: 105n, [BO]: 20n } });
    await moveTo(later.creditableAt);
    await credit({ p: g.p, tree: later.tree }, 1, 0);
    await credit(g, 0, 1);
    expect(await g.p.stoneLedger.issuedMined()).to.equal(125n);
  });
});
