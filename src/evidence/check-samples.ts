import {
  CATEGORY,
  decodeSamples,
  type LetOutSample,
  opensPayload,
  type PayloadOpening,
  type Reading,
  SIGNALS,
  type SignalName,
} from "../protocol/index.ts";
import { compared, judged, type ProofCheck } from "./checks.ts";
import type { EvidenceFile, EvidenceReading } from "./file.ts";

/** Most takeovers that a reading can name. */
const MAX_TAKEOVERS = 65_535;

/** Checks the samples of every reading that is opened (docs/protocol.md 5.2). */
export function checkSamples({ readings }: EvidenceFile): ProofCheck[] {
  return readings.flatMap(({ reading, opening }, at) =>
    opening === undefined ? [] : checkOpening(reading, opening, `readings[${at}]`),
  );
}

/** The samples of an opened reading; none when there are none, or they cannot be read. */
export function samplesOf({ opening }: EvidenceReading): LetOutSample[] {
  return opening === undefined ? [] : (readSamples(opening) ?? []);
}

function checkOpening(reading: Reading, opening: PayloadOpening, path: string): ProofCheck[] {
  const opens = opensPayload(reading, opening);
  const samples = readSamples(opening);
  const checks = [judged("samples-payload", path, opens, "they open the payload", "they do not")];
  if (samples === undefined) return [...checks, judged("samples-form", path, false, "samples", "not readable")];
  return [
    ...checks,
    compared(
      "samples-form",
      path,
      "within all bounds, in order",
      problemOf(samples, reading) ?? "within all bounds, in order",
    ),
    judged("samples-categories", path, isWithin(samples, reading), "named categories only", "others, too"),
    judged("samples-odometer", path, agrees(samples, reading), "between start and end, forward", "not so"),
    judged(
      "samples-takeovers",
      path,
      takeoversOf(samples) <= reading.takeovers,
      `at most ${reading.takeovers}`,
      `${takeoversOf(samples)}`,
    ),
  ];
}

function readSamples({ samples }: PayloadOpening): LetOutSample[] | undefined {
  try {
    return decodeSamples(samples);
  } catch {
    return undefined;
  }
}

/** What of the form of samples is wrong (docs/protocol.md 5.2). */
function problemOf(samples: readonly LetOutSample[], reading: Reading): string | undefined {
  if (!isInOrder(samples, reading)) return "outside its times, or out of order";
  const values = samples.flatMap((sample) => Object.entries(sample.values) as [SignalName, number][]);
  const wrong = values.find(([name, value]) => value < SIGNALS[name].min || value > SIGNALS[name].max);
  return wrong === undefined ? undefined : `${wrong[0]} of ${wrong[1]}`;
}

function isInOrder(samples: readonly LetOutSample[], { startedAt, endedAt }: Reading): boolean {
  const times = [startedAt, ...samples.map(({ time }) => time), endedAt];
  return times.every((time, at) => at === 0 || (times[at - 1] as number) <= time);
}

function isWithin(samples: readonly LetOutSample[], { categories }: Reading): boolean {
  const names = samples.flatMap(({ values }) => Object.keys(values) as SignalName[]);
  return names.every((name) => (categories >> CATEGORY[SIGNALS[name].category]) & 1);
}

/** Each sample tells the odometer as the reading counts it. */
function agrees(samples: readonly LetOutSample[], { odometerStart, odometerEnd }: Reading): boolean {
  const metres = [odometerStart, ...samples.map(({ values }) => values.odometerM ?? Number.NaN), odometerEnd];
  return metres.every((value, at) => at === 0 || (metres[at - 1] as number) <= value);
}

/** Takeovers between samples that tell no distance are in the reading only, so it may have more. */
function takeoversOf(samples: readonly LetOutSample[]): number {
  return Math.min(
    MAX_TAKEOVERS,
    samples.reduce((sum, { values }) => sum + (values.takeovers ?? 0), 0),
  );
}
