import { expect } from "chai";
import { describe, it } from "mocha";
import { ethers } from "./fixture.ts";
import { chain, movable } from "./movable.ts";

describe("AccountMoves: currentOf", () => {
  it("given an account that has not moved, it is itself", async () => {
    const { p, accounts } = await movable();
    expect(await p.accountMoves.currentOf(accounts[0].address)).to.equal(accounts[0].address);
  });

  it("given four pointers, it is where the last one leads", async () => {
    const m = await movable();
    await chain(m, 4);
    expect(await m.p.accountMoves.currentOf(m.accounts[0].address)).to.equal(m.accounts[4].address);
  });

  it("given five pointers, it is the account that the fourth leads to, which has moved", async () => {
    const m = await movable();
    await chain(m, 5);
    expect(await m.p.accountMoves.currentOf(m.accounts[0].address)).to.equal(m.accounts[4].address);
    expect(await m.p.accountMoves.currentOf(m.accounts[1].address)).to.equal(m.accounts[5].address);
  });
});

describe("AccountMoves: forwardOf", () => {
  it("given an account that has not moved, it is all zero", async () => {
    const { p, accounts } = await movable();
    expect([...(await p.accountMoves.forwardOf(accounts[0].address))]).to.deep.equal([ethers.ZeroAddress, 0n]);
  });
});

describe("AccountMoves: shortenForward", () => {
  it("given five pointers, one step less makes the last account found, and the time of the move stays", async () => {
    const m = await movable();
    await chain(m, 5);
    const { accountMoves } = m.p;
    const [first, , third] = m.accounts;
    const { movedAt } = await accountMoves.forwardOf(first.address);
    await expect(accountMoves.connect(m.p.roles.operator).shortenForward(first.address))
      .to.emit(accountMoves, "ForwardShortened")
      .withArgs(first.address, third.address);
    expect([...(await accountMoves.forwardOf(first.address))]).to.deep.equal([third.address, movedAt]);
    expect(await accountMoves.currentOf(first.address)).to.equal(m.accounts[5].address);
  });

  it("given a pointer to an account that has not moved, it is refused", async () => {
    const m = await movable();
    await chain(m, 1);
    await expect(m.p.accountMoves.shortenForward(m.accounts[0].address))
      .to.be.revertedWithCustomError(m.p.accountMoves, "AccountMoves_NotMoved")
      .withArgs(m.accounts[1].address);
  });

  it("given an account that has not moved, it is refused", async () => {
    const { p, accounts } = await movable();
    await expect(p.accountMoves.shortenForward(accounts[0].address))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_NotMoved")
      .withArgs(accounts[0].address);
  });
});
