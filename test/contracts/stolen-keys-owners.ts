import { expect } from "chai";
import { describe, it } from "mocha";
import { dropStart } from "../../src/protocol/index.ts";
import { prizeOf } from "../support/contracts-boxes.ts";
import { register, registerOne, registrationOf, vehicleOf } from "../support/contracts-vehicles.ts";
import { settle } from "./creditable.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, now } from "./fixture.ts";
import {
  balanceOf,
  creditFirst,
  EARNED,
  type Guarded,
  guarded,
  PAIRED_AT,
  REGISTRATIONS,
  replaceKey,
  T0,
  WINDOW_S,
} from "./guarded.ts";
import { announceRecovery, signMove } from "./movable.ts";
import { always, openSeason, requestOf, termsOf } from "./playable.ts";

/** How long a release that was asked for waits, and how long it can be carried out from then on. */
const RELEASE_DELAY_S = 72 * 3_600;
const RELEASE_WITHIN_S = 7 * DAY_S;

describe("Stolen keys: manufacturer", () => {
  it("given phantom vehicles, they are visible and end at the daily limit", async () => {
    const { p } = await guarded();
    const names = Array.from({ length: REGISTRATIONS }, (_, i) => `phantom ${i}`);
    await register(p, ...names);
    const registered = await p.vehicleRegistry.queryFilter(p.vehicleRegistry.filters.VehicleRegistered());
    expect(registered.slice(1).map(({ args }) => args.vehicle)).to.deep.equal(
      names.map((name) => vehicleOf(name).vehicle),
    );
    await expect(registerOne(p, "one more"))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_DailyLimitReached")
      .withArgs(1, REGISTRATIONS);
  });

  it("given a release that the owner contests, only the arbiter could release the vehicle", async () => {
    const { p, owner, vehicle } = await guarded();
    const asMaker = p.vehicleRegistry.connect(p.roles.manufacturer);
    await at(T0);
    await asMaker.requestRelease(vehicle);
    await at(T0 + RELEASE_DELAY_S - 1);
    await p.vehicleRegistry.connect(owner).contestRelease(vehicle);
    await at(T0 + RELEASE_DELAY_S);
    await expect(asMaker.executeRelease(vehicle))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_ReleaseNotExecutable")
      .withArgs(vehicle);
    await p.vehicleRegistry.connect(p.roles.arbiter).decideRelease(vehicle, false);
    expect(await p.vehicleRegistry.heldSince(vehicle, owner.address)).to.equal(PAIRED_AT);
  });

  it("given a release that its owner never sees, the car is released and the owner keeps what it earned", async () => {
    const g = await guarded();
    const asMaker = g.p.vehicleRegistry.connect(g.p.roles.manufacturer);
    const { tree } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await at(T0);
    await asMaker.requestRelease(g.vehicle);
    await at(T0 + RELEASE_DELAY_S);
    await asMaker.executeRelease(g.vehicle);
    expect(await g.p.vehicleRegistry.heldSince(g.vehicle, g.owner.address)).to.equal(0n);
    await creditFirst(g, tree);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given a key replaced within the 72 hours, the release that it asked for lapses 7 days later", async () => {
    const { p, owner, stranger, vehicle } = await guarded();
    const { manufacturer } = p.roles;
    await at(T0);
    await p.vehicleRegistry.connect(manufacturer).requestRelease(vehicle);
    await replaceKey(p, "manufacturer", { to: stranger.address, from: T0 + 10 });
    await at(T0 + RELEASE_DELAY_S);
    await expect(p.vehicleRegistry.connect(manufacturer).executeRelease(vehicle))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "AccessManagedUnauthorized")
      .withArgs(manufacturer.address);
    await at(T0 + RELEASE_DELAY_S + RELEASE_WITHIN_S + 1);
    await expect(p.vehicleRegistry.connect(stranger).executeRelease(vehicle))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_ReleaseNotExecutable")
      .withArgs(vehicle);
    expect(await p.vehicleRegistry.heldSince(vehicle, owner.address)).to.equal(PAIRED_AT);
  });

  it("given a device key of its own in an owner's car, the car's earlier key keeps its time", async () => {
    const { p, vehicle } = await guarded();
    await at(T0);
    const rotated = { ...registrationOf(vehicleOf("the thief's")), vehicle };
    const { keyX } = registrationOf(vehicleOf("one"));
    await expect(p.vehicleRegistry.connect(p.roles.manufacturer).rotateDeviceKey(rotated))
      .to.emit(p.vehicleRegistry, "DeviceKeyRotated")
      .withArgs(vehicle, rotated.keyX, rotated.keyY);
    expect((await p.vehicleRegistry.deviceKeyAt(vehicle, T0 - 1)).x).to.equal(keyX);
  });
});

describe("Stolen keys: arbiter, over releases", () => {
  /** The manufacturer asked for a release, and the owner contests it unless said otherwise. */
  async function asked({ contested }: { contested: boolean }) {
    const g = await guarded();
    await at(T0);
    await g.p.vehicleRegistry.connect(g.p.roles.manufacturer).requestRelease(g.vehicle);
    await at(T0 + 10);
    if (contested) await g.p.vehicleRegistry.connect(g.owner).contestRelease(g.vehicle);
    return g;
  }

  function decide({ p, vehicle }: Guarded, release: boolean, by = p.roles.arbiter) {
    return p.vehicleRegistry.connect(by).decideRelease(vehicle, release);
  }

  it("given a contested release, it releases the car wrongly, and what the owner earned and held stays", async () => {
    const g = await asked({ contested: true });
    const { tree, creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await at(T0 + 100);
    await decide(g, true);
    expect(await g.p.vehicleRegistry.heldSince(g.vehicle, g.owner.address)).to.equal(0n);
    const held = [g.vehicle, g.owner.address, PAIRED_AT, T0 + 99] as const;
    expect(await g.p.vehicleRegistry.ownerThroughout(...held)).to.equal(true);
    await moveTo(creditableAt);
    await creditFirst(g, tree);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given a release that nobody contested, it decides nothing", async () => {
    const g = await asked({ contested: false });
    await expect(decide(g, true))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_WrongReleaseState")
      .withArgs(g.vehicle);
  });

  it("given a contest that waits until the key is replaced, the new key decides it rightly", async () => {
    const g = await asked({ contested: true });
    await replaceKey(g.p, "arbiter", { to: g.stranger.address, from: T0 + 20 });
    await expect(decide(g, true))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "AccessManagedUnauthorized")
      .withArgs(g.p.roles.arbiter.address);
    await decide(g, false, g.stranger);
    expect(await g.p.vehicleRegistry.heldSince(g.vehicle, g.owner.address)).to.equal(PAIRED_AT);
  });
});

describe("Stolen keys: attester", () => {
  it("given a false milestone, the guardian revokes it in its window and it never counts", async () => {
    const { p, thief } = await guarded();
    await p.milestones.connect(p.roles.rules).defineMilestone(ethers.id("10,000 km"));
    await at(T0);
    await p.milestones.connect(p.roles.attester).attestMilestone(1, [thief.address]);
    await at(T0 + WINDOW_S - 1);
    await p.milestones.connect(p.roles.guardian).revokeAttestation(1, thief.address);
    await moveTo(T0 + WINDOW_S);
    expect(await p.milestones.isReached(1, thief.address)).to.equal(false);
  });

  it("given a false milestone that nobody saw in its window, it counts for good", async () => {
    const { p, thief } = await guarded();
    await p.milestones.connect(p.roles.rules).defineMilestone(ethers.id("10,000 km"));
    await at(T0);
    await p.milestones.connect(p.roles.attester).attestMilestone(1, [thief.address]);
    await at(T0 + WINDOW_S);
    await expect(p.milestones.connect(p.roles.guardian).revokeAttestation(1, thief.address))
      .to.be.revertedWithCustomError(p.milestones, "Milestones_NotRevocable")
      .withArgs(1, thief.address);
    await moveTo(T0 + WINDOW_S);
    expect(await p.milestones.isReached(1, thief.address)).to.equal(true);
  });

  it("given accounts called adult that are not, it is public and gives neither crystals nor stones", async () => {
    const g = await guarded();
    const box = g.p.mineBox.connect(g.p.roles.attester);
    await expect(box.attestAdults([g.thief.address], true))
      .to.emit(g.p.mineBox, "AdultsAttested")
      .withArgs([g.thief.address], true);
    expect((await g.p.mineBox.playOf(g.thief.address)).crystals).to.equal(0n);
    expect(await balanceOf(g, g.thief)).to.equal(0n);
    await box.attestAdults([g.thief.address], false);
    expect((await g.p.mineBox.playOf(g.thief.address)).adult).to.equal(false);
  });

  it("given an adult whom it takes back, it is public, no box is requested, and the new key restores it", async () => {
    const { p, owner, stranger } = await guarded();
    const { attester } = p.roles;
    const firstDrop = 440;
    const season = termsOf({ ...always(prizeOf("crystals", { amount: 1n })), firstDrop, endDrop: firstDrop + 1 });
    const requested = () => p.mineBox.connect(owner).requestBoxes(requestOf(owner.address));
    await p.mineBox.connect(attester).attestAdults([owner.address], true);
    await openSeason({ p }, season);
    await at(T0);
    await expect(p.mineBox.connect(attester).attestAdults([owner.address], false))
      .to.emit(p.mineBox, "AdultsAttested")
      .withArgs([owner.address], false);
    await replaceKey(p, "attester", { to: stranger.address, from: T0 + 10 });
    await moveTo(dropStart(GENESIS, firstDrop));
    await expect(requested()).to.be.revertedWithCustomError(p.mineBox, "MineBox_NotAdult").withArgs(owner.address);
    await p.mineBox.connect(stranger).attestAdults([owner.address], true);
    await expect(p.mineBox.connect(attester).attestAdults([owner.address], false))
      .to.be.revertedWithCustomError(p.mineBox, "AccessManagedUnauthorized")
      .withArgs(attester.address);
    await expect(requested())
      .to.be.revertedWithCustomError(p.mineBox, "MineBox_InsufficientCrystals")
      .withArgs(owner.address, 0, season.price);
  });
});

describe("Stolen keys: recovery", () => {
  /** The owner has stones, and their move to the thief is announced. */
  async function announced() {
    const g = await guarded();
    const { tree, creditableAt } = await settle(g.p, 0, { stones: { [g.owner.address]: EARNED } });
    await moveTo(creditableAt);
    await creditFirst(g, tree);
    await announceRecovery(g.p, g.owner.address, g.thief);
    return { g, executableAt: (await now()) + 30 * DAY_S };
  }

  it("given an owner who cancels in the last of the 30 days, nothing moves", async () => {
    const { g, executableAt } = await announced();
    const { accountMoves } = g.p;
    await at(executableAt - 2);
    await expect(accountMoves.executeRecovery(g.owner.address))
      .to.be.revertedWithCustomError(accountMoves, "AccountMoves_RecoveryTooEarly")
      .withArgs(g.owner.address, executableAt);
    await at(executableAt - 1);
    await accountMoves.connect(g.owner).cancelRecovery();
    await at(executableAt);
    await expect(accountMoves.executeRecovery(g.owner.address))
      .to.be.revertedWithCustomError(accountMoves, "AccountMoves_NoRecovery")
      .withArgs(g.owner.address);
    expect(await balanceOf(g, g.owner)).to.equal(EARNED);
  });

  it("given an account that has not signed that it takes the owner's in, it announces nothing", async () => {
    const { p, owner, thief, stranger } = await guarded();
    const move = { account: owner.address, to: stranger.address, deadline: (await now()) + 1_000 };
    const forged = await signMove(p, thief, move);
    await expect(p.accountMoves.connect(p.roles.recovery).announceRecovery(move, forged, 1, ethers.id("documents")))
      .to.be.revertedWithCustomError(p.accountMoves, "InvalidSignature")
      .withArgs(stranger.address);
  });

  /** The recovery role announces the owner's move to the thief at a second, each time with the one signature of the thief. */
  async function agreed() {
    const g = await guarded();
    const { accountMoves, roles } = g.p;
    const move = { account: g.owner.address, to: g.thief.address, deadline: T0 + DAY_S };
    const signature = await signMove(g.p, g.thief, move);
    const announceAt = async (time: number) => {
      await at(time);
      return accountMoves.connect(roles.recovery).announceRecovery(move, signature, 1, ethers.id("documents"));
    };
    const cancelAt = async (time: number) => {
      await at(time);
      return accountMoves.connect(g.owner).cancelRecovery();
    };
    return { g, deadline: move.deadline, announceAt, cancelAt };
  }

  it("given a cancellation, it announces the same move again by its deadline, and the owner has 30 days once more", async () => {
    const { g, deadline, announceAt, cancelAt } = await agreed();
    const { accountMoves } = g.p;
    await announceAt(T0);
    await cancelAt(T0 + 10);
    const executableAt = deadline + 30 * DAY_S;
    await expect(announceAt(deadline))
      .to.emit(accountMoves, "RecoveryAnnounced")
      .withArgs(2, g.owner.address, g.thief.address, 1, ethers.id("documents"), executableAt);
    await at(T0 + 30 * DAY_S);
    await expect(accountMoves.executeRecovery(g.owner.address))
      .to.be.revertedWithCustomError(accountMoves, "AccountMoves_RecoveryTooEarly")
      .withArgs(g.owner.address, executableAt);
    await cancelAt(executableAt - 1);
    await at(executableAt);
    await expect(accountMoves.executeRecovery(g.owner.address))
      .to.be.revertedWithCustomError(accountMoves, "AccountMoves_NoRecovery")
      .withArgs(g.owner.address);
  });

  it("given a cancellation and the target's deadline over, it announces that move no more", async () => {
    const { g, deadline, announceAt, cancelAt } = await agreed();
    await announceAt(T0);
    await cancelAt(deadline);
    await expect(announceAt(deadline + 1))
      .to.be.revertedWithCustomError(g.p.accountMoves, "InvalidDeadline")
      .withArgs(deadline, deadline + 1);
    expect((await g.p.accountMoves.recoveryOf(g.owner.address)).number).to.equal(0n);
  });

  it("given an owner who never looks, the account moves after the 30 days", async () => {
    const { g, executableAt } = await announced();
    await at(executableAt);
    await g.p.accountMoves.connect(g.stranger).executeRecovery(g.owner.address);
    expect([await balanceOf(g, g.owner), await balanceOf(g, g.thief)]).to.deep.equal([0n, EARNED]);
  });
});
