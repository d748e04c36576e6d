import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { ANA, BO, begin, credit, settle } from "./creditable.ts";
import { DAY_S, ethers, moveTo, programme } from "./fixture.ts";

describe("StoneLedger: as a token", () => {
  it("when asked, it tells what wallets ask for", async () => {
    const { stoneLedger } = await programme();
    expect([
      await stoneLedger.name(),
      await stoneLedger.symbol(),
      await stoneLedger.decimals(),
      await stoneLedger.totalSupply(),
      await stoneLedger.allowance(ANA, BO),
    ]).to.deep.equal(["Cairn Stone", "STONE", 9n, 0n, 0n]);
  });

  it("given somebody with stones, they cannot be moved or lent", async () => {
    const p = await begin();
    const owner = p.owners[0] as HardhatEthersSigner;
    const settled = await settle(p, 0, { stones: { [owner.address]: 100n } });
    await moveTo(settled.creditableAt);
    await credit({ p, ...settled }, 0, 0);
    const ledger = p.stoneLedger.connect(owner);
    for (const call of [
      ledger.transfer.staticCall(BO, 1n),
      ledger.approve.staticCall(BO, 1n),
      ledger.transferFrom.staticCall(owner.address, BO, 1n),
    ]) {
      await expect(call).to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotTransferable").withArgs();
    }
    expect(await p.stoneLedger.balanceOf(owner.address)).to.equal(100n);
  });

  it("given anybody but the desk, stones are not reserved, given back or spent", async () => {
    const { stoneLedger, roles } = await programme();
    for (const caller of Object.values(roles)) {
      const ledger = stoneLedger.connect(caller);
      for (const call of [ledger.reserve(ANA, 0), ledger.unreserve(ANA, 0), ledger.spendReserved(ANA, 0)]) {
        await expect(call).to.be.revertedWithCustomError(stoneLedger, "StoneLedger_NotDesk").withArgs(caller.address);
      }
    }
  });

  it("given more than is available, the desk cannot reserve it", async () => {
    const { stoneLedger, redemptionDesk } = await programme();
    const desk = await ethers.getImpersonatedSigner(await redemptionDesk.getAddress());
    const call = { to: await stoneLedger.getAddress(), from: desk.address };
    const data = stoneLedger.interface.encodeFunctionData("reserve", [ANA, 1]);
    await expect(ethers.provider.call({ ...call, data }))
      .to.be.revertedWithCustomError(stoneLedger, "StoneLedger_InsufficientStones")
      .withArgs(ANA, 0, 1);
  });
});

describe("StoneLedger: emission", () => {
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
