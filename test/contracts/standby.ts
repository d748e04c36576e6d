import { expect } from "chai";
import { describe, it } from "mocha";
import { DROPS_PER_DAY, dayStart } from "../../src/protocol/index.ts";
import type { Programme } from "../support/contracts.ts";
import { anchorThrough, settlementArguments } from "../support/contracts-days.ts";
import { at, DAY_S, DROP_S, ethers, GENESIS, moveTo, programme, seeded } from "./fixture.ts";

/** How long the relayer must have been silent. */
const SILENT_S = 7 * DAY_S;
const ROOT = seeded("root");
const DATA = seeded("data");

describe("DropAnchor: anchorDropsAsStandby", () => {
  function asStandby({ dropAnchor, roles }: Programme) {
    return dropAnchor.connect(roles.standby);
  }

  it("given 7 days since the next drop's end, it anchors as the relayer does", async () => {
    const p = await programme();
    await at(GENESIS + DROP_S + SILENT_S);
    await expect(asStandby(p).anchorDropsAsStandby(0, [ROOT], DATA))
      .to.emit(p.dropAnchor, "DropsAnchored")
      .withArgs(0, [ROOT], DATA);
    expect(await p.dropAnchor.nextDrop()).to.equal(1n);
    expect(await p.dropAnchor.rootOf(0)).to.equal(ROOT);
  });

  it("given a second less, it is refused", async () => {
    const p = await programme();
    await at(GENESIS + DROP_S + SILENT_S - 1);
    await expect(asStandby(p).anchorDropsAsStandby(0, [ROOT], DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_StandbyTooEarly")
      .withArgs(0, GENESIS + DROP_S + SILENT_S);
  });

  it("given a drop that the relayer has anchored since, it waits for 7 days after the one that is next then", async () => {
    const p = await programme();
    await moveTo(GENESIS + DROP_S + SILENT_S - 10);
    await p.dropAnchor.connect(p.roles.relayer).anchorDrops(0, [ROOT], DATA);
    await at(GENESIS + DROP_S + SILENT_S);
    await expect(asStandby(p).anchorDropsAsStandby(1, [ROOT], DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_StandbyTooEarly")
      .withArgs(1, GENESIS + 2 * DROP_S + SILENT_S);
  });

  it("given a week without drops, it catches up in one call", async () => {
    const p = await programme();
    await at(GENESIS + DROP_S + SILENT_S);
    const count = 7 * DROPS_PER_DAY;
    await asStandby(p).anchorDropsAsStandby(0, Array<string>(count).fill(ethers.ZeroHash), DATA);
    expect(await p.dropAnchor.nextDrop()).to.equal(BigInt(count));
  });

  it("given another drop than the next, it is refused", async () => {
    const p = await programme();
    await at(GENESIS + DROP_S + SILENT_S);
    await expect(asStandby(p).anchorDropsAsStandby(1, [ROOT], DATA))
      .to.be.revertedWithCustomError(p.dropAnchor, "DropAnchor_NotNext")
      .withArgs(1, 0);
  });
});

describe("StoneLedger: settleDayAsStandby", () => {
  /** The drops of days 0 and 1 are anchored. */
  async function anchored(): Promise<Programme> {
    const p = await programme();
    await anchorThrough(p, 1, moveTo);
    return p;
  }

  function settle({ stoneLedger, roles }: Programme, day: number, accounts = 3) {
    const given = { accounts, stonesRoot: ROOT as `0x${string}`, dataDigest: DATA as `0x${string}` };
    return stoneLedger.connect(roles.standby).settleDayAsStandby(...settlementArguments(day, given));
  }

  const ALLOWED_FROM = dayStart(GENESIS, 1) + SILENT_S;

  it("given 7 days since the day's end, it settles as the relayer does", async () => {
    const p = await anchored();
    await at(ALLOWED_FROM);
    await expect(settle(p, 0))
      .to.emit(p.stoneLedger, "DaySettled")
      .withArgs(0, ROOT, ethers.ZeroHash, 3, 0, 0, 0, ALLOWED_FROM + DAY_S, DATA);
    const settlement = await p.stoneLedger.settlementOf(0);
    expect([settlement.stonesRoot, settlement.accounts, settlement.creditableAt]).to.deep.equal([
      ROOT,
      3n,
      BigInt(ALLOWED_FROM + DAY_S),
    ]);
  });

  it("given a second less, it is refused", async () => {
    const p = await anchored();
    await at(ALLOWED_FROM - 1);
    await expect(settle(p, 0))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_StandbyTooEarly")
      .withArgs(0, ALLOWED_FROM);
  });

  it("given the day after, it waits a day longer", async () => {
    const p = await anchored();
    await at(ALLOWED_FROM);
    await settle(p, 0);
    await expect(settle(p, 1))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_StandbyTooEarly")
      .withArgs(1, ALLOWED_FROM + DAY_S);
  });

  it("given a day that is settled, it is refused", async () => {
    const p = await anchored();
    await at(ALLOWED_FROM);
    await settle(p, 0);
    await expect(settle(p, 0)).to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_NotNextDay").withArgs(0, 1);
  });

  it("given totals beyond their bounds, it is refused as the relayer's are", async () => {
    const p = await anchored();
    await at(ALLOWED_FROM);
    const totals = settlementArguments(0, { metres: 1n });
    await expect(p.stoneLedger.connect(p.roles.standby).settleDayAsStandby(...totals))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_TotalOutOfBounds")
      .withArgs(ethers.encodeBytes32String("metres"), 1, 0, 0);
  });

  it("given a veto, it waits as the relayer does", async () => {
    const p = await anchored();
    await at(ALLOWED_FROM);
    await settle(p, 0);
    await at(ALLOWED_FROM + 10);
    await p.stoneLedger.connect(p.roles.guardian).vetoDay(0);
    await expect(settle(p, 0))
      .to.be.revertedWithCustomError(p.stoneLedger, "StoneLedger_TooSoonAfterVeto")
      .withArgs(0, ALLOWED_FROM + 10 + DAY_S);
  });
});
