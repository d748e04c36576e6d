import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { expectSkips, signIntent } from "../support/contracts-intents.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { at, DAY_S, ethers, GENESIS, moveTo } from "./fixture.ts";
import { chain, type Movable, movable, moveAccount } from "./movable.ts";

const PAIRED_AT = GENESIS - 1_000;
const MOVED_AT = GENESIS + 100;
const FOLLOWED_AT = GENESIS + 300;

interface Given extends Movable {
  readonly vehicle: string;
  /** Holds the vehicle. */
  readonly a: HardhatEthersSigner;
  readonly b: HardhatEthersSigner;
  readonly c: HardhatEthersSigner;
}

/** A vehicle paired since PAIRED_AT. */
async function paired(): Promise<Given> {
  const m = await movable();
  const [a, b, c] = m.accounts;
  const one = await registerOne(m.p);
  await pair(m.p, one, a, { time: PAIRED_AT, at });
  return { ...m, a, b, c, vehicle: one.vehicle };
}

/** Its holder moves at MOVED_AT. */
async function moved(): Promise<Given> {
  const g = await paired();
  await moveAccount(g.p, g.a, g.b, MOVED_AT);
  return g;
}

/** It follows at FOLLOWED_AT. */
async function followed(): Promise<Given> {
  const g = await moved();
  await at(FOLLOWED_AT);
  await g.p.vehicleRegistry.followMove(g.vehicle);
  return g;
}

function release({ p, vehicle }: Given, by: HardhatEthersSigner) {
  return p.vehicleRegistry.connect(by).releaseVehicle({ vehicle, account: by.address, deadline: 0 });
}

describe("VehicleRegistry: followMove", () => {
  it("given a holder that moved, the account that stands for it holds the vehicle, in the same period", async () => {
    const g = await moved();
    const { vehicleRegistry, roles } = g.p;
    await expect(vehicleRegistry.connect(roles.operator).followMove(g.vehicle))
      .to.emit(vehicleRegistry, "VehicleFollowed")
      .withArgs(g.vehicle, g.a.address, g.b.address);
    expect([...(await vehicleRegistry.pairingOf(g.vehicle))]).to.deep.equal([g.b.address, BigInt(PAIRED_AT), 0n, 0n]);
  });

  it("given a holder that has not moved, it is refused", async () => {
    const { p, vehicle } = await paired();
    await expect(p.vehicleRegistry.followMove(vehicle))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_HolderNotMoved")
      .withArgs(vehicle);
  });

  it("given that it followed before, it is refused", async () => {
    const { p, vehicle } = await followed();
    await expect(p.vehicleRegistry.followMove(vehicle))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_HolderNotMoved")
      .withArgs(vehicle);
  });

  it("given an unknown vehicle, it is refused", async () => {
    const { p } = await paired();
    const unknown = ethers.id("unknown");
    await expect(p.vehicleRegistry.followMove(unknown))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_UnknownVehicle")
      .withArgs(unknown);
  });

  it("given a vehicle that was never paired, it is refused", async () => {
    const { p } = await paired();
    const { vehicle } = await registerOne(p, "another");
    await expect(p.vehicleRegistry.followMove(vehicle))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_NotHolder")
      .withArgs(vehicle, ethers.ZeroAddress);
  });

  it("given a vehicle that was released, it is refused", async () => {
    const g = await paired();
    await release(g, g.a);
    await moveAccount(g.p, g.a, g.b);
    await expect(g.p.vehicleRegistry.followMove(g.vehicle))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_NotHolder")
      .withArgs(g.vehicle, g.a.address);
  });

  it("given more than four pointers, it follows in two steps", async () => {
    const g = await paired();
    await chain(g, 5);
    for (const step of [4, 5]) {
      await g.p.vehicleRegistry.followMove(g.vehicle);
      expect((await g.p.vehicleRegistry.pairingOf(g.vehicle)).account).to.equal(g.accounts[step]?.address);
    }
  });

  it("given a requested release, the request follows and only the new account contests", async () => {
    const g = await moved();
    const { vehicleRegistry, roles } = g.p;
    await vehicleRegistry.connect(roles.manufacturer).requestRelease(g.vehicle);
    await vehicleRegistry.followMove(g.vehicle);
    await expect(vehicleRegistry.connect(g.a).contestRelease(g.vehicle))
      .to.be.revertedWithCustomError(vehicleRegistry, "VehicleRegistry_NotHolder")
      .withArgs(g.vehicle, g.a.address);
    await expect(vehicleRegistry.connect(g.b).contestRelease(g.vehicle))
      .to.emit(vehicleRegistry, "ReleaseContested")
      .withArgs(g.vehicle, g.b.address);
  });

  it("given that it followed, the new account releases and the old one cannot", async () => {
    const g = await followed();
    await expect(release(g, g.a))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_NotHolder")
      .withArgs(g.vehicle, g.a.address);
    await expect(release(g, g.b)).to.emit(g.p.vehicleRegistry, "VehicleReleased").withArgs(g.vehicle, g.b.address);
  });

  it("given any day, it counts the same paired vehicles as without the move", async () => {
    const g = await paired();
    await moveAccount(g.p, g.a, g.b, GENESIS + DAY_S + 100);
    await at(GENESIS + 3 * DAY_S);
    await g.p.vehicleRegistry.followMove(g.vehicle);
    await at(GENESIS + 5 * DAY_S);
    await release(g, g.b);
    const counts = [0, 1, 2, 3, 4, 5].map((day) => g.p.vehicleRegistry.pairedOn(day));
    expect(await Promise.all(counts)).to.deep.equal([1n, 1n, 1n, 1n, 1n, 0n]);
  });
});

describe("VehicleRegistry: releaseVehicle", () => {
  it("given an account that has moved, its old key releases nothing", async () => {
    const g = await moved();
    const release = { vehicle: g.vehicle, account: g.a.address, deadline: 0 };
    await expect(g.p.vehicleRegistry.connect(g.a).releaseVehicle(release))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_NotHolder")
      .withArgs(g.vehicle, g.a.address);
  });
});

describe("VehicleRegistry: heldSince", () => {
  async function sinceOf({ p, vehicle, a, b }: Given): Promise<bigint[]> {
    return Promise.all([a, b].map(({ address }) => p.vehicleRegistry.heldSince(vehicle, address)));
  }

  it("given the holder, it is the beginning of the pairing, and 0 for others", async () => {
    expect(await sinceOf(await paired())).to.deep.equal([BigInt(PAIRED_AT), 0n]);
  });

  it("given a holder that moved, the vehicle is with it until it follows", async () => {
    expect(await sinceOf(await moved())).to.deep.equal([BigInt(PAIRED_AT), 0n]);
  });

  it("given that the vehicle followed, it is the beginning of the pairing for the new account", async () => {
    expect(await sinceOf(await followed())).to.deep.equal([0n, BigInt(PAIRED_AT)]);
  });

  it("given a released vehicle, it is 0", async () => {
    const g = await paired();
    await release(g, g.a);
    expect(await sinceOf(g)).to.deep.equal([0n, 0n]);
  });

  it("given an unknown vehicle and the zero address, it is 0", async () => {
    const { p } = await paired();
    expect(await p.vehicleRegistry.heldSince(ethers.id("unknown"), ethers.ZeroAddress)).to.equal(0n);
  });
});

describe("VehicleRegistry: ownerThroughout, across moves", () => {
  const ENDED_AT = FOLLOWED_AT + 1_000;

  /** The answers for an account's intervals. */
  function ask({ p, vehicle }: Given, { address }: HardhatEthersSigner, intervals: readonly (readonly number[])[]) {
    const registry = p.vehicleRegistry;
    return Promise.all(intervals.map(([from = 0, to = 0]) => registry.ownerThroughout(vehicle, address, from, to)));
  }

  it("given the old account, it held the vehicle until it followed", async () => {
    const g = await followed();
    await moveTo(ENDED_AT);
    const answers = await ask(g, g.a, [
      [PAIRED_AT, FOLLOWED_AT],
      [MOVED_AT, FOLLOWED_AT],
      [PAIRED_AT - 1, FOLLOWED_AT],
      [PAIRED_AT, FOLLOWED_AT + 1],
      [FOLLOWED_AT, FOLLOWED_AT + 1],
    ]);
    expect(answers).to.deep.equal([true, true, false, false, false]);
  });

  it("given the new account, it has held the vehicle since it followed", async () => {
    const g = await followed();
    await moveTo(ENDED_AT);
    const answers = await ask(g, g.b, [
      [FOLLOWED_AT, ENDED_AT],
      [FOLLOWED_AT - 1, ENDED_AT],
      [PAIRED_AT, FOLLOWED_AT],
    ]);
    expect(answers).to.deep.equal([true, false, false]);
  });

  it("given that the new account released, its time ends there", async () => {
    const g = await followed();
    await at(ENDED_AT);
    await release(g, g.b);
    await moveTo(ENDED_AT + 10);
    const answers = await ask(g, g.b, [
      [FOLLOWED_AT, ENDED_AT],
      [FOLLOWED_AT, ENDED_AT + 1],
    ]);
    expect(answers).to.deep.equal([true, false]);
  });

  it("given two moves, the middle account held it in between and nobody else did", async () => {
    const g = await followed();
    const secondAt = MOVED_AT + 365 * DAY_S;
    await moveAccount(g.p, g.b, g.c, secondAt);
    await at(secondAt + 10);
    await g.p.vehicleRegistry.followMove(g.vehicle);
    await moveTo(secondAt + 20);
    const between = [FOLLOWED_AT, secondAt + 10];
    for (const [account, answer] of [
      [g.a, false],
      [g.b, true],
      [g.c, false],
    ] as const) {
      expect(await ask(g, account, [between])).to.deep.equal([answer]);
    }
    const ends = [
      [FOLLOWED_AT, secondAt + 11],
      [FOLLOWED_AT - 1, secondAt],
    ];
    expect(await ask(g, g.b, ends)).to.deep.equal([false, false]);
    expect(await ask(g, g.c, [[secondAt + 10, secondAt + 20]])).to.deep.equal([true]);
  });

  it("given an end that is not before the next second, it is refused", async () => {
    const g = await followed();
    const { vehicleRegistry } = g.p;
    expect(await vehicleRegistry.ownerThroughout(g.vehicle, g.b.address, FOLLOWED_AT, FOLLOWED_AT)).to.equal(true);
    await expect(vehicleRegistry.ownerThroughout(g.vehicle, g.b.address, FOLLOWED_AT, FOLLOWED_AT + 1))
      .to.be.revertedWithCustomError(vehicleRegistry, "VehicleRegistry_TimeNotPast")
      .withArgs(FOLLOWED_AT + 1, FOLLOWED_AT);
  });
});

describe("VehicleRegistry: contestReleases", () => {
  const REQUESTED_AT = GENESIS;

  /** The release is requested at REQUESTED_AT. */
  async function requested(): Promise<Given> {
    const g = await paired();
    await at(REQUESTED_AT);
    await g.p.vehicleRegistry.connect(g.p.roles.manufacturer).requestRelease(g.vehicle);
    return g;
  }

  function contestOf({ vehicle, a }: Given) {
    return { vehicle, account: a.address, deadline: REQUESTED_AT + 100 };
  }

  /** Anybody sends a contest at the second after the request, as the holder or somebody else signed it. */
  async function submit(g: Given, contest: ReturnType<typeof contestOf>, by = g.a, chainId?: number) {
    const place = chainId === undefined ? { contracts: g.p } : { contracts: g.p, chainId };
    const signature = await signIntent(by, "ReleaseContest", contest, place);
    await at(REQUESTED_AT + 1);
    return g.p.vehicleRegistry.connect(g.p.roles.operator).contestReleases([contest], [signature]);
  }

  it("when the holder signed, the request waits for the arbiter and none is skipped", async () => {
    const g = await requested();
    const transaction = submit(g, contestOf(g));
    await expect(transaction).to.emit(g.p.vehicleRegistry, "ReleaseContested").withArgs(g.vehicle, g.a.address);
    await expectSkips(transaction, g.p.vehicleRegistry, []);
    expect((await g.p.vehicleRegistry.pairingOf(g.vehicle)).release).to.equal(2n);
  });

  const WRONG: readonly (readonly [string, string, (g: Given) => Partial<ReturnType<typeof contestOf>>])[] = [
    ["a deadline a second ago", "InvalidDeadline", () => ({ deadline: REQUESTED_AT })],
    ["a deadline too far ahead", "InvalidDeadline", () => ({ deadline: REQUESTED_AT + DAY_S + 2 })],
    ["an unknown vehicle", "VehicleRegistry_UnknownVehicle", () => ({ vehicle: ethers.id("x") })],
    ["an account that does not hold it", "VehicleRegistry_NotHolder", ({ b }) => ({ account: b.address })],
  ];
  for (const [title, error, change] of WRONG) {
    it(`given ${title}, it is skipped with ${error}`, async () => {
      const g = await requested();
      const contest = { ...contestOf(g), ...change(g) };
      const skip = { index: 0, account: contest.account, error };
      await expectSkips(submit(g, contest), g.p.vehicleRegistry, [skip]);
      expect((await g.p.vehicleRegistry.pairingOf(g.vehicle)).release).to.equal(1n);
    });
  }

  it("given another account's signature, it is skipped with InvalidSignature", async () => {
    const g = await requested();
    const skip = { index: 0, account: g.a.address, error: "InvalidSignature" };
    await expectSkips(submit(g, contestOf(g), g.b), g.p.vehicleRegistry, [skip]);
  });

  it("given a signature for another chain, it is skipped with InvalidSignature", async () => {
    const g = await requested();
    const skip = { index: 0, account: g.a.address, error: "InvalidSignature" };
    await expectSkips(submit(g, contestOf(g), g.a, 5), g.p.vehicleRegistry, [skip]);
  });

  it("given no request, it is skipped with VehicleRegistry_WrongReleaseState", async () => {
    const g = await paired();
    const skip = { index: 0, account: g.a.address, error: "VehicleRegistry_WrongReleaseState" };
    await expectSkips(submit(g, contestOf(g)), g.p.vehicleRegistry, [skip]);
  });

  it("given a request that the arbiter rejected by then, the same contest is skipped", async () => {
    const g = await requested();
    await submit(g, contestOf(g));
    await g.p.vehicleRegistry.connect(g.p.roles.arbiter).decideRelease(g.vehicle, false);
    const contest = contestOf(g);
    const signature = await signIntent(g.a, "ReleaseContest", contest, { contracts: g.p });
    const skip = { index: 0, account: g.a.address, error: "VehicleRegistry_WrongReleaseState" };
    await expectSkips(g.p.vehicleRegistry.contestReleases([contest], [signature]), g.p.vehicleRegistry, [skip]);
  });

  it("given lists of two lengths, all is refused", async () => {
    const g = await requested();
    await expect(g.p.vehicleRegistry.contestReleases([contestOf(g)], []))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "LengthMismatch")
      .withArgs();
  });
});
