import { type EvidenceFile, type EvidenceReading, samplesOf } from "../../evidence/index.ts";
import { CATEGORY, type LetOutSample, type Reading, type SignalName } from "../../protocol/index.ts";
import { type Chart, type Panel, panels } from "./charts.ts";

type Point = Panel["points"][number];

/** Points of a panel that are drawn: more cannot be told apart, and make the page slow. */
const MOST_POINTS = 6_000;
const KMH_PER_MPS = 3.6;

/** Whether a reading says how often the driver took over: without consent it does not, which is not the same as never. */
export function tellsTakeovers({ categories }: Reading): boolean {
  return ((categories >> CATEGORY.takeovers) & 1) === 1;
}

/** Speed, odometer and, if they are told, takeovers over the time of the readings: of their samples, else of the readings themselves. */
export function timelineOf({ readings, subject }: EvidenceFile): Promise<Chart> {
  const samples = readings.map(samplesOf);
  const drawn = (of: (entry: EvidenceReading, own: readonly LetOutSample[], part: number) => Point[]) =>
    thinned(readings.flatMap((entry, part) => of(entry, samples[part] as LetOutSample[], part)));
  const span = {
    from: Math.min(...readings.map(({ reading }) => reading.startedAt)),
    to: Math.max(...readings.map(({ reading }) => reading.endedAt)),
    marked: subject,
  };
  const takeovers = { axis: "takeovers", mark: "bar", fromZero: true, points: drawn(takeoversOf) } as const;
  return panels("Timeline (UTC; the time that is asked for is shaded)", span, [
    { axis: "km/h", mark: "line", fromZero: true, points: drawn(speedOf) },
    { axis: "odometer, km", mark: "line", fromZero: false, points: drawn(odometerOf) },
    ...(readings.some(({ reading }) => tellsTakeovers(reading)) ? [takeovers] : []),
  ]);
}

/** Without samples of the speed the mean of the whole reading is drawn. */
function speedOf({ reading }: EvidenceReading, samples: readonly LetOutSample[], part: number): Point[] {
  const own = valuesOf(samples, "speedMps", part);
  if (own.length > 0) return own.map((point) => ({ ...point, value: point.value * KMH_PER_MPS }));
  const { startedAt, endedAt, odometerStart, odometerEnd } = reading;
  const value = ((odometerEnd - odometerStart) / (endedAt - startedAt)) * KMH_PER_MPS;
  return [startedAt, endedAt].map((time) => ({ time, value, part }));
}

function odometerOf({ reading }: EvidenceReading, samples: readonly LetOutSample[], part: number): Point[] {
  const { startedAt, endedAt, odometerStart, odometerEnd } = reading;
  const points = [
    { time: startedAt, value: odometerStart, part },
    ...valuesOf(samples, "odometerM", part),
    { time: endedAt, value: odometerEnd, part },
  ];
  return points.map((point) => ({ ...point, value: point.value / 1000 }));
}

/** Without samples of takeovers those of a reading stand at its end. */
function takeoversOf({ reading }: EvidenceReading, samples: readonly LetOutSample[], part: number): Point[] {
  const own = valuesOf(samples, "takeovers", part).filter(({ value }) => value > 0);
  if (own.length > 0) return own;
  return reading.takeovers === 0 ? [] : [{ time: reading.endedAt, value: reading.takeovers, part }];
}

function valuesOf(samples: readonly LetOutSample[], name: SignalName, part: number): Point[] {
  return samples.flatMap(({ time, values }) => {
    const value = values[name];
    return value === undefined ? [] : [{ time, value, part }];
  });
}

/** Of many points the lowest and the highest of each stretch, so that no peak is lost. */
function thinned(points: readonly Point[]): Point[] {
  if (points.length <= MOST_POINTS) return [...points];
  const stretch = Math.ceil((2 * points.length) / MOST_POINTS);
  const kept: Point[] = [];
  for (let at = 0; at < points.length; at += stretch) {
    const some = points.slice(at, at + stretch).sort((a, b) => a.value - b.value);
    const ends = [some[0] as Point, some.at(-1) as Point];
    kept.push(...ends.sort((a, b) => a.time - b.time));
  }
  return kept;
}
