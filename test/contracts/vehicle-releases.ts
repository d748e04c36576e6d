import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Programme } from "../support/contracts.ts";
import { expectSkips, signIntent, withHighS } from "../support/contracts-intents.ts";
import { pair, registerOne } from "../support/contracts-vehicles.ts";
import { at, DAY_S, ethers, GENESIS, programme } from "./fixture.ts";

const NOW = GENESIS;
const DELAY_S = 72 * 3_600;
/** How long a request can be carried out for. */
const WITHIN_S = 7 * DAY_S;

interface Given {
  readonly p: Programme;
  readonly owner: HardhatEthersSigner;
  readonly other: HardhatEthersSigner;
  readonly vehicle: string;
}

/** A vehicle paired some time before NOW. */
async function given(): Promise<Given> {
  const p = await programme();
  const [owner, other] = p.owners as unknown as [HardhatEthersSigner, HardhatEthersSigner];
  const one = await registerOne(p);
  await pair(p, one, owner, { time: NOW - 1_000, at });
  return { p, owner, other, vehicle: one.vehicle };
}

function releaseOf({ vehicle, owner }: Given, deadline = 0) {
  return { vehicle, account: owner.address, deadline };
}

async function pairingOf({ p, vehicle }: Given): Promise<unknown[]> {
  return [...(await p.vehicleRegistry.pairingOf(vehicle))];
}

/** The pairing as it is once released at a second. */
function releasedAt({ owner }: Given, time: number): unknown[] {
  return [owner.address, BigInt(NOW - 1_000), BigInt(time), 0n];
}

describe("VehicleRegistry: releaseVehicle", () => {
  it("when the holder releases, it ends in that second", async () => {
    const g = await given();
    await at(NOW);
    await expect(g.p.vehicleRegistry.connect(g.owner).releaseVehicle(releaseOf(g)))
      .to.emit(g.p.vehicleRegistry, "VehicleReleased")
      .withArgs(g.vehicle, g.owner.address);
    expect(await pairingOf(g)).to.deep.equal(releasedAt(g, NOW));
  });

  it("given somebody else's account, it is refused", async () => {
    const g = await given();
    await expect(g.p.vehicleRegistry.connect(g.other).releaseVehicle(releaseOf(g)))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "InvalidSignature")
      .withArgs(g.owner.address);
  });

  it("given an account that does not hold it, it is refused", async () => {
    const g = await given();
    const release = { ...releaseOf(g), account: g.other.address };
    await expect(g.p.vehicleRegistry.connect(g.other).releaseVehicle(release))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_NotHolder")
      .withArgs(g.vehicle, g.other.address);
  });

  it("given a release before, another one is refused", async () => {
    const g = await given();
    await g.p.vehicleRegistry.connect(g.owner).releaseVehicle(releaseOf(g));
    await expect(g.p.vehicleRegistry.connect(g.owner).releaseVehicle(releaseOf(g)))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_NotHolder")
      .withArgs(g.vehicle, g.owner.address);
  });

  for (const contested of [false, true]) {
    it(`given a release ${contested ? "contested" : "requested"} by then, the holder may still release`, async () => {
      const g = await given();
      await g.p.vehicleRegistry.connect(g.p.roles.manufacturer).requestRelease(g.vehicle);
      if (contested) await g.p.vehicleRegistry.connect(g.owner).contestRelease(g.vehicle);
      await at(NOW);
      await g.p.vehicleRegistry.connect(g.owner).releaseVehicle(releaseOf(g));
      expect(await pairingOf(g)).to.deep.equal(releasedAt(g, NOW));
    });
  }
});

describe("VehicleRegistry: releaseVehicles", () => {
  /** A stranger submits one signed release at NOW. */
  async function submit({ p }: Given, release: ReturnType<typeof releaseOf>, signature: string) {
    await at(NOW);
    return p.vehicleRegistry.connect(p.roles.operator).releaseVehicles([release], [signature]);
  }

  it("when signed by the holder, it is released and none skipped", async () => {
    const g = await given();
    const release = releaseOf(g, NOW);
    const transaction = submit(g, release, await signIntent(g.owner, "VehicleRelease", release, { contracts: g.p }));
    await expect(transaction).to.emit(g.p.vehicleRegistry, "VehicleReleased").withArgs(g.vehicle, g.owner.address);
    await expectSkips(transaction, g.p.vehicleRegistry, []);
    expect(await pairingOf(g)).to.deep.equal(releasedAt(g, NOW));
  });

  it("given a release carried out, the same again is skipped", async () => {
    const g = await given();
    const release = releaseOf(g, NOW);
    const signature = await signIntent(g.owner, "VehicleRelease", release, { contracts: g.p });
    await at(NOW);
    const transaction = g.p.vehicleRegistry.releaseVehicles([release, release], [signature, signature]);
    const skip = { index: 1, account: g.owner.address, error: "VehicleRegistry_NotHolder" };
    await expectSkips(transaction, g.p.vehicleRegistry, [skip]);
  });

  const WRONG: readonly (readonly [string, string, (g: Given) => object, (g: Given) => Promise<string> | undefined])[] =
    [
      ["a deadline a second ago", "InvalidDeadline", () => ({ deadline: NOW - 1 }), () => undefined],
      ["a deadline too far ahead", "InvalidDeadline", () => ({ deadline: NOW + DAY_S + 1 }), () => undefined],
      [
        "an account that does not hold it",
        "VehicleRegistry_NotHolder",
        ({ other }) => ({ account: other.address }),
        () => undefined,
      ],
      ["an unknown vehicle", "VehicleRegistry_NotHolder", () => ({ vehicle: ethers.id("x") }), () => undefined],
      [
        "the zero account and a vehicle that nobody holds",
        "VehicleRegistry_NotHolder",
        () => ({ account: ethers.ZeroAddress, vehicle: ethers.id("x") }),
        () => undefined,
      ],
      [
        "another account's signature",
        "InvalidSignature",
        () => ({}),
        (g) => signIntent(g.other, "VehicleRelease", releaseOf(g, NOW), { contracts: g.p }),
      ],
      [
        "a pairing's signature",
        "InvalidSignature",
        () => ({}),
        (g) => signIntent(g.owner, "VehiclePairing", releaseOf(g, NOW), { contracts: g.p }),
      ],
      [
        "a signature for another chain",
        "InvalidSignature",
        () => ({}),
        (g) => signIntent(g.owner, "VehicleRelease", releaseOf(g, NOW), { contracts: g.p, chainId: 5 }),
      ],
      [
        "the high-s twin",
        "InvalidSignature",
        () => ({}),
        async (g) => withHighS(await signIntent(g.owner, "VehicleRelease", releaseOf(g, NOW), { contracts: g.p })),
      ],
    ];
  for (const [title, error, change, forge] of WRONG) {
    it(`given ${title}, it is skipped with ${error}`, async () => {
      const g = await given();
      const release = { ...releaseOf(g, NOW), ...change(g) };
      const signature = await (forge(g) ?? signIntent(g.owner, "VehicleRelease", release, { contracts: g.p }));
      const skip = { index: 0, account: release.account, error };
      await expectSkips(submit(g, release, signature), g.p.vehicleRegistry, [skip]);
      expect((await g.p.vehicleRegistry.pairingOf(g.vehicle)).until).to.equal(0n);
    });
  }

  it("given lists of two lengths, all is refused", async () => {
    const g = await given();
    await expect(g.p.vehicleRegistry.releaseVehicles([releaseOf(g)], []))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "LengthMismatch")
      .withArgs();
  });
});

/** A release requested at NOW. */
async function requested(): Promise<Given> {
  const g = await given();
  await at(NOW);
  await g.p.vehicleRegistry.connect(g.p.roles.manufacturer).requestRelease(g.vehicle);
  return g;
}

/** A requested release that the holder contests. */
async function contested(): Promise<Given> {
  const g = await requested();
  await g.p.vehicleRegistry.connect(g.owner).contestRelease(g.vehicle);
  return g;
}

/** The steps of a release that the manufacturer asks for, each by whoever may take it. */
const STEPS = {
  requestRelease: ({ p }, vehicle) => p.vehicleRegistry.connect(p.roles.manufacturer).requestRelease(vehicle),
  contestRelease: ({ p, owner }, vehicle) => p.vehicleRegistry.connect(owner).contestRelease(vehicle),
  executeRelease: ({ p }, vehicle) => p.vehicleRegistry.connect(p.roles.manufacturer).executeRelease(vehicle),
  decideRelease: ({ p }, vehicle) => p.vehicleRegistry.connect(p.roles.arbiter).decideRelease(vehicle, true),
} as const satisfies Record<string, (g: Given, vehicle: string) => Promise<unknown>>;

for (const name of Object.keys(STEPS) as (keyof typeof STEPS)[]) {
  describe(`VehicleRegistry: ${name}`, () => {
    it("given a vehicle that was released, it is refused", async () => {
      const g = await given();
      await g.p.vehicleRegistry.connect(g.owner).releaseVehicle(releaseOf(g));
      await expect(STEPS[name](g, g.vehicle))
        .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_NotHolder")
        .withArgs(g.vehicle, g.owner.address);
    });

    it("given a vehicle that was never paired, it is refused", async () => {
      const g = await given();
      const { vehicle } = await registerOne(g.p, "unpaired");
      await expect(STEPS[name](g, vehicle))
        .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_NotHolder")
        .withArgs(vehicle, name === "contestRelease" ? g.owner.address : ethers.ZeroAddress);
    });

    it("given an unknown vehicle, it is refused", async () => {
      const g = await given();
      const unknown = ethers.id("unknown");
      await expect(STEPS[name](g, unknown))
        .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_UnknownVehicle")
        .withArgs(unknown);
    });
  });
}

describe("VehicleRegistry: requestRelease", () => {
  it("when requested, it waits 72 hours", async () => {
    const g = await given();
    await at(NOW);
    await expect(g.p.vehicleRegistry.connect(g.p.roles.manufacturer).requestRelease(g.vehicle))
      .to.emit(g.p.vehicleRegistry, "ReleaseRequested")
      .withArgs(g.vehicle, g.owner.address, NOW + DELAY_S);
    expect(await pairingOf(g)).to.deep.equal([g.owner.address, BigInt(NOW - 1_000), 0n, 1n]);
  });

  for (const [title, state] of [
    ["requested", requested],
    ["contested", contested],
  ] as const) {
    it(`given that it is ${title}, it is refused`, async () => {
      const g = await state();
      await expect(g.p.vehicleRegistry.connect(g.p.roles.manufacturer).requestRelease(g.vehicle))
        .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_WrongReleaseState")
        .withArgs(g.vehicle);
    });
  }
});

describe("VehicleRegistry: requestRelease, again", () => {
  function ask(g: Awaited<ReturnType<typeof requested>>) {
    return g.p.vehicleRegistry.connect(g.p.roles.manufacturer).requestRelease(g.vehicle);
  }

  it("given the last second in which the request before can be carried out, it is refused", async () => {
    const g = await requested();
    await at(NOW + DELAY_S + WITHIN_S);
    await expect(ask(g))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_WrongReleaseState")
      .withArgs(g.vehicle);
  });

  it("given a request that has lapsed, another waits 72 hours of its own", async () => {
    const g = await requested();
    const time = NOW + DELAY_S + WITHIN_S + 1;
    await at(time);
    await expect(ask(g))
      .to.emit(g.p.vehicleRegistry, "ReleaseRequested")
      .withArgs(g.vehicle, g.owner.address, time + DELAY_S);
    await at(time + DELAY_S - 1);
    await expect(g.p.vehicleRegistry.connect(g.p.roles.manufacturer).executeRelease(g.vehicle))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_ReleaseNotExecutable")
      .withArgs(g.vehicle);
    await at(time + DELAY_S);
    await g.p.vehicleRegistry.connect(g.p.roles.manufacturer).executeRelease(g.vehicle);
    expect(await pairingOf(g)).to.deep.equal(releasedAt(g, time + DELAY_S));
  });

  it("given one that was contested, it does not lapse", async () => {
    const g = await contested();
    await at(NOW + DELAY_S + WITHIN_S + 1);
    await expect(ask(g))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_WrongReleaseState")
      .withArgs(g.vehicle);
  });
});

describe("VehicleRegistry: contestRelease", () => {
  it("when the holder contests, the request waits for the arbiter", async () => {
    const g = await requested();
    await expect(g.p.vehicleRegistry.connect(g.owner).contestRelease(g.vehicle))
      .to.emit(g.p.vehicleRegistry, "ReleaseContested")
      .withArgs(g.vehicle, g.owner.address);
    expect(await pairingOf(g)).to.deep.equal([g.owner.address, BigInt(NOW - 1_000), 0n, 2n]);
  });

  it("given somebody who does not hold it, it is refused", async () => {
    const g = await requested();
    await expect(g.p.vehicleRegistry.connect(g.other).contestRelease(g.vehicle))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_NotHolder")
      .withArgs(g.vehicle, g.other.address);
  });

  it("given no request, it is refused", async () => {
    const g = await given();
    await expect(g.p.vehicleRegistry.connect(g.owner).contestRelease(g.vehicle))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_WrongReleaseState")
      .withArgs(g.vehicle);
  });

  it("given that it was contested before, it is refused", async () => {
    const g = await contested();
    await expect(g.p.vehicleRegistry.connect(g.owner).contestRelease(g.vehicle))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_WrongReleaseState")
      .withArgs(g.vehicle);
  });
});

describe("VehicleRegistry: executeRelease", () => {
  it("given the last second of the 72 hours, it is refused", async () => {
    const g = await requested();
    await at(NOW + DELAY_S - 1);
    await expect(g.p.vehicleRegistry.connect(g.p.roles.manufacturer).executeRelease(g.vehicle))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_ReleaseNotExecutable")
      .withArgs(g.vehicle);
  });

  it("given the first second after them, the pairing ends", async () => {
    const g = await requested();
    await at(NOW + DELAY_S);
    await expect(g.p.vehicleRegistry.connect(g.p.roles.manufacturer).executeRelease(g.vehicle))
      .to.emit(g.p.vehicleRegistry, "VehicleReleased")
      .withArgs(g.vehicle, g.owner.address);
    expect(await pairingOf(g)).to.deep.equal(releasedAt(g, NOW + DELAY_S));
  });

  it("given the last second of the 7 days after them, the pairing ends", async () => {
    const g = await requested();
    await at(NOW + DELAY_S + WITHIN_S);
    await g.p.vehicleRegistry.connect(g.p.roles.manufacturer).executeRelease(g.vehicle);
    expect(await pairingOf(g)).to.deep.equal(releasedAt(g, NOW + DELAY_S + WITHIN_S));
  });

  it("given the first second after the 7 days, it is refused: the request has lapsed", async () => {
    const g = await requested();
    await at(NOW + DELAY_S + WITHIN_S + 1);
    await expect(g.p.vehicleRegistry.connect(g.p.roles.manufacturer).executeRelease(g.vehicle))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_ReleaseNotExecutable")
      .withArgs(g.vehicle);
  });

  it("given no request, it is refused", async () => {
    const g = await given();
    await expect(g.p.vehicleRegistry.connect(g.p.roles.manufacturer).executeRelease(g.vehicle))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_ReleaseNotExecutable")
      .withArgs(g.vehicle);
  });

  it("given that it was contested, it is refused", async () => {
    const g = await contested();
    await at(NOW + DELAY_S);
    await expect(g.p.vehicleRegistry.connect(g.p.roles.manufacturer).executeRelease(g.vehicle))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_ReleaseNotExecutable")
      .withArgs(g.vehicle);
  });
});

describe("VehicleRegistry: decideRelease", () => {
  it("when the arbiter releases, it ends in that second", async () => {
    const g = await contested();
    await at(NOW + 100);
    await expect(g.p.vehicleRegistry.connect(g.p.roles.arbiter).decideRelease(g.vehicle, true))
      .to.emit(g.p.vehicleRegistry, "VehicleReleased")
      .withArgs(g.vehicle, g.owner.address);
    expect(await pairingOf(g)).to.deep.equal(releasedAt(g, NOW + 100));
  });

  it("when the arbiter rejects, the pairing is as before and may be asked for again", async () => {
    const g = await contested();
    await expect(g.p.vehicleRegistry.connect(g.p.roles.arbiter).decideRelease(g.vehicle, false))
      .to.emit(g.p.vehicleRegistry, "ReleaseRejected")
      .withArgs(g.vehicle, g.owner.address);
    expect(await pairingOf(g)).to.deep.equal([g.owner.address, BigInt(NOW - 1_000), 0n, 0n]);
    await at(NOW + 1_000);
    await expect(g.p.vehicleRegistry.connect(g.p.roles.manufacturer).requestRelease(g.vehicle))
      .to.emit(g.p.vehicleRegistry, "ReleaseRequested")
      .withArgs(g.vehicle, g.owner.address, NOW + 1_000 + DELAY_S);
  });

  it("given no request, it is refused", async () => {
    const g = await given();
    await expect(g.p.vehicleRegistry.connect(g.p.roles.arbiter).decideRelease(g.vehicle, true))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_WrongReleaseState")
      .withArgs(g.vehicle);
  });

  it("given a request that nobody contested, it is refused", async () => {
    const g = await requested();
    await expect(g.p.vehicleRegistry.connect(g.p.roles.arbiter).decideRelease(g.vehicle, true))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_WrongReleaseState")
      .withArgs(g.vehicle);
  });
});
