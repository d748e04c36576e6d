import { expect } from "chai";
import { describe, it } from "mocha";
import { at, DAY_S, GENESIS, programme } from "./fixture.ts";

/** The contracts of redemption and rules; each keeps its own pause. */
const CONTRACTS = { catalogue: "Catalogue", redemptionDesk: "RedemptionDesk", rules: "Rules" } as const;

const PAUSED_AT = GENESIS + 1_000;
const PAUSE_S = 7 * DAY_S;
const AGAIN_AFTER_S = 28 * DAY_S;

for (const [key, title] of Object.entries(CONTRACTS) as [keyof typeof CONTRACTS, string][]) {
  /** The contract as the guardian calls it, paused. */
  async function paused() {
    const p = await programme();
    const contract = p[key].connect(p.roles.guardian);
    await at(PAUSED_AT);
    await contract.pause();
    return contract;
  }

  describe(`${title}: pause`, () => {
    it("when paused, it says until when", async () => {
      const contract = await paused();
      const [event] = await contract.queryFilter(contract.filters.Paused());
      expect(event?.args.until).to.equal(PAUSED_AT + PAUSE_S);
      expect(await contract.pausedUntil()).to.equal(PAUSED_AT + PAUSE_S);
    });

    it("given a pause less than 28 days ago, it is refused", async () => {
      const contract = await paused();
      await at(PAUSED_AT + AGAIN_AFTER_S - 1);
      await expect(contract.pause())
        .to.be.revertedWithCustomError(contract, "NotPausableBefore")
        .withArgs(PAUSED_AT + AGAIN_AFTER_S);
    });

    it("given a pause 28 days ago, it is paused again", async () => {
      const contract = await paused();
      await at(PAUSED_AT + AGAIN_AFTER_S);
      await contract.pause();
      expect(await contract.pausedUntil()).to.equal(PAUSED_AT + AGAIN_AFTER_S + PAUSE_S);
    });
  });

  describe(`${title}: resume`, () => {
    it("when resumed, the pause ends in that second and can be repeated no earlier", async () => {
      const contract = await paused();
      await at(PAUSED_AT + 10);
      await expect(contract.resume()).to.emit(contract, "Resumed").withArgs();
      expect(await contract.pausedUntil()).to.equal(PAUSED_AT + 10);
      await expect(contract.pause())
        .to.be.revertedWithCustomError(contract, "NotPausableBefore")
        .withArgs(PAUSED_AT + AGAIN_AFTER_S);
    });

    it("given no pause, it is refused", async () => {
      const { [key]: contract, roles } = await programme();
      await expect(contract.connect(roles.guardian).resume())
        .to.be.revertedWithCustomError(contract, "NotPaused")
        .withArgs();
    });

    it("given a pause that ended by itself, it is refused", async () => {
      const contract = await paused();
      await at(PAUSED_AT + PAUSE_S);
      await expect(contract.resume()).to.be.revertedWithCustomError(contract, "NotPaused").withArgs();
    });
  });
}
