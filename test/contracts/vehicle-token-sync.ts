import { expect } from "chai";
import { describe, it } from "mocha";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { at, ethers, now } from "./fixture.ts";
import { type Given, minted, move, paired, sync } from "./vehicle-token.ts";

/** The names of the token's events in a transaction, in their order, with their arguments. */
async function eventsOf({ token }: Given, transaction: ReturnType<typeof sync>): Promise<unknown[]> {
  const receipt = await (await transaction).wait();
  return (receipt?.logs ?? []).map((log) => {
    const event = token.interface.parseLog(log);
    return [event?.name, ...(event?.args ?? [])];
  });
}

async function expectInSync(given: Given): Promise<void> {
  await expect(sync(given)).to.be.revertedWithCustomError(given.token, "VehicleToken_InSync").withArgs(given.tokenId);
}

async function expectNoToken({ token, tokenId }: Given): Promise<void> {
  await expect(token.ownerOf(tokenId)).to.be.revertedWithCustomError(token, "ERC721NonexistentToken").withArgs(tokenId);
}

describe("VehicleToken: syncToken", () => {
  it("given a paired vehicle, its holder gets the token, and it is locked", async () => {
    const given = await paired();
    const { owner, token, tokenId } = given;
    expect(await eventsOf(given, sync(given))).to.deep.equal([
      ["Transfer", ethers.ZeroAddress, owner.address, tokenId],
      ["Locked", tokenId],
    ]);
    expect(await token.ownerOf(tokenId)).to.equal(owner.address);
    expect(await token.balanceOf(owner.address)).to.equal(1n);
  });

  it("given that nothing has changed since, it is refused", async () => {
    await expectInSync(await minted());
  });

  it("given a vehicle that is registered and not paired, it is refused", async () => {
    const given = await paired();
    const { vehicle } = await registerOne(given.p, "another");
    await expectInSync({ ...given, vehicle, tokenId: BigInt(vehicle) });
  });

  it("given an unknown vehicle, it is refused", async () => {
    await expectInSync({ ...(await paired()), vehicle: ethers.ZeroHash, tokenId: 0n });
  });

  it("given a released vehicle, the token ends", async () => {
    const given = await minted();
    const { p, owner, token, tokenId, vehicle } = given;
    await p.vehicleRegistry.connect(owner).releaseVehicle({ vehicle, account: owner.address, deadline: 0 });
    expect(await token.ownerOf(tokenId)).to.equal(owner.address);
    expect(await eventsOf(given, sync(given))).to.deep.equal([
      ["Transfer", owner.address, ethers.ZeroAddress, tokenId],
    ]);
    await expectNoToken(given);
    expect(await token.balanceOf(owner.address)).to.equal(0n);
  });

  it("given a token that ended, it is refused", async () => {
    const given = await minted();
    const { p, owner, vehicle } = given;
    await p.vehicleRegistry.connect(owner).releaseVehicle({ vehicle, account: owner.address, deadline: 0 });
    await sync(given);
    await expectInSync(given);
  });

  it("given a vehicle that was released before anybody asked, it is refused", async () => {
    const given = await paired();
    const { p, owner, vehicle } = given;
    await p.vehicleRegistry.connect(owner).releaseVehicle({ vehicle, account: owner.address, deadline: 0 });
    await expectInSync(given);
  });

  it("given another vehicle of the same owner, it gets a token of its own", async () => {
    const given = await minted();
    const { p, owner, token } = given;
    const another = await registerOne(p, "another");
    await pair(p, another, owner, { time: (await now()) + 10, at });
    await sync({ ...given, vehicle: another.vehicle });
    expect(await token.ownerOf(another.vehicle)).to.equal(owner.address);
    expect(await token.balanceOf(owner.address)).to.equal(2n);
  });

  it("given an account that moved, the token follows the vehicle and stays locked", async () => {
    const given = await minted();
    const { owner, other, token, tokenId } = given;
    await move(given, other);
    expect(await eventsOf(given, sync(given))).to.deep.equal([["Transfer", owner.address, other.address, tokenId]]);
    expect(await token.ownerOf(tokenId)).to.equal(other.address);
    expect([await token.balanceOf(owner.address), await token.balanceOf(other.address)]).to.deep.equal([0n, 1n]);
  });

  it("given an account that moved before there was a token, the account that stands for it gets it", async () => {
    const given = await paired();
    await move(given, given.other);
    await sync(given);
    expect(await given.token.ownerOf(given.tokenId)).to.equal(given.other.address);
  });
});
