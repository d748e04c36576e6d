import {
  encodeEcdsaSignature,
  fromHex,
  type Hex,
  isWideMember,
  keccak,
  type Reading,
  readingDigest,
  type SignedReading,
  type SignedType,
  signingDomain,
  TYPES,
  toHex,
  typedDigest,
  vehicleId,
} from "../../../src/protocol/index.ts";
import { createSigner } from "../../../src/service/signer.ts";
import { addressOf, type Device, deviceOf, keyOf } from "./keys.ts";
import type { TestProgramme } from "./programme.ts";

/** A car of a test: its id, its device and its owner's name. */
export interface TestCar {
  readonly vehicle: Hex;
  readonly device: Device;
  readonly owner: string;
}

export function carOf(name: string, owner: string): TestCar {
  return { vehicle: vehicleId(keyOf(`salt ${name}`), `VIN ${name}`), device: deviceOf(name), owner };
}

/** Registers cars as the manufacturer. */
export async function registerCars(programme: TestProgramme, cars: readonly TestCar[]): Promise<void> {
  const registrations = cars.map(({ vehicle, device }) => ({ vehicle, keyX: device.x, keyY: device.y }));
  await programme.writer("manufacturer").call("vehicleRegistry", "registerVehicles", [registrations]);
}

/** A signed intent as the relayer takes it. */
export interface TestIntent {
  readonly kind: SignedType;
  readonly message: Record<string, string | number>;
  readonly signature: Hex;
  readonly deviceSignature?: Hex;
  readonly targetSignature?: Hex;
  readonly id: Hex;
}

/** Signs an intent as an owner; wide members may be given as decimal text. */
export function signIntent(
  programme: TestProgramme,
  kind: SignedType,
  message: Record<string, string | number>,
  by: { owner: string; device?: Device; target?: string },
): TestIntent {
  const signAs = (name: string) => (id: Hex) => encodeEcdsaSignature(createSigner(keyOf(name)).sign(id));
  const intent = intentBy(programme, kind, message, signAs(by.owner));
  return {
    ...intent,
    ...(by.target === undefined ? {} : { targetSignature: signAs(by.target)(intent.id) }),
    ...(by.device === undefined ? {} : { deviceSignature: by.device.sign(intent.id) }),
  };
}

/** The same for an account of any kind. @param sign Makes `kind ‖ data` of the digest. */
export function intentBy(
  programme: TestProgramme,
  kind: SignedType,
  message: Record<string, string | number>,
  sign: (digest: Hex) => Hex,
): TestIntent {
  const values = Object.fromEntries(
    TYPES[kind].map(({ name, type }) => [name, isWideMember(type) ? BigInt(message[name] as string) : message[name]]),
  );
  const id = typedDigest(signingDomain(programme.deployment, kind), kind, values);
  return { kind, message, id, signature: sign(id) };
}

/** What a car's owner grants: by default what its kilometres need to count. */
export function grantOf(
  programme: TestProgramme,
  owner: string,
  terms: { version?: number; deadline: number; categories?: number; expires?: number; purpose?: number },
): TestIntent {
  const { version = 1, deadline, categories = 1, expires = 0, purpose = 1 } = terms;
  const message = {
    ...{ account: addressOf(owner), recipient: programme.deployment.operator, purpose, categories, expires },
    ...{ notice: 1, version, deadline, recordHash: keyOf(`record ${owner} ${version}`) },
  };
  return signIntent(programme, "ConsentGrant", message, { owner });
}

export function withdrawalOf(programme: TestProgramme, owner: string, version: number, purpose = 1): TestIntent {
  const message = { account: addressOf(owner), recipient: programme.deployment.operator, purpose, version };
  return signIntent(programme, "ConsentWithdrawal", message, { owner });
}

export function pairingOf(programme: TestProgramme, car: TestCar, deadline: number): TestIntent {
  const message = { vehicle: car.vehicle, account: addressOf(car.owner), deadline };
  return signIntent(programme, "VehiclePairing", message, { owner: car.owner, device: car.device });
}

export function releaseOf(programme: TestProgramme, car: TestCar, deadline: number): TestIntent {
  const message = { vehicle: car.vehicle, account: addressOf(car.owner), deadline };
  return signIntent(programme, "VehicleRelease", message, { owner: car.owner });
}

/** A reading of a car with the fields that a test does not care about filled in. */
export function readingOf(car: TestCar, fields: Partial<Reading> & Pick<Reading, "startedAt" | "endedAt">): Reading {
  const sequence = fields.sequence ?? 1;
  return {
    vehicle: car.vehicle,
    sequence,
    odometerStart: 1_000,
    odometerEnd: 1_500,
    takeovers: 0,
    categories: 1,
    payload: keccak(fromHex(toHex(new TextEncoder().encode(`payload ${car.vehicle} ${sequence}`)))),
    ...fields,
  };
}

export function signReading(programme: TestProgramme, car: TestCar, reading: Reading): SignedReading {
  const digest = readingDigest(signingDomain(programme.deployment, "Reading"), reading);
  return { reading, signature: car.device.sign(digest) };
}
