import { expect } from "chai";
import { describe, it } from "mocha";
import { register, registerOne, registrationOf, vehicleOf } from "../support/contracts-vehicles.ts";
import { at, DAY_S, ethers, GENESIS, moveTo, programme, programmeWith } from "./fixture.ts";

const NO_KEY = [ethers.ZeroHash, ethers.ZeroHash, 0n, 0n];

describe("VehicleRegistry: registerVehicles", () => {
  it("when registered, vehicles have ranks in order and their keys", async () => {
    const p = await programme();
    await at(GENESIS);
    const [one, two] = [vehicleOf("one"), vehicleOf("two")];
    const asManufacturer = p.vehicleRegistry.connect(p.roles.manufacturer);
    const transaction = asManufacturer.registerVehicles([registrationOf(one), registrationOf(two)]);
    for (const [rank, { vehicle, device }] of [one, two].entries()) {
      const { x, y } = device.publicKey;
      await expect(transaction)
        .to.emit(p.vehicleRegistry, "VehicleRegistered")
        .withArgs(vehicle, rank + 1, x, y);
    }
    expect(await p.vehicleRegistry.rankOf(one.vehicle)).to.equal(1n);
    expect(await p.vehicleRegistry.rankOf(two.vehicle)).to.equal(2n);
  });

  it("when registered in several calls, ranks go on", async () => {
    const p = await programme();
    await register(p, "one", "two");
    const three = await registerOne(p, "three");
    expect(await p.vehicleRegistry.rankOf(three.vehicle)).to.equal(3n);
  });

  it("given an unknown vehicle, it has no rank, no pairing and no key", async () => {
    const p = await programme();
    const { vehicle } = vehicleOf("unknown");
    expect(await p.vehicleRegistry.rankOf(vehicle)).to.equal(0n);
    expect([...(await p.vehicleRegistry.pairingOf(vehicle))]).to.deep.equal([ethers.ZeroAddress, 0n, 0n, 0n]);
    expect([...(await p.vehicleRegistry.deviceKeyAt(vehicle, GENESIS - 2 * DAY_S))]).to.deep.equal(NO_KEY);
  });

  it("given the same vehicle again, it is refused", async () => {
    const p = await programme();
    const one = await registerOne(p);
    await expect(registerOne(p))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_AlreadyRegistered")
      .withArgs(one.vehicle);
  });

  it("given the same vehicle twice in one call, it is refused", async () => {
    const p = await programme();
    await expect(register(p, "one", "one"))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_AlreadyRegistered")
      .withArgs(vehicleOf("one").vehicle);
  });

  it("given the id zero, it is refused", async () => {
    const p = await programme();
    const registration = { ...registrationOf(vehicleOf("one")), vehicle: ethers.ZeroHash };
    await expect(p.vehicleRegistry.connect(p.roles.manufacturer).registerVehicles([registration]))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_AlreadyRegistered")
      .withArgs(ethers.ZeroHash);
  });

  it("given a point that is not on the curve, it is refused", async () => {
    const p = await programme();
    const good = registrationOf(vehicleOf("one"));
    const registration = { ...good, keyX: good.keyY };
    await expect(p.vehicleRegistry.connect(p.roles.manufacturer).registerVehicles([registration]))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_InvalidDeviceKey")
      .withArgs(registration.vehicle);
  });

  it("given the day's limit reached in several calls, one more is refused", async () => {
    const p = await programmeWith({ maxRegistrationsPerDay: 3 });
    await moveTo(GENESIS + DAY_S);
    await register(p, "one", "two");
    await register(p, "three");
    await expect(register(p, "four"))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_DailyLimitReached")
      .withArgs(1, 3);
  });

  it("given the next day, the limit counts anew from its first second", async () => {
    const p = await programmeWith({ maxRegistrationsPerDay: 2 });
    await at(GENESIS + 2 * DAY_S - 1);
    await register(p, "one", "two");
    await at(GENESIS + 2 * DAY_S);
    await register(p, "three", "four");
    expect(await p.vehicleRegistry.rankOf(vehicleOf("four").vehicle)).to.equal(4n);
  });

  it("given registrations before genesis, they count for day 0", async () => {
    const p = await programmeWith({ maxRegistrationsPerDay: 2 });
    await at(GENESIS - DAY_S);
    await register(p, "one", "two");
    await at(GENESIS + DAY_S - 1);
    await expect(register(p, "three"))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_DailyLimitReached")
      .withArgs(0, 2);
  });

  it("given a limit scheduled for a later day, it holds from that day on", async () => {
    const p = await programme();
    await p.rules.connect(p.roles.rules).scheduleRules(2, { ...p.rulesInForce, maxRegistrationsPerDay: 1 });
    await moveTo(GENESIS + 2 * DAY_S);
    await expect(register(p, "one", "two"))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_DailyLimitReached")
      .withArgs(2, 1);
  });
});

describe("VehicleRegistry: rotateDeviceKey", () => {
  it("when rotated, the old key holds until that second and the new one from it", async () => {
    const p = await programme();
    await at(GENESIS);
    const one = await registerOne(p);
    const rotated = { vehicle: one.vehicle, device: vehicleOf("another").device };
    const { x, y } = rotated.device.publicKey;
    await at(GENESIS + 10);
    await expect(p.vehicleRegistry.connect(p.roles.manufacturer).rotateDeviceKey(registrationOf(rotated)))
      .to.emit(p.vehicleRegistry, "DeviceKeyRotated")
      .withArgs(one.vehicle, x, y);
    await moveTo(GENESIS + 20);
    const old = one.device.publicKey;
    const oldKey = [old.x, old.y, BigInt(GENESIS), BigInt(GENESIS + 10)];
    expect([...(await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS - 1))]).to.deep.equal(NO_KEY);
    expect([...(await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS))]).to.deep.equal(oldKey);
    expect([...(await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS + 9))]).to.deep.equal(oldKey);
    const newKey = [x, y, BigInt(GENESIS + 10), 0n];
    expect([...(await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS + 10))]).to.deep.equal(newKey);
    expect([...(await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS + 19))]).to.deep.equal(newKey);
  });

  it("given a key that was revoked, no key holds until the new one", async () => {
    const p = await programme();
    const one = await registerOne(p);
    const asManufacturer = p.vehicleRegistry.connect(p.roles.manufacturer);
    await at(GENESIS);
    await asManufacturer.revokeDeviceKey(one.vehicle);
    await at(GENESIS + 10);
    await asManufacturer.rotateDeviceKey({ ...registrationOf(vehicleOf("another")), vehicle: one.vehicle });
    await moveTo(GENESIS + 20);
    expect([...(await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS + 9))]).to.deep.equal(NO_KEY);
    expect((await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS + 10)).from).to.equal(BigInt(GENESIS + 10));
  });

  it("given a key of the block's own second, only the new one ever holds", async () => {
    const p = await programme();
    await at(GENESIS);
    const one = await registerOne(p);
    const another = vehicleOf("another");
    await at(GENESIS);
    await p.vehicleRegistry
      .connect(p.roles.manufacturer)
      .rotateDeviceKey({ ...registrationOf(another), vehicle: one.vehicle });
    await moveTo(GENESIS + 1);
    expect((await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS)).x).to.equal(another.device.publicKey.x);
  });

  it("given an unknown vehicle, it is refused", async () => {
    const p = await programme();
    const unknown = vehicleOf("unknown");
    await expect(p.vehicleRegistry.connect(p.roles.manufacturer).rotateDeviceKey(registrationOf(unknown)))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_UnknownVehicle")
      .withArgs(unknown.vehicle);
  });

  it("given a point that is not on the curve, it is refused", async () => {
    const p = await programme();
    const one = await registerOne(p);
    const wrong = { ...registrationOf(one), keyY: ethers.ZeroHash };
    await expect(p.vehicleRegistry.connect(p.roles.manufacturer).rotateDeviceKey(wrong))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_InvalidDeviceKey")
      .withArgs(one.vehicle);
  });
});

describe("VehicleRegistry: revokeDeviceKey", () => {
  it("when revoked, no key holds from that second on", async () => {
    const p = await programme();
    await at(GENESIS);
    const one = await registerOne(p);
    await at(GENESIS + 10);
    await expect(p.vehicleRegistry.connect(p.roles.manufacturer).revokeDeviceKey(one.vehicle))
      .to.emit(p.vehicleRegistry, "DeviceKeyRevoked")
      .withArgs(one.vehicle);
    await moveTo(GENESIS + 20);
    expect((await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS + 9)).x).to.equal(one.device.publicKey.x);
    expect([...(await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS + 10))]).to.deep.equal(NO_KEY);
  });

  it("given a key that was revoked before, its end stays", async () => {
    const p = await programme();
    const one = await registerOne(p);
    const asManufacturer = p.vehicleRegistry.connect(p.roles.manufacturer);
    await at(GENESIS);
    await asManufacturer.revokeDeviceKey(one.vehicle);
    await at(GENESIS + 10);
    await expect(asManufacturer.revokeDeviceKey(one.vehicle))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_NoDeviceKey")
      .withArgs(one.vehicle);
    await moveTo(GENESIS + 20);
    expect((await p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS - 1)).until).to.equal(BigInt(GENESIS));
  });

  it("given an unknown vehicle, it is refused", async () => {
    const p = await programme();
    const unknown = vehicleOf("unknown");
    await expect(p.vehicleRegistry.connect(p.roles.manufacturer).revokeDeviceKey(unknown.vehicle))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_UnknownVehicle")
      .withArgs(unknown.vehicle);
  });
});

describe("VehicleRegistry: deviceKeyAt", () => {
  it("given the block's own second, it is refused", async () => {
    const p = await programme();
    const one = await registerOne(p);
    await moveTo(GENESIS);
    await expect(p.vehicleRegistry.deviceKeyAt(one.vehicle, GENESIS))
      .to.be.revertedWithCustomError(p.vehicleRegistry, "VehicleRegistry_TimeNotPast")
      .withArgs(GENESIS, GENESIS);
  });
});
