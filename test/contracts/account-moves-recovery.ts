import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { expectSkips, signIntent } from "../support/contracts-intents.ts";
import { at, DAY_S, ethers, now } from "./fixture.ts";
import {
  announce,
  announceRecovery,
  givePrize,
  movable,
  moveAccount,
  RECOVERY_S,
  reserve,
  signMove,
} from "./movable.ts";

type Signer = HardhatEthersSigner;

const EVIDENCE = ethers.id("a deed of inheritance");
const NONE = [ethers.ZeroAddress, 0n, 0n, 0n];

/** An account with 100 stones, the recovery of which is announced. */
async function announced() {
  const { p, accounts } = await movable();
  const [a, b, c] = accounts;
  await givePrize(p, a.address, 100n);
  const executableAt = await announce(p, a, b);
  return { p, a, b, c, executableAt };
}

async function expectNoRecovery(p: Programme, call: Promise<unknown>, account: string): Promise<void> {
  await expect(call).to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_NoRecovery").withArgs(account);
}

describe("AccountMoves: announceRecovery", () => {
  it("when announced, it waits for 30 days and nothing has moved", async () => {
    const { p, accounts } = await movable();
    const [a, b] = accounts;
    await givePrize(p, a.address, 100n);
    const time = (await now()) + 100;
    await at(time);
    await expect(announceRecovery(p, a.address, b, { reason: 2, evidence: EVIDENCE }))
      .to.emit(p.accountMoves, "RecoveryAnnounced")
      .withArgs(1, a.address, b.address, 2, EVIDENCE, time + RECOVERY_S);
    expect([...(await p.accountMoves.recoveryOf(a.address))]).to.deep.equal([
      b.address,
      BigInt(time + RECOVERY_S),
      2n,
      1n,
    ]);
    expect(await p.accountMoves.currentOf(a.address)).to.equal(a.address);
    expect(await p.stoneLedger.balanceOf(a.address)).to.equal(100n);
  });

  for (const reason of [1, 3, 4]) {
    it(`given reason ${reason}, it is announced`, async () => {
      const { p, accounts } = await movable();
      await announceRecovery(p, accounts[0].address, accounts[1], { reason });
      expect((await p.accountMoves.recoveryOf(accounts[0].address)).reason).to.equal(BigInt(reason));
    });
  }

  for (const reason of [0, 5]) {
    it(`given reason ${reason}, it is refused: it is no code`, async () => {
      const { p, accounts } = await movable();
      await expect(announceRecovery(p, accounts[0].address, accounts[1], { reason }))
        .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_UnknownReason")
        .withArgs(reason);
    });
  }

  it("given another account's recovery, each has its own number", async () => {
    const { p, a, b, c } = await announced();
    await announceRecovery(p, c.address, b);
    expect((await p.accountMoves.recoveryOf(a.address)).number).to.equal(1n);
    expect((await p.accountMoves.recoveryOf(c.address)).number).to.equal(2n);
  });

  it("given one that is announced, another of the same account is refused", async () => {
    const { p, a, c } = await announced();
    await expect(announceRecovery(p, a.address, c))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_RecoveryPending")
      .withArgs(a.address, 1);
  });

  it("given the zero address as account, it is refused: its pointer would be everybody's", async () => {
    const { p, accounts } = await movable();
    await expect(announceRecovery(p, ethers.ZeroAddress, accounts[0]))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_NoAccount")
      .withArgs();
  });

  it("given the zero address as target, it is refused", async () => {
    const { p, accounts } = await movable();
    const move = { account: accounts[0].address, to: ethers.ZeroAddress, deadline: (await now()) + 100 };
    await expect(p.accountMoves.connect(p.roles.recovery).announceRecovery(move, "0x", 1, EVIDENCE))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_InvalidTarget")
      .withArgs(ethers.ZeroAddress);
  });

  it("given the account itself as target, it is refused", async () => {
    const { p, accounts } = await movable();
    const [a] = accounts;
    await expect(announceRecovery(p, a.address, a))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_InvalidTarget")
      .withArgs(a.address);
  });

  it("given a target that has not signed, it is refused: it would take in what it does not want", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    const move = { account: a.address, to: b.address, deadline: (await now()) + 100 };
    const announced = p.accountMoves.connect(p.roles.recovery).announceRecovery;
    await expect(announced(move, await signMove(p, c, move), 1, EVIDENCE))
      .to.be.revertedWithCustomError(p.accountMoves, "InvalidSignature")
      .withArgs(b.address);
  });

  it("given a target's signature for the move of another account, it is refused", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    const move = { account: a.address, to: b.address, deadline: (await now()) + 100 };
    const signature = await signMove(p, b, { ...move, account: c.address });
    await expect(p.accountMoves.connect(p.roles.recovery).announceRecovery(move, signature, 1, EVIDENCE))
      .to.be.revertedWithCustomError(p.accountMoves, "InvalidSignature")
      .withArgs(b.address);
  });

  for (const [title, aheadS, isRefused] of [
    ["that passed a second ago", -1, true],
    ["in that second", 0, false],
    ["a day ahead", DAY_S, false],
    ["a day and a second ahead", DAY_S + 1, true],
  ] as const) {
    it(`given a deadline ${title}, it is ${isRefused ? "refused" : "announced"}`, async () => {
      const { p, accounts } = await movable();
      const [a, b] = accounts;
      const time = (await now()) + 100;
      await at(time);
      const call = announceRecovery(p, a.address, b, { deadline: time + aheadS });
      if (isRefused) {
        await expect(call)
          .to.be.revertedWithCustomError(p.accountMoves, "InvalidDeadline")
          .withArgs(time + aheadS, time);
      } else await expect(call).to.emit(p.accountMoves, "RecoveryAnnounced");
    });
  }

  it("given an account that has moved, it is refused", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    await moveAccount(p, a, b);
    await expect(announceRecovery(p, a.address, c))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_AlreadyMoved")
      .withArgs(a.address);
  });

  it("given a target that has moved, it is refused", async () => {
    const { p, accounts } = await movable();
    const [a, b] = accounts;
    await moveAccount(p, a, b);
    await expect(announceRecovery(p, b.address, a))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_AlreadyMoved")
      .withArgs(a.address);
  });
});

describe("AccountMoves: withdrawRecovery", () => {
  it("when withdrawn, it is gone and another can be announced", async () => {
    const { p, a, c } = await announced();
    await expect(p.accountMoves.connect(p.roles.recovery).withdrawRecovery(a.address))
      .to.emit(p.accountMoves, "RecoveryCancelled")
      .withArgs(1, a.address, p.roles.recovery.address);
    expect([...(await p.accountMoves.recoveryOf(a.address))]).to.deep.equal(NONE);
    await announceRecovery(p, a.address, c);
    expect((await p.accountMoves.recoveryOf(a.address)).number).to.equal(2n);
  });

  it("given none, it is refused", async () => {
    const { p, b } = await announced();
    await expectNoRecovery(p, p.accountMoves.connect(p.roles.recovery).withdrawRecovery(b.address), b.address);
  });
});

describe("AccountMoves: cancelRecovery", () => {
  it("when the account cancels, it is gone", async () => {
    const { p, a } = await announced();
    await expect(p.accountMoves.connect(a).cancelRecovery())
      .to.emit(p.accountMoves, "RecoveryCancelled")
      .withArgs(1, a.address, a.address);
    expect([...(await p.accountMoves.recoveryOf(a.address))]).to.deep.equal(NONE);
  });

  it("given that its 30 days are over and nobody has carried it out, it can still be cancelled", async () => {
    const { p, a, executableAt } = await announced();
    await at(executableAt + DAY_S);
    await p.accountMoves.connect(a).cancelRecovery();
    await expectNoRecovery(p, p.accountMoves.executeRecovery(a.address), a.address);
  });

  it("given the target of somebody's recovery, it has none to cancel", async () => {
    const { p, b } = await announced();
    await expectNoRecovery(p, p.accountMoves.connect(b).cancelRecovery(), b.address);
  });
});

interface Cancellation {
  readonly account: string;
  readonly recovery: number;
  readonly deadline: number;
}

/** Anybody sends a cancellation that somebody signed. */
async function cancel(p: Programme, by: Signer, cancellation: Cancellation) {
  const signature = await signIntent(by, "RecoveryCancellation", cancellation, { contracts: p });
  return p.accountMoves.connect(p.roles.operator).cancelRecoveries([cancellation], [signature]);
}

describe("AccountMoves: cancelRecoveries", () => {
  it("when the account signed, it is cancelled and none skipped", async () => {
    const { p, a } = await announced();
    const transaction = cancel(p, a, { account: a.address, recovery: 1, deadline: (await now()) + 100 });
    await expect(transaction)
      .to.emit(p.accountMoves, "RecoveryCancelled")
      .withArgs(1, a.address, p.roles.operator.address);
    await expectSkips(transaction, p.accountMoves, []);
    expect([...(await p.accountMoves.recoveryOf(a.address))]).to.deep.equal(NONE);
  });

  for (const [title, aheadS] of [
    ["a second ago", -1],
    ["more than a day ahead", DAY_S + 1],
  ] as const) {
    it(`given a deadline ${title}, it is skipped with InvalidDeadline`, async () => {
      const { p, a } = await announced();
      const time = (await now()) + 100;
      await at(time);
      const transaction = cancel(p, a, { account: a.address, recovery: 1, deadline: time + aheadS });
      const skip = { index: 0, account: a.address, error: "InvalidDeadline" };
      await expectSkips(transaction, p.accountMoves, [skip]);
    });
  }

  it("given a cancellation of an earlier recovery, it is skipped and the later one stands", async () => {
    const { p, a, c } = await announced();
    const cancellation = { account: a.address, recovery: 1, deadline: (await now()) + 1_000 };
    await cancel(p, a, cancellation);
    await announceRecovery(p, a.address, c);
    const transaction = cancel(p, a, cancellation);
    const skip = { index: 0, account: a.address, error: "AccountMoves_NoRecovery" };
    await expectSkips(transaction, p.accountMoves, [skip]);
    expect((await p.accountMoves.recoveryOf(a.address)).number).to.equal(2n);
  });

  it("given no recovery and the number 0, it is skipped with AccountMoves_NoRecovery", async () => {
    const { p, b } = await announced();
    const transaction = cancel(p, b, { account: b.address, recovery: 0, deadline: (await now()) + 100 });
    const skip = { index: 0, account: b.address, error: "AccountMoves_NoRecovery" };
    await expectSkips(transaction, p.accountMoves, [skip]);
  });

  it("given the target's signature, it is skipped with InvalidSignature", async () => {
    const { p, a, b } = await announced();
    const transaction = cancel(p, b, { account: a.address, recovery: 1, deadline: (await now()) + 100 });
    const skip = { index: 0, account: a.address, error: "InvalidSignature" };
    await expectSkips(transaction, p.accountMoves, [skip]);
  });

  it("given the same twice in one batch, the second is skipped with AccountMoves_NoRecovery", async () => {
    const { p, a } = await announced();
    const cancellation = { account: a.address, recovery: 1, deadline: (await now()) + 100 };
    const signature = await signIntent(a, "RecoveryCancellation", cancellation, { contracts: p });
    const transaction = p.accountMoves.cancelRecoveries([cancellation, cancellation], [signature, signature]);
    const skip = { index: 1, account: a.address, error: "AccountMoves_NoRecovery" };
    await expectSkips(transaction, p.accountMoves, [skip]);
  });

  it("given a signature too many, it is refused", async () => {
    const { p } = await announced();
    await expect(p.accountMoves.cancelRecoveries([], ["0x"]))
      .to.be.revertedWithCustomError(p.accountMoves, "LengthMismatch")
      .withArgs();
  });
});

describe("AccountMoves: executeRecovery", () => {
  it("given the first second after its 30 days, anybody carries it out and all stones move", async () => {
    const { p, a, b, executableAt } = await announced();
    await reserve(p, a.address, 40n);
    await at(executableAt);
    await expect(p.accountMoves.connect(p.roles.operator).executeRecovery(a.address))
      .to.emit(p.accountMoves, "AccountMoved")
      .withArgs(a.address, b.address);
    expect([...(await p.stoneLedger.stonesOf(b.address))]).to.deep.equal([0n, 100n, 0n, 40n, false]);
    expect([...(await p.accountMoves.forwardOf(a.address))]).to.deep.equal([b.address, BigInt(executableAt)]);
    expect([...(await p.accountMoves.recoveryOf(a.address))]).to.deep.equal(NONE);
  });

  it("given the last second of its 30 days, it is refused", async () => {
    const { p, a, executableAt } = await announced();
    await at(executableAt - 1);
    await expect(p.accountMoves.executeRecovery(a.address))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_RecoveryTooEarly")
      .withArgs(a.address, executableAt);
  });

  it("given none, it is refused", async () => {
    const { p, b } = await announced();
    await expectNoRecovery(p, p.accountMoves.executeRecovery(b.address), b.address);
  });

  it("given that it was carried out, it is refused", async () => {
    const { p, a, executableAt } = await announced();
    await at(executableAt);
    await p.accountMoves.executeRecovery(a.address);
    await expectNoRecovery(p, p.accountMoves.executeRecovery(a.address), a.address);
  });

  it("given a target with stones and orders of its own, both merge", async () => {
    const { p, a, b, executableAt } = await announced();
    await givePrize(p, b.address, 50n);
    await reserve(p, b.address, 20n);
    await reserve(p, a.address, 40n);
    await at(executableAt);
    await p.accountMoves.executeRecovery(a.address);
    expect([...(await p.stoneLedger.stonesOf(b.address))]).to.deep.equal([0n, 150n, 0n, 60n, false]);
  });

  it("given an account that was moved to less than a year ago, it is carried out all the same", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    await moveAccount(p, a, b);
    await at(await announce(p, b, c));
    await p.accountMoves.executeRecovery(b.address);
    expect(await p.accountMoves.currentOf(a.address)).to.equal(c.address);
  });

  it("given that the account moved by itself meanwhile, it is refused and the account's own move stands", async () => {
    const { p, a, c, executableAt } = await announced();
    await moveAccount(p, a, c);
    await at(executableAt);
    await expectNoRecovery(p, p.accountMoves.executeRecovery(a.address), a.address);
    expect(await p.accountMoves.currentOf(a.address)).to.equal(c.address);
    expect(await p.stoneLedger.balanceOf(c.address)).to.equal(100n);
  });

  it("given that the target moved meanwhile, it is refused until it is announced anew", async () => {
    const { p, a, b, c, executableAt } = await announced();
    await moveAccount(p, b, c);
    await at(executableAt);
    await expect(p.accountMoves.executeRecovery(a.address))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_AlreadyMoved")
      .withArgs(b.address);
    await p.accountMoves.connect(p.roles.recovery).withdrawRecovery(a.address);
    await at(await announce(p, a, c));
    await p.accountMoves.executeRecovery(a.address);
    expect(await p.accountMoves.currentOf(a.address)).to.equal(c.address);
  });

  it("given two accounts to be moved to each other, only the first is", async () => {
    const { p, a, b } = await announced();
    const executableAt = await announce(p, b, a);
    await at(executableAt);
    await p.accountMoves.executeRecovery(a.address);
    await expect(p.accountMoves.executeRecovery(b.address))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_AlreadyMoved")
      .withArgs(a.address);
  });

  it("given a recovered account, it moves by itself a year later at the earliest", async () => {
    const { p, a, b, c, executableAt } = await announced();
    await at(executableAt);
    await p.accountMoves.executeRecovery(a.address);
    await expect(moveAccount(p, b, c))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_TooSoon")
      .withArgs(b.address, executableAt + 365 * DAY_S);
  });
});
