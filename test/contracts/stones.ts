import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { ANA, BO, begin, credit, creditable, settle, THREE } from "./creditable.ts";
import { actAs, DAY_S, ethers, moveTo, programme } from "./fixture.ts";
import { givePrize, movable, reserve } from "./movable.ts";

const UNDERFLOW = 0x11;

describe("StoneLedger: name, and what else wallets ask for", () => {
  it("when asked, it tells them", async () => {
    const { stoneLedger } = await programme();
    expect([
      await stoneLedger.name(),
      await stoneLedger.symbol(),
      await stoneLedger.decimals(),
      await stoneLedger.totalSupply(),
      await stoneLedger.allowance(ANA, BO),
    ]).to.deep.equal(["Cairn Stone", "STONE", 9n, 0n, 0n]);
  });
});

for (const name of ["transfer", "approve", "transferFrom"] as const) {
  describe(`StoneLedger: ${name}`, () => {
    it("given somebody with stones, it is refused", async () => {
      const p = await begin();
      const owner = p.owners[0] as HardhatEthersSigner;
      const settled = await settle(p, 0, { stones: { [owner.address]: 100n } });
      await moveTo(settled.creditableAt);
      await credit({ p, ...settled }, 0, 0);
      const ledger = p.stoneLedger.connect(owner);
      const call =
        name === "transferFrom" ? ledger[name].staticCall(owner.address, BO, 1n) : ledger[name].staticCall(BO, 1n);
      await expect(call).to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotTransferable").withArgs();
      expect(await p.stoneLedger.balanceOf(owner.address)).to.equal(100n);
    });
  });
}

/** Ana has 100 stones, and so many of them reserved; the ledger as its desk calls it. */
async function atDesk(reserved: bigint) {
  const g = await creditable(THREE);
  await credit(g, 0, 0);
  const ledger = g.p.stoneLedger.connect(await actAs(g.p.redemptionDesk));
  if (reserved > 0n) await ledger.reserve(ANA, reserved);
  return ledger;
}

describe("StoneLedger: reserve", () => {
  it("when reserved, stones are not available and stay in the balance", async () => {
    const ledger = await atDesk(0n);
    await ledger.reserve(ANA, 60n);
    expect([...(await ledger.stonesOf(ANA))]).to.deep.equal([100n, 0n, 0n, 60n, false]);
    expect(await ledger.availableOf(ANA)).to.equal(40n);
    expect(await ledger.balanceOf(ANA)).to.equal(100n);
  });

  it("given as many as are available, they are reserved", async () => {
    const ledger = await atDesk(60n);
    await ledger.reserve(ANA, 40n);
    expect((await ledger.stonesOf(ANA)).reserved).to.equal(100n);
  });

  it("given one more than is available, it is refused", async () => {
    const ledger = await atDesk(60n);
    await expect(ledger.reserve(ANA, 41n))
      .to.be.revertedWithCustomError(ledger, "StoneLedger_InsufficientStones")
      .withArgs(ANA, 40, 41);
  });

  it("given stones that were spent, they are not reserved again", async () => {
    const ledger = await atDesk(60n);
    await ledger.spendReserved(ANA, 60n);
    await expect(ledger.reserve(ANA, 41n))
      .to.be.revertedWithCustomError(ledger, "StoneLedger_InsufficientStones")
      .withArgs(ANA, 40, 41);
  });

  it("given more than the field holds, what is available ends there", async () => {
    const { p, accounts } = await movable();
    const [{ address }] = accounts;
    const most = 2n ** 56n - 1n;
    await givePrize(p, address, 80_000_000n * 10n ** 9n);
    expect(await p.stoneLedger.availableOf(address)).to.equal(most);
    await reserve(p, address, most);
    expect((await p.stoneLedger.stonesOf(address)).reserved).to.equal(most);
    await expect(reserve(p, address, 1n))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_InsufficientStones")
      .withArgs(address, 0, 1);
  });

  it("given an account without stones, it is refused", async () => {
    const ledger = await atDesk(0n);
    await expect(ledger.reserve(BO, 1n))
      .to.be.revertedWithCustomError(ledger, "StoneLedger_InsufficientStones")
      .withArgs(BO, 0, 1);
  });
});

describe("StoneLedger: unreserve", () => {
  it("when given back, stones are available again", async () => {
    const ledger = await atDesk(60n);
    await ledger.unreserve(ANA, 25n);
    expect([...(await ledger.stonesOf(ANA))]).to.deep.equal([100n, 0n, 0n, 35n, false]);
    expect(await ledger.availableOf(ANA)).to.equal(65n);
  });

  it("given one more than is reserved, it is refused", async () => {
    const ledger = await atDesk(60n);
    await expect(ledger.unreserve(ANA, 61n)).to.be.revertedWithPanic(UNDERFLOW);
  });
});

describe("StoneLedger: spendReserved", () => {
  it("when spent, stones leave the balance and the supply", async () => {
    const ledger = await atDesk(60n);
    await expect(ledger.spendReserved(ANA, 25n)).to.emit(ledger, "Transfer").withArgs(ANA, ethers.ZeroAddress, 25n);
    expect([...(await ledger.stonesOf(ANA))]).to.deep.equal([100n, 0n, 25n, 35n, false]);
    expect(await ledger.balanceOf(ANA)).to.equal(75n);
    expect(await ledger.totalSupply()).to.equal(75n);
    expect(await ledger.issuedMined()).to.equal(100n);
  });

  it("given one more than is reserved, it is refused", async () => {
    const ledger = await atDesk(60n);
    await expect(ledger.spendReserved(ANA, 61n)).to.be.revertedWithPanic(UNDERFLOW);
  });
});

for (const name of ["reserve", "unreserve", "spendReserved"] as const) {
  describe(`StoneLedger: ${name}`, () => {
    it("given anybody but the desk, it is refused", async () => {
      const { stoneLedger, roles } = await programme();
      for (const caller of Object.values(roles)) {
        await expect(stoneLedger.connect(caller)[name](ANA, 0))
          .to.be.revertedWithCustomError(stoneLedger, "StoneLedger_NotPartner")
          .withArgs(caller.address);
      }
    });
  });
}

describe("StoneLedger: emittedBefore", () => {
  it("given the end of all eras, it is what the pool can hold", async () => {
    const { stoneLedger } = await programme();
    const last = await stoneLedger.emittedBefore(39 * 210_000);
    expect(last).to.equal(209_999_999_997_270_000n);
    expect(await stoneLedger.emittedBefore(2n ** 255n)).to.equal(last);
  });

  it("given one day, it is 144 rewards of the first era", async () => {
    const { stoneLedger } = await programme();
    expect(await stoneLedger.emittedBefore(0)).to.equal(0n);
    expect(await stoneLedger.emittedBefore(144)).to.equal(BigInt(DAY_S / 600) * 500_000_000_000n);
  });
});
