import { expect } from "chai";
import { describe, it } from "mocha";
import { addressOf } from "../support/contracts.ts";
import { ethers, programme } from "./fixture.ts";
import { type Given, minted } from "./vehicle-token.ts";

/** ERC-721's ways to move a token. */
const TRANSFERS = [
  "transferFrom",
  "safeTransferFrom(address,address,uint256)",
  "safeTransferFrom(address,address,uint256,bytes)",
] as const;

/** Calls as somebody, who may be the zero address: so call nodes when nobody is named. */
function call({ token }: Given, from: string, data: string) {
  return ethers.provider.call({ to: addressOf(token), from, data });
}

/** Who may ask: the owner, a stranger, and nobody at all. */
const CALLERS: readonly (readonly [string, (given: Given) => string])[] = [
  ["its owner", ({ owner }) => owner.address],
  ["a stranger", ({ other }) => other.address],
  ["nobody", () => ethers.ZeroAddress],
];

describe("VehicleToken: locked", () => {
  it("given a token, it is", async () => {
    const { token, tokenId } = await minted();
    expect(await token.locked(tokenId)).to.equal(true);
  });

  it("given no such token, the question is refused", async () => {
    const { vehicleToken } = await programme();
    await expect(vehicleToken.locked(7))
      .to.be.revertedWithCustomError(vehicleToken, "ERC721NonexistentToken")
      .withArgs(7);
  });

  it("when its owner tried every transfer, the token is where it was and nobody is approved", async () => {
    const { token, owner, other, tokenId } = await minted();
    const asOwner = token.connect(owner);
    for (const attempt of [
      asOwner.transferFrom(owner.address, other.address, tokenId),
      asOwner["safeTransferFrom(address,address,uint256)"](owner.address, other.address, tokenId),
      asOwner["safeTransferFrom(address,address,uint256,bytes)"](owner.address, other.address, tokenId, "0x"),
    ]) {
      await expect(attempt).to.be.revertedWithCustomError(token, "VehicleToken_Locked").withArgs(tokenId);
    }
    expect([
      await token.ownerOf(tokenId),
      await token.getApproved(tokenId),
      await token.isApprovedForAll(owner.address, other.address),
    ]).to.deep.equal([owner.address, ethers.ZeroAddress, false]);
  });
});

for (const name of TRANSFERS) {
  const [bare = "", types] = name.split("(");
  describe(`VehicleToken: ${bare}`, () => {
    for (const [caller, addressOfCaller] of CALLERS) {
      it(`given ${caller}, ${types === undefined ? "it" : name} is refused`, async () => {
        const given = await minted();
        const { token, owner, other, tokenId } = given;
        const bytes = name.endsWith("bytes)") ? ["0x"] : [];
        const data = token.interface.encodeFunctionData(
          name as "transferFrom",
          [owner.address, other.address, tokenId, ...bytes] as never,
        );
        await expect(call(given, addressOfCaller(given), data))
          .to.be.revertedWithCustomError(token, "VehicleToken_Locked")
          .withArgs(tokenId);
      });
    }
  });
}

describe("VehicleToken: transferFrom, of no token", () => {
  it("given no such token, it is refused as that of no token", async () => {
    const { vehicleToken, owners } = await programme();
    const [from, to] = owners.map(({ address }) => address) as [string, string];
    await expect(vehicleToken.transferFrom.staticCall(from, to, 7))
      .to.be.revertedWithCustomError(vehicleToken, "ERC721NonexistentToken")
      .withArgs(7);
  });
});

describe("VehicleToken: approve", () => {
  for (const [caller, addressOfCaller] of CALLERS) {
    it(`given ${caller}, it is refused`, async () => {
      const given = await minted();
      const { token, other, tokenId } = given;
      const data = token.interface.encodeFunctionData("approve", [other.address, tokenId]);
      await expect(call(given, addressOfCaller(given), data))
        .to.be.revertedWithCustomError(token, "VehicleToken_Locked")
        .withArgs(tokenId);
    });
  }
});

describe("VehicleToken: setApprovalForAll", () => {
  for (const [caller, addressOfCaller] of CALLERS) {
    it(`given ${caller}, it is refused`, async () => {
      const given = await minted();
      const { token, other } = given;
      const data = token.interface.encodeFunctionData("setApprovalForAll", [other.address, true]);
      await expect(call(given, addressOfCaller(given), data))
        .to.be.revertedWithCustomError(token, "VehicleToken_NoOperators")
        .withArgs(other.address);
    });
  }
});

describe("VehicleToken: supportsInterface", () => {
  for (const [standard, id, supported] of [
    ["ERC-165", "0x01ffc9a7", true],
    ["ERC-721", "0x80ac58cd", true],
    ["ERC-721 metadata", "0x5b5e139f", true],
    ["ERC-5192", "0xb45a3c0e", true],
    ["ERC-721 enumeration", "0x780e9d63", false],
    ["the id that ERC-165 forbids", "0xffffffff", false],
  ] as const) {
    it(`given ${standard}, it says ${supported}`, async () => {
      const { vehicleToken } = await programme();
      expect(await vehicleToken.supportsInterface(id)).to.equal(supported);
    });
  }

  it("when asked, it tells what wallets ask for", async () => {
    const { vehicleToken } = await programme();
    expect([await vehicleToken.name(), await vehicleToken.symbol()]).to.deep.equal(["Cairn Vehicle", "CAIRN"]);
  });
});
