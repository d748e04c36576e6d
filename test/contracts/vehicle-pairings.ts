import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { describe, it } from "mocha";
import { deployContracts, type Programme } from "../support/contracts.ts";
import {
  deviceOf,
  expectSkips,
  type SigningPlace,
  signAsDevice,
  signIntent,
  withHighP256S,
  withHighS,
} from "../support/contracts-intents.ts";
import { pair, pairingOf, registerOne, type TestVehicle, vehicleOf } from "../support/contracts-vehicles.ts";
import { at, connection, DAY_S, ethers, GENESIS, moveTo, programme } from "./fixture.ts";

const NOW = GENESIS;
const DEADLINE = GENESIS + 3_600;

interface Given {
  readonly p: Programme;
  readonly owner: HardhatEthersSigner;
  readonly other: HardhatEthersSigner;
  readonly one: TestVehicle;
  readonly place: SigningPlace;
  readonly pairing: ReturnType<typeof pairingOf>;
}

async function given(): Promise<Given> {
  const p = await programme();
  const [owner, other] = p.owners as unknown as [HardhatEthersSigner, HardhatEthersSigner];
  const one = await registerOne(p);
  return { p, owner, other, one, place: { contracts: p }, pairing: pairingOf(one, owner, DEADLINE) };
}

/** Pairs by the owner's own transaction at NOW. */
async function pairNow({ p, owner, pairing }: Given, deviceSignature: string) {
  await at(NOW);
  return p.vehicleRegistry.connect(owner).pairVehicle(pairing, deviceSignature);
}

/** A stranger submits one signed pairing at NOW. */
async function submit({ p }: Given, pairing: ReturnType<typeof pairingOf>, signature: string, deviceSignature: string) {
  await at(NOW);
  return p.vehicleRegistry.connect(p.roles.operator).pairVehicles([pairing], [signature], [deviceSignature]);
}

async function holderOf({ p, one }: Given): Promise<string> {
  return (await p.vehicleRegistry.pairingOf(one.vehicle)).account;
}

/** What is no signature of the device over the pairing. */
const FORGED: readonly (readonly [string, (g: Given) => string | Promise<string>])[] = [
  ["another device's signature", ({ pairing, place }) => signAsDevice(deviceOf("another"), pairing, place)],
  [
    "the device's signature for another account",
    ({ one, other, place }) => signAsDevice(one.device, pairingOf(one, other, DEADLINE), place),
  ],
  [
    "the device's signature for another chain",
    ({ one, pairing, place }) => signAsDevice(one.device, pairing, { ...place, chainId: 1 }),
  ],
  [
    "the device's signature for another contract of the programme",
    ({ one, pairing, place }) => signAsDevice(one.device, pairing, { ...place, contract: "redemptionDesk" }),
  ],
  [
    "the device's signature for another programme of the same code",
    async ({ one, pairing }) =>
      signAsDevice(one.device, pairing, { contracts: await deployContracts(connection, { genesis: GENESIS }) }),
  ],
  [
    "the high-s twin of the device's signature",
    ({ one, pairing, place }) => withHighP256S(signAsDevice(one.device, pairing, place)),
  ],
  ["a signature of 63 bytes", ({ one, pairing, place }) => signAsDevice(one.device, pairing, place).slice(0, -2)],
  ["a signature of 65 bytes", ({ one, pairing, place }) => `${signAsDevice(one.device, pairing, place)}00`],
  ["no signature", () => "0x"],
];

describe("VehicleRegistry: pairVehicle", () => {
  it("when owner and device agree, the account holds the vehicle from that second on", async () => {
    const g = await given();
    await expect(pairNow(g, signAsDevice(g.one.device, g.pairing, g.place)))
      .to.emit(g.p.vehicleRegistry, "VehiclePaired")
      .withArgs(g.one.vehicle, g.owner.address);
    const pairing = await g.p.vehicleRegistry.pairingOf(g.one.vehicle);
    expect([...pairing]).to.deep.equal([g.owner.address, BigInt(NOW), 0n, 0n]);
  });

  it("given somebody else's account, it is refused", async () => {
    const g = await given();
    const signature = signAsDevice(g.one.device, g.pairing, g.place);
    await expect(g.p.vehicleRegistry.connect(g.other).pairVehicle(g.pairing, signature))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "InvalidSignature")
      .withArgs(g.owner.address);
  });

  for (const deadline of [NOW - 1, NOW + DAY_S + 1]) {
    it(`given a deadline ${deadline - NOW} s ahead, it is refused: the device signed it, too`, async () => {
      const g = await given();
      const pairing = { ...g.pairing, deadline };
      await expect(pairNow({ ...g, pairing }, signAsDevice(g.one.device, pairing, g.place)))
        .to.be.revertedWithCustomError(g.p.vehicleRegistry, "InvalidDeadline")
        .withArgs(deadline, NOW);
    });
  }

  it("given an unknown vehicle, it is refused", async () => {
    const g = await given();
    const unknown = vehicleOf("unknown");
    const pairing = pairingOf(unknown, g.owner, DEADLINE);
    await expect(pairNow({ ...g, pairing }, signAsDevice(unknown.device, pairing, g.place)))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_UnknownVehicle")
      .withArgs(unknown.vehicle);
  });

  it("given a vehicle that is paired, it is refused", async () => {
    const g = await given();
    await pair(g.p, g.one, g.owner, { time: NOW - 1_000, at });
    await expect(pairNow(g, signAsDevice(g.one.device, g.pairing, g.place)))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_AlreadyPaired")
      .withArgs(g.one.vehicle);
  });

  it("given a vehicle that was released, it is refused: an id has one period", async () => {
    const g = await given();
    await pair(g.p, g.one, g.owner, { time: NOW - 1_000, at });
    await g.p.vehicleRegistry
      .connect(g.owner)
      .releaseVehicle({ vehicle: g.one.vehicle, account: g.owner.address, deadline: 0 });
    const pairing = pairingOf(g.one, g.other, DEADLINE);
    await at(NOW);
    const signature = signAsDevice(g.one.device, pairing, g.place);
    await expect(g.p.vehicleRegistry.connect(g.other).pairVehicle(pairing, signature))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_AlreadyPaired")
      .withArgs(g.one.vehicle);
  });

  for (const [title, forge] of FORGED) {
    it(`given ${title}, it is refused`, async () => {
      const g = await given();
      await expect(pairNow(g, await forge(g)))
        .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_InvalidDeviceSignature")
        .withArgs(g.one.vehicle);
    });
  }

  it("given a key that was revoked, its signature is refused", async () => {
    const g = await given();
    await g.p.vehicleRegistry.connect(g.p.roles.manufacturer).revokeDeviceKey(g.one.vehicle);
    await expect(pairNow(g, signAsDevice(g.one.device, g.pairing, g.place)))
      .to.be.revertedWithCustomError(g.p.vehicleRegistry, "VehicleRegistry_InvalidDeviceSignature")
      .withArgs(g.one.vehicle);
  });

  it("given a key that was rotated, the new one pairs", async () => {
    const g = await given();
    const { publicKey } = deviceOf("another");
    await g.p.vehicleRegistry
      .connect(g.p.roles.manufacturer)
      .rotateDeviceKey({ vehicle: g.one.vehicle, keyX: publicKey.x, keyY: publicKey.y });
    await pairNow(g, signAsDevice(deviceOf("another"), g.pairing, g.place));
    expect(await holderOf(g)).to.equal(g.owner.address);
  });
});

describe("VehicleRegistry: pairVehicles", () => {
  it("when both signatures are good, it is paired and none skipped", async () => {
    const g = await given();
    const signature = await signIntent(g.owner, "VehiclePairing", g.pairing, g.place);
    const transaction = submit(g, g.pairing, signature, signAsDevice(g.one.device, g.pairing, g.place));
    await expect(transaction).to.emit(g.p.vehicleRegistry, "VehiclePaired").withArgs(g.one.vehicle, g.owner.address);
    await expectSkips(transaction, g.p.vehicleRegistry, []);
    expect(await holderOf(g)).to.equal(g.owner.address);
  });

  const WRONG: readonly (readonly [string, string, (g: Given) => Promise<[object, string?]>])[] = [
    ["a deadline a second ago", "InvalidDeadline", async () => [{ deadline: NOW - 1 }]],
    ["a deadline more than a day ahead", "InvalidDeadline", async () => [{ deadline: NOW + DAY_S + 1 }]],
    ["an unknown vehicle", "VehicleRegistry_UnknownVehicle", async () => [{ vehicle: ethers.id("unknown") }]],
    [
      "another account's signature",
      "InvalidSignature",
      async (g) => [{}, await signIntent(g.other, "VehiclePairing", g.pairing, g.place)],
    ],
    [
      "a signature for another chain",
      "InvalidSignature",
      async (g) => [{}, await signIntent(g.owner, "VehiclePairing", g.pairing, { ...g.place, chainId: 1 })],
    ],
    [
      "a signature for another contract",
      "InvalidSignature",
      async (g) => [
        {},
        await signIntent(g.owner, "VehiclePairing", g.pairing, { ...g.place, contract: "redemptionDesk" }),
      ],
    ],
    [
      "the high-s twin",
      "InvalidSignature",
      async (g) => [{}, withHighS(await signIntent(g.owner, "VehiclePairing", g.pairing, g.place))],
    ],
  ];
  for (const [title, forge] of FORGED) {
    it(`given ${title}, it is skipped with VehicleRegistry_InvalidDeviceSignature`, async () => {
      const g = await given();
      const signature = await signIntent(g.owner, "VehiclePairing", g.pairing, g.place);
      const transaction = submit(g, g.pairing, signature, await forge(g));
      const skip = { index: 0, account: g.owner.address, error: "VehicleRegistry_InvalidDeviceSignature" };
      await expectSkips(transaction, g.p.vehicleRegistry, [skip]);
      expect(await holderOf(g)).to.equal(ethers.ZeroAddress);
    });
  }

  for (const [title, error, wrong] of WRONG) {
    it(`given ${title}, it is skipped with ${error}`, async () => {
      const g = await given();
      const [change, signature] = await wrong(g);
      const pairing = { ...g.pairing, ...change };
      const byOwner = signature ?? (await signIntent(g.owner, "VehiclePairing", pairing, g.place));
      const byDevice = signAsDevice(g.one.device, pairing, g.place);
      const transaction = submit(g, pairing, byOwner, byDevice);
      await expectSkips(transaction, g.p.vehicleRegistry, [{ index: 0, account: g.owner.address, error }]);
      expect(await holderOf(g)).to.equal(ethers.ZeroAddress);
    });
  }

  it("given a pairing carried out, the same again is skipped", async () => {
    const g = await given();
    const signature = await signIntent(g.owner, "VehiclePairing", g.pairing, g.place);
    const byDevice = signAsDevice(g.one.device, g.pairing, g.place);
    const twice = [g.pairing, g.pairing];
    await at(NOW);
    const transaction = g.p.vehicleRegistry.pairVehicles(twice, [signature, signature], [byDevice, byDevice]);
    const skip = { index: 1, account: g.owner.address, error: "VehicleRegistry_AlreadyPaired" };
    await expectSkips(transaction, g.p.vehicleRegistry, [skip]);
    expect(await g.p.vehicleRegistry.pairedOn(0)).to.equal(1n);
  });

  for (const [signatures, deviceSignatures] of [
    [[], ["0x"]],
    [["0x"], []],
  ] as const) {
    it(`given ${signatures.length} and ${deviceSignatures.length} signatures for one pairing, all is refused`, async () => {
      const { p, pairing } = await given();
      await expect(p.vehicleRegistry.pairVehicles([pairing], [...signatures], [...deviceSignatures]))
        .to.be.revertedWithCustomError(p.vehicleRegistry, "LengthMismatch")
        .withArgs();
    });
  }
});

describe("VehicleRegistry: ownerThroughout", () => {
  it("given a pairing that ended, it answers for the half-open interval", async () => {
    const g = await given();
    await pair(g.p, g.one, g.owner, { time: NOW, at });
    await at(NOW + 100);
    await g.p.vehicleRegistry
      .connect(g.owner)
      .releaseVehicle({ vehicle: g.one.vehicle, account: g.owner.address, deadline: 0 });
    await moveTo(NOW + 200);
    const asked = [
      [NOW, NOW + 100, true],
      [NOW + 1, NOW + 99, true],
      [NOW - 1, NOW + 50, false],
      [NOW + 50, NOW + 101, false],
      [NOW + 100, NOW + 101, false],
    ] as const;
    const answers = asked.map(([from, to]) =>
      g.p.vehicleRegistry.ownerThroughout(g.one.vehicle, g.owner.address, from, to),
    );
    expect(await Promise.all(answers)).to.deep.equal(asked.map(([, , answer]) => answer));
  });

  it("given a pairing that stands, it answers for all times since", async () => {
    const g = await given();
    await pair(g.p, g.one, g.owner, { time: NOW, at });
    const asked = [
      [NOW, NOW + 1, true],
      [NOW, NOW + 4_000 * DAY_S, true],
      [NOW - 1, NOW + 1, false],
    ] as const;
    await moveTo(NOW + 4_000 * DAY_S);
    const answers = asked.map(([from, to]) =>
      g.p.vehicleRegistry.ownerThroughout(g.one.vehicle, g.owner.address, from, to),
    );
    expect(await Promise.all(answers)).to.deep.equal(asked.map(([, , answer]) => answer));
  });

  it("given another account or none, it says no", async () => {
    const g = await given();
    await pair(g.p, g.one, g.owner, { time: NOW, at });
    await moveTo(NOW + 10);
    const unknown = ethers.id("unknown");
    const asked = [
      g.p.vehicleRegistry.ownerThroughout(g.one.vehicle, g.other.address, NOW, NOW + 1),
      g.p.vehicleRegistry.ownerThroughout(unknown, ethers.ZeroAddress, NOW, NOW + 1),
    ];
    expect(await Promise.all(asked)).to.deep.equal([false, false]);
  });
});
