import { openSealedSamples, samplesKeyFromSecret, sealSamples } from "../../src/device/index.ts";
import { type EvidenceParts, readEvidence, verifyEvidence, writeEvidence } from "../../src/evidence/index.ts";
import {
  DROP_S,
  fromHex,
  type Hex,
  type PayloadOpening,
  PURPOSE,
  payloadOf,
  type Reading,
  readingDigest,
  SampleWriter,
  signingDomain,
} from "../../src/protocol/index.ts";
import { createCairnClient, type MadeEvidence, type MakeEvidenceParameters } from "../../src/sdk/index.ts";
import { keyOf } from "../relayer/support/keys.ts";
import {
  carOf,
  grantOf,
  pairingOf,
  readingOf,
  registerCars,
  signReading,
  type TestCar,
} from "../relayer/support/owners.ts";
import { GENESIS, startProgramme, type TestProgramme } from "../relayer/support/programme.ts";
import { type RunningRelayer, runRelayer } from "../relayer/support/running.ts";

/** The owner's key for samples. */
export const SAMPLES_KEY = samplesKeyFromSecret(fromHex(keyOf("samples key")));
export const CAR = carOf("one", "alice");
export const OTHER_CAR = carOf("two", "bob");
/** Mileage, driving behaviour and takeovers. */
const MASK = 0b111;
/** Readings of {@link CAR}: one in each of these drops. */
export const DROPS = [1, 2, 3, 5, 6] as const;
/** The third of them lies in the time that is asked for, with a part of the second and of the fourth. */
export const PERIOD = { from: GENESIS + 2 * DROP_S - 100, to: GENESIS + 5 * DROP_S - 200 } as const;

/** Two cars that have driven through some drops, with all of it on the chain. */
export interface DrivenProgramme {
  readonly programme: TestProgramme;
  readonly relayer: RunningRelayer;
  stop(): Promise<void>;
}

/** Samples of a reading every ten seconds, at a steady speed, with one takeover. */
export function openingOf(reading: Omit<Reading, "payload">): PayloadOpening {
  const { startedAt, endedAt, odometerStart, odometerEnd, sequence } = reading;
  const writer = new SampleWriter(startedAt);
  const speedMps = (odometerEnd - odometerStart) / (endedAt - startedAt);
  for (let time = startedAt; time <= endedAt; time += 10) {
    const odometerM = odometerStart + Math.floor(speedMps * (time - startedAt));
    writer.write({ time, values: { odometerM, speedMps, takeovers: time === startedAt + 100 ? 1 : 0 } });
  }
  return { salt: keyOf(`salt ${sequence}`), samples: writer.finish() };
}

/** A car's reading that ends with a drop, with samples that open it. */
export function drivenReading(car: TestCar, drop: number): { reading: Reading; opening: PayloadOpening } {
  const endedAt = GENESIS + drop * DROP_S;
  const fields = { sequence: drop, startedAt: endedAt - 300, endedAt, takeovers: 1, categories: MASK };
  const odometer = { odometerStart: 5_000 * drop, odometerEnd: 5_000 * drop + 4_500 };
  const reading = readingOf(car, { ...fields, ...odometer });
  const opening = openingOf(reading);
  return { reading: { ...reading, payload: payloadOf(opening) }, opening };
}

/** A reading as a car delivers it, with its samples sealed for the owner. */
export async function sealedDelivery(
  programme: TestProgramme,
  car: TestCar,
  { reading, opening }: { readonly reading: Reading; readonly opening: PayloadOpening },
) {
  const digest = readingDigest(signingDomain(programme.deployment, "Reading"), reading);
  return { ...signReading(programme, car, reading), sealedSamples: await sealSamples(opening, digest, SAMPLES_KEY) };
}

/** Lets each car's owner pair it, mine with it and have its samples kept. */
export async function enrol(
  programme: TestProgramme,
  relayer: RunningRelayer,
  cars: readonly TestCar[],
  categories: number,
): Promise<void> {
  const terms = { deadline: GENESIS, categories };
  await relayer.intend(
    cars.flatMap((car) => [
      grantOf(programme, car.owner, terms),
      grantOf(programme, car.owner, { ...terms, purpose: PURPOSE.ownEvidence }),
      pairingOf(programme, car, GENESIS),
    ]),
  );
  await relayer.untilIdle();
}

export async function startDriven(): Promise<DrivenProgramme> {
  const programme = await startProgramme();
  const cars = [CAR, OTHER_CAR];
  await registerCars(programme, cars);
  const relayer = await runRelayer(programme, { anchorEveryDrops: 2 });
  await enrol(programme, relayer, cars, MASK);
  for (const drop of DROPS) {
    await relayer.moveTo(GENESIS + drop * DROP_S);
    const deliveries = cars.map((car) => sealedDelivery(programme, car, drivenReading(car, drop)));
    await relayer.deliver(await Promise.all(deliveries));
  }
  await relayer.moveTo(GENESIS + 9 * DROP_S);
  await relayer.moveTo(GENESIS + 10 * DROP_S);
  return {
    programme,
    relayer,
    async stop() {
      await relayer.close();
      await programme.stop();
    },
  };
}

/** Evidence of {@link CAR}, as its owner makes it. */
export async function evidenceOf(
  { programme, relayer }: Pick<DrivenProgramme, "programme" | "relayer">,
  parameters: Partial<MakeEvidenceParameters> = {},
): Promise<MadeEvidence> {
  const { rpcUrl, deployment } = programme;
  const cairn = createCairnClient({ rpcUrl, deployment, relayerUrl: relayer.url, pollMs: 5, timeoutMs: 5_000 });
  return cairn.makeEvidence({ vehicle: CAR.vehicle, ...PERIOD, ...parameters });
}

/** Opens what the relayer keeps, as the owner does. */
export async function openSamples(sealed: string): Promise<PayloadOpening> {
  return (await openSealedSamples(sealed, SAMPLES_KEY)).opening;
}

/** What is wrong with a forgery that was sealed anew, as `check path`. */
export async function failuresOf(bytes: Uint8Array): Promise<string[]> {
  const { report } = await verifyEvidence(bytes);
  return report.checks.filter(({ ok }) => !ok).map(({ check, path }) => `${check} ${path}`);
}

/** A file whose parts were changed by somebody who then sealed it anew. */
export function forged(bytes: Uint8Array, change: (parts: EvidenceParts) => EvidenceParts): Uint8Array {
  const { seal: _, ...parts } = readEvidence(bytes);
  return writeEvidence(change(parts));
}

/** A list with one item changed. */
export function withItem<T>(list: readonly T[], at: number, change: (item: T) => T): T[] {
  return list.map((item, i) => (i === at ? change(item) : item));
}

/** Another value of the same length. */
export function flipped(hex: Hex, at = hex.length - 1): Hex {
  const digit = (Number.parseInt(hex[at] as string, 16) ^ 1).toString(16);
  return `${hex.slice(0, at)}${digit}${hex.slice(at + 1)}` as Hex;
}
