import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { expectSkips, signIntent } from "../support/contracts-intents.ts";
import { ANA, credit, creditable } from "./creditable.ts";
import { at, DAY_S, ethers, moveTo, now } from "./fixture.ts";
import {
  announce,
  givePrize,
  type Movable,
  type Move,
  movable,
  moveAccount,
  moveOf,
  reserve,
  signMove,
  spend,
  YEAR_S,
} from "./movable.ts";

type Signer = HardhatEthersSigner;

/** The account's own transaction, with the target's signature of the move. */
async function send(p: Programme, account: Signer, to: Signer, change: Partial<Move> = {}) {
  const move = { ...(await moveOf(account, to)), ...change };
  const signature = await signMove(p, to, move);
  return p.accountMoves.connect(account).moveAccount(move, signature);
}

/** What keeps an account from moving: the state in which it is tried, the two ends, the error and what it says. */
interface Obstacle {
  readonly title: string;
  readonly prepare: (m: Movable) => Promise<{ account: Signer; to: Signer; change?: Partial<Move> }>;
  readonly error: string;
  readonly names: (m: Movable) => readonly unknown[];
}

const OBSTACLES: readonly Obstacle[] = [
  {
    title: "the account itself as target",
    prepare: async ({ accounts: [a] }) => ({ account: a, to: a }),
    error: "AccountMoves_InvalidTarget",
    names: ({ accounts: [a] }) => [a.address],
  },
  {
    title: "the zero address as target",
    prepare: async ({ accounts: [a, b] }) => ({ account: a, to: b, change: { to: ethers.ZeroAddress } }),
    error: "AccountMoves_InvalidTarget",
    names: () => [ethers.ZeroAddress],
  },
  {
    title: "an account that has moved",
    prepare: async ({ p, accounts: [a, b, c] }) => {
      await moveAccount(p, a, b);
      return { account: a, to: c };
    },
    error: "AccountMoves_AlreadyMoved",
    names: ({ accounts: [a] }) => [a.address],
  },
  {
    title: "where it came from years ago",
    prepare: async ({ p, accounts: [a, b] }) => {
      await moveAccount(p, a, b);
      await moveTo((await now()) + 3 * YEAR_S);
      return { account: b, to: a };
    },
    error: "AccountMoves_AlreadyMoved",
    names: ({ accounts: [a] }) => [a.address],
  },
  {
    title: "a target with stones",
    prepare: async ({ p, accounts: [a, b] }) => {
      await givePrize(p, b.address, 1n);
      return { account: a, to: b };
    },
    error: "AccountMoves_TargetUsed",
    names: ({ accounts: [, b] }) => [b.address],
  },
  {
    title: "a target that has spent all its stones",
    prepare: async ({ p, accounts: [a, b] }) => {
      await givePrize(p, b.address, 5n);
      await spend(p, b.address, 5n);
      return { account: a, to: b };
    },
    error: "AccountMoves_TargetUsed",
    names: ({ accounts: [, b] }) => [b.address],
  },
  {
    title: "a target that somebody without stones moved to",
    prepare: async ({ p, accounts: [a, b, c] }) => {
      await moveAccount(p, c, b);
      return { account: a, to: b };
    },
    error: "AccountMoves_TargetUsed",
    names: ({ accounts: [, b] }) => [b.address],
  },
];

describe("AccountMoves: moveAccount", () => {
  it("when both agree, stones and reservations move and a pointer stands", async () => {
    const m = await movable();
    const [a, b] = m.accounts;
    await givePrize(m.p, a.address, 100n);
    await spend(m.p, a.address, 10n);
    await reserve(m.p, a.address, 30n);
    const time = (await now()) + 100;
    await at(time);
    const transaction = send(m.p, a, b);
    await expect(transaction).to.emit(m.p.accountMoves, "AccountMoved").withArgs(a.address, b.address);
    await expect(transaction).to.emit(m.p.stoneLedger, "Transfer").withArgs(a.address, b.address, 90n);
    expect([...(await m.p.stoneLedger.stonesOf(a.address))]).to.deep.equal([0n, 100n, 100n, 0n, true]);
    expect([...(await m.p.stoneLedger.stonesOf(b.address))]).to.deep.equal([0n, 90n, 0n, 30n, false]);
    expect([...(await m.p.accountMoves.forwardOf(a.address))]).to.deep.equal([b.address, BigInt(time)]);
    expect(await m.p.accountMoves.currentOf(a.address)).to.equal(b.address);
  });

  it("given somebody else's account, it is refused", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    const move = await moveOf(a, b);
    await expect(p.accountMoves.connect(c).moveAccount(move, await signMove(p, b, move)))
      .to.be.revertedWithCustomError(p.accountMoves, "InvalidSignature")
      .withArgs(a.address);
  });

  it("given a signature that is not the target's, it is refused", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    const move = await moveOf(a, b);
    await expect(p.accountMoves.connect(a).moveAccount(move, await signMove(p, c, move)))
      .to.be.revertedWithCustomError(p.accountMoves, "InvalidSignature")
      .withArgs(b.address);
  });

  it("given the target's signature of somebody else's move, it is refused", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    const signature = await signMove(p, b, await moveOf(c, b));
    await expect(p.accountMoves.connect(a).moveAccount(await moveOf(a, b), signature))
      .to.be.revertedWithCustomError(p.accountMoves, "InvalidSignature")
      .withArgs(b.address);
  });

  it("given the deadline's own second, it is carried out", async () => {
    const { p, accounts } = await movable();
    const [a, b] = accounts;
    await moveAccount(p, a, b, (await now()) + 50);
    expect(await p.accountMoves.currentOf(a.address)).to.equal(b.address);
  });

  for (const [title, aheadS] of [
    ["a second ago", -1],
    ["more than a day ahead", DAY_S + 1],
  ] as const) {
    it(`given a deadline ${title}, it is refused: the target signed it`, async () => {
      const { p, accounts } = await movable();
      const time = (await now()) + 100;
      await at(time);
      await expect(send(p, accounts[0], accounts[1], { deadline: time + aheadS }))
        .to.be.revertedWithCustomError(p.accountMoves, "InvalidDeadline")
        .withArgs(time + aheadS, time);
    });
  }

  for (const { title, prepare, error, names } of OBSTACLES) {
    it(`given ${title}, it is refused`, async () => {
      const m = await movable();
      const { account, to, change } = await prepare(m);
      await expect(send(m.p, account, to, change))
        .to.be.revertedWithCustomError(m.p.accountMoves, error)
        .withArgs(...names(m));
    });
  }

  it("given a target whose own drives were credited, it is refused", async () => {
    const g = await creditable({ stones: { [ANA]: 5n } });
    await credit(g, 0, 0);
    const [, other] = g.p.owners as unknown as [Signer, Signer];
    await expect(send(g.p, other, other, { to: ANA }))
      .to.be.revertedWithCustomError(g.p.accountMoves, "AccountMoves_TargetUsed")
      .withArgs(ANA);
  });

  it("given a second less than a year since it was moved to, it is refused", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    const time = (await now()) + 100;
    await moveAccount(p, a, b, time);
    await at(time + YEAR_S - 1);
    await expect(send(p, b, c, { deadline: time + YEAR_S }))
      .to.be.revertedWithCustomError(p.accountMoves, "AccountMoves_TooSoon")
      .withArgs(b.address, time + YEAR_S);
  });

  it("given a year to the second since it was moved to, it moves on", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    const time = (await now()) + 100;
    await givePrize(p, a.address, 7n);
    await moveAccount(p, a, b, time);
    await moveAccount(p, b, c, time + YEAR_S);
    expect(await p.accountMoves.currentOf(a.address)).to.equal(c.address);
    expect(await p.stoneLedger.balanceOf(c.address)).to.equal(7n);
  });

  it("given an announced recovery of the account, it ends with the move", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    await announce(p, a, c);
    await moveAccount(p, a, b);
    expect([...(await p.accountMoves.recoveryOf(a.address))]).to.deep.equal([ethers.ZeroAddress, 0n, 0n, 0n]);
  });
});

/** Anybody sends moves that both ends signed. */
async function sendAll(p: Programme, pairs: readonly { account: Signer; to: Signer; change?: Partial<Move> }[]) {
  const moves: Move[] = [];
  for (const { account, to, change } of pairs) moves.push({ ...(await moveOf(account, to)), ...change });
  const signed = (end: "account" | "to") =>
    Promise.all(pairs.map((pair, i) => signMove(p, pair[end], moves[i] as Move)));
  return p.accountMoves.connect(p.roles.operator).moveAccounts(moves, await signed("account"), await signed("to"));
}

describe("AccountMoves: moveAccounts", () => {
  it("when both signed, anybody carries it out and none is skipped", async () => {
    const { p, accounts } = await movable();
    const [a, b, c, d] = accounts;
    await givePrize(p, c.address, 9n);
    const transaction = sendAll(p, [
      { account: a, to: b },
      { account: c, to: d },
    ]);
    await expect(transaction).to.emit(p.accountMoves, "AccountMoved").withArgs(a.address, b.address);
    await expect(transaction).to.emit(p.accountMoves, "AccountMoved").withArgs(c.address, d.address);
    await expectSkips(transaction, p.accountMoves, []);
    expect(await p.stoneLedger.balanceOf(d.address)).to.equal(9n);
  });

  for (const { title, prepare, error } of OBSTACLES) {
    it(`given ${title}, it is skipped with ${error} and the next is carried out`, async () => {
      const m = await movable();
      const [, , , , e, f] = m.accounts;
      const refused = await prepare(m);
      const transaction = sendAll(m.p, [refused, { account: e, to: f }]);
      await expectSkips(transaction, m.p.accountMoves, [{ index: 0, account: refused.account.address, error }]);
      expect(await m.p.accountMoves.currentOf(e.address)).to.equal(f.address);
    });
  }

  for (const [title, aheadS] of [
    ["a second ago", -1],
    ["more than a day ahead", DAY_S + 1],
  ] as const) {
    it(`given a deadline ${title}, it is skipped with InvalidDeadline`, async () => {
      const { p, accounts } = await movable();
      const [a, b] = accounts;
      const time = (await now()) + 100;
      await at(time);
      const transaction = sendAll(p, [{ account: a, to: b, change: { deadline: time + aheadS } }]);
      const skip = { index: 0, account: a.address, error: "InvalidDeadline" };
      await expectSkips(transaction, p.accountMoves, [skip]);
    });
  }

  it("given that the one moved to moves on at once, that is skipped with AccountMoves_TooSoon", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    const transaction = sendAll(p, [
      { account: a, to: b },
      { account: b, to: c },
    ]);
    const skip = { index: 1, account: b.address, error: "AccountMoves_TooSoon" };
    await expectSkips(transaction, p.accountMoves, [skip]);
  });

  it("given two moves to one target, the second is skipped with AccountMoves_TargetUsed", async () => {
    const { p, accounts } = await movable();
    const [a, b, c] = accounts;
    const transaction = sendAll(p, [
      { account: a, to: c },
      { account: b, to: c },
    ]);
    const skip = { index: 1, account: b.address, error: "AccountMoves_TargetUsed" };
    await expectSkips(transaction, p.accountMoves, [skip]);
  });

  it("given a move carried out, the same again is skipped with AccountMoves_AlreadyMoved", async () => {
    const { p, accounts } = await movable();
    const [a, b] = accounts;
    const pair = { account: a, to: b };
    const transaction = sendAll(p, [pair, pair]);
    const skip = { index: 1, account: a.address, error: "AccountMoves_AlreadyMoved" };
    await expectSkips(transaction, p.accountMoves, [skip]);
  });

  it("given the zero address as account, it is skipped with AccountMoves_NoAccount", async () => {
    const { p, accounts } = await movable();
    const [a, b] = accounts;
    const transaction = sendAll(p, [{ account: a, to: b, change: { account: ethers.ZeroAddress } }]);
    const skip = { index: 0, account: ethers.ZeroAddress, error: "AccountMoves_NoAccount" };
    await expectSkips(transaction, p.accountMoves, [skip]);
  });

  for (const [whose, byAccount] of [
    ["account", false],
    ["target", true],
  ] as const) {
    it(`given somebody else's signature for the ${whose}, it is skipped with InvalidSignature`, async () => {
      const { p, accounts } = await movable();
      const [a, b, c] = accounts;
      const move = await moveOf(a, b);
      const good = await signMove(p, byAccount ? a : b, move);
      const forged = await signMove(p, c, move);
      const signatures = byAccount ? [[good], [forged]] : [[forged], [good]];
      const transaction = p.accountMoves.moveAccounts([move], ...(signatures as [string[], string[]]));
      await expectSkips(transaction, p.accountMoves, [{ index: 0, account: a.address, error: "InvalidSignature" }]);
    });
  }

  it("given signatures for another chain, it is skipped with InvalidSignature", async () => {
    const { p, accounts } = await movable();
    const [a, b] = accounts;
    const move = await moveOf(a, b);
    const place = { contracts: p, chainId: 1 };
    const [first, second] = [
      await signIntent(a, "AccountMove", move, place),
      await signIntent(b, "AccountMove", move, place),
    ];
    const transaction = p.accountMoves.moveAccounts([move], [first], [second]);
    await expectSkips(transaction, p.accountMoves, [{ index: 0, account: a.address, error: "InvalidSignature" }]);
  });

  for (const [title, signatures, targetSignatures] of [
    ["a signature of the account too many", ["0x"], []],
    ["a signature of the target too many", [], ["0x"]],
  ] as const) {
    it(`given ${title}, it is refused`, async () => {
      const { p } = await movable();
      await expect(p.accountMoves.moveAccounts([], [...signatures], [...targetSignatures]))
        .to.be.revertedWithCustomError(p.accountMoves, "LengthMismatch")
        .withArgs();
    });
  }
});
