import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { id } from "ethers";
import type { DeviceKey } from "../../src/device/index.ts";
import type { Programme } from "./contracts.ts";
import { deviceOf, signAsDevice } from "./contracts-intents.ts";

/** A vehicle and the key of its device. */
export interface TestVehicle {
  readonly vehicle: string;
  readonly device: DeviceKey;
}

/** The vehicle of a name, the same every time. */
export function vehicleOf(name: string): TestVehicle {
  return { vehicle: id(`vehicle ${name}`), device: deviceOf(name) };
}

/** As the manufacturer registers it. */
export function registrationOf({ vehicle, device }: TestVehicle) {
  return { vehicle, keyX: device.publicKey.x, keyY: device.publicKey.y };
}

/** Registers vehicles by their names. */
export async function register(p: Programme, ...names: readonly string[]): Promise<TestVehicle[]> {
  const vehicles = names.map(vehicleOf);
  await p.vehicleRegistry.connect(p.roles.manufacturer).registerVehicles(vehicles.map(registrationOf));
  return vehicles;
}

/** Registers one vehicle. */
export async function registerOne(p: Programme, name = "one"): Promise<TestVehicle> {
  const [vehicle] = await register(p, name);
  return vehicle as TestVehicle;
}

/** What owner and device sign. */
export function pairingOf({ vehicle }: TestVehicle, account: HardhatEthersSigner, deadline: number) {
  return { vehicle, account: account.address, deadline };
}

/** Pairs by the owner's own transaction, at a second that `at` sets for the next block. */
export async function pair(
  p: Programme,
  vehicle: TestVehicle,
  owner: HardhatEthersSigner,
  { time, at }: { time: number; at(time: number): Promise<void> },
): Promise<void> {
  const pairing = pairingOf(vehicle, owner, time);
  await at(time);
  const signature = signAsDevice(vehicle.device, pairing, { contracts: p });
  await p.vehicleRegistry.connect(owner).pairVehicle(pairing, signature);
}
