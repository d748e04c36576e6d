import { type DeviceKey, deviceKeyFromSeed, signPairing } from "../../src/device/signer.ts";
import {
  type Deployment,
  type Domain,
  DROP_S,
  type Hex,
  type Reading,
  readingDigest,
  signingDomain,
} from "../../src/protocol/index.ts";
import type { Planned } from "../../test/support/dishonest-books.ts";
import { RECIPIENT, ROLES } from "../../test/support/dishonest-cast.ts";
import { type BenchChain, type Call, GENESIS } from "./chain.ts";

/** A car that drives in every drop, and its owner. */
export interface BenchCar {
  readonly vehicle: Hex;
  readonly account: Hex;
  readonly key: DeviceKey;
}

const REGISTRATIONS_A_CALL = 100;
const MASK = 0b11;
const METRES_A_DROP = 1_200;
const ZERO_HASH: Hex = `0x${"00".repeat(32)}`;
const hex = (value: number, bytes: number): Hex => `0x${(value + 1).toString(16).padStart(2 * bytes, "0")}`;

/** Makes cars; their vehicles' and owners' numbers say nothing. */
export function makeCars(count: number): BenchCar[] {
  return Array.from({ length: count }, (_, at) => ({
    vehicle: `0x${Buffer.from(`bench car ${at}`.padEnd(32)).toString("hex")}`,
    account: hex(0x1000_0000 + at, 20),
    key: deviceKeyFromSeed(Buffer.from(`benchmark of audits, car ${at}`)),
  }));
}

/** Registers and pairs all cars, each for an owner who consents. */
export async function pairCars({ send, deployment }: BenchChain, cars: readonly BenchCar[]): Promise<void> {
  const registrations = cars.map(({ vehicle, key }) => ({ vehicle, keyX: key.publicKey.x, keyY: key.publicKey.y }));
  for (let at = 0; at < cars.length; at += REGISTRATIONS_A_CALL) {
    const args = [registrations.slice(at, at + REGISTRATIONS_A_CALL)];
    await send([{ from: ROLES.manufacturer, contract: "vehicleRegistry", name: "registerVehicles", args }]);
  }
  await send(cars.map((car) => pairing(car, deployment)));
  await send(cars.map(consent));
}

function pairing({ vehicle, account, key }: BenchCar, deployment: Deployment): Call {
  const intent = { vehicle, account, deadline: GENESIS };
  const signature = signPairing(key, signingDomain(deployment, "VehiclePairing"), intent);
  return { from: account, contract: "vehicleRegistry", name: "pairVehicle", args: [intent, signature] };
}

function consent({ account }: BenchCar): Call {
  const grant = {
    ...{ account, recipient: RECIPIENT, purpose: 1, categories: BigInt(MASK), expires: 0, notice: 1, version: 1 },
    ...{ deadline: 0, recordHash: ZERO_HASH },
  };
  return { from: account, contract: "consentRegistry", name: "grantConsent", args: [grant] };
}

/** What a car sends of a drop: a reading over nearly all of it. */
export function drive({ vehicle, account, key }: BenchCar, drop: number, domain: Domain): Planned {
  const startedAt = GENESIS + DROP_S * drop;
  const reading: Reading = {
    ...{ vehicle, sequence: drop + 1, startedAt, endedAt: startedAt + DROP_S - 1 },
    ...{ odometerStart: METRES_A_DROP * drop, odometerEnd: METRES_A_DROP * (drop + 1) },
    ...{ takeovers: 0, categories: MASK, payload: hex(drop, 32) },
  };
  const digest = readingDigest(domain, reading);
  return { drop, reading, digest, account, signature: key.signDigest(digest) };
}
