import { expect } from "chai";
import { describe, it } from "mocha";
import { actAs, programme } from "./fixture.ts";
import { listed, stored } from "./listed.ts";
import { TERMS } from "./orderable.ts";

describe("RedemptionDesk: setItem", () => {
  it("given the catalogue, the terms stand as they were given", async () => {
    const { redemptionDesk, catalogue } = await programme();
    const terms = { ...TERMS, maxRank: 2 ** 32 - 1, milestone: 2 ** 16 - 1, stock: 2 ** 32 - 1 };
    await redemptionDesk.connect(await actAs(catalogue)).setItem(7, terms);
    expect([...(await redemptionDesk.itemOf(7))]).to.deep.equal(stored(terms));
  });

  it("given any caller but the catalogue, it is refused", async () => {
    const { redemptionDesk, roles, owners, deployer } = await programme();
    for (const caller of [...Object.values(roles), ...owners.slice(0, 1), deployer]) {
      await expect(redemptionDesk.connect(caller).setItem(1, TERMS))
        .to.be.revertedWithCustomError(redemptionDesk, "RedemptionDesk_NotPartner")
        .withArgs(caller.address);
    }
  });
});

describe("RedemptionDesk: itemOf", () => {
  for (const item of [0, 2]) {
    it(`given item ${item}, which was never listed, it is refused`, async () => {
      const p = await listed();
      await expect(p.redemptionDesk.itemOf(item))
        .to.be.revertedWithCustomError(p.redemptionDesk, "RedemptionDesk_UnknownItem")
        .withArgs(item);
    });
  }
});
