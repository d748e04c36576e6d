import { type DeviceKey, deviceKeyFromSecret, signReading } from "../../src/device/index.ts";
import { type Domain, type SignedReading, signingDomain } from "../../src/protocol/index.ts";
import { keyOf } from "../../test/relayer/support/keys.ts";
import { carOf, grantOf, pairingOf, readingOf, registerCars, type TestCar } from "../../test/relayer/support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../../test/relayer/support/programme.ts";
import type { RunningRelayer } from "../../test/relayer/support/running.ts";

const READING_S = 10;
const READING_M = 150;
const INTENTS_A_REQUEST = 100;
const REGISTRATIONS_A_CALL = 100;

/** A programme with cars that drive. The chain's time stands still while readings are delivered, so no drop is closed. */
export interface Scene {
  readonly programme: TestProgramme;
  /** The next readings of each car, signed; one list a car, in order. @param each How many of each car. */
  drive(each: number): SignedReading[][];
  stop(): Promise<void>;
}

interface DrivenCar {
  readonly car: TestCar;
  readonly key: DeviceKey;
  driven: number;
}

/** Registers cars on a new chain. They can drive once {@link pairAll} has paired them. */
export async function setScene(count: number): Promise<Scene & { readonly cars: readonly DrivenCar[] }> {
  const programme = await startProgramme();
  const cars = Array.from({ length: count }, (_, at) => ({
    car: carOf(`${at}`, `owner ${at}`),
    key: deviceKeyFromSecret(keyOf(`device ${at}`)),
    driven: 0,
  }));
  for (let at = 0; at < count; at += REGISTRATIONS_A_CALL) {
    await registerCars(
      programme,
      cars.slice(at, at + REGISTRATIONS_A_CALL).map(({ car }) => car),
    );
  }
  const domain = signingDomain(programme.deployment, "Reading");
  return {
    programme,
    cars,
    drive: (each) => cars.map((car) => Array.from({ length: each }, () => driveOn(car, domain))),
    stop: () => programme.stop(),
  };
}

/**
 * Has every owner consent and pair, and moves the chain past what all cars will drive.
 * @param each Readings of each car that the chain's time must leave room for.
 */
export async function pairAll(
  { programme, cars }: Awaited<ReturnType<typeof setScene>>,
  relayer: RunningRelayer,
  each: number,
): Promise<void> {
  const intents = cars.flatMap(({ car }) => [
    grantOf(programme, car.owner, { deadline: GENESIS }),
    pairingOf(programme, car, GENESIS),
  ]);
  for (let at = 0; at < intents.length; at += INTENTS_A_REQUEST) {
    await relayer.intend(intents.slice(at, at + INTENTS_A_REQUEST));
  }
  await relayer.untilIdle();
  await relayer.moveTo(GENESIS + (each + 1) * READING_S);
}

function driveOn(driven: DrivenCar, domain: Domain): SignedReading {
  const { car, key } = driven;
  const at = driven.driven++;
  const startedAt = GENESIS + at * READING_S;
  const reading = readingOf(car, {
    ...{ sequence: at + 1, startedAt, endedAt: startedAt + READING_S },
    ...{ odometerStart: at * READING_M, odometerEnd: (at + 1) * READING_M },
  });
  return { reading, signature: signReading(key, domain, reading) };
}
