import { UNITS_PER_STONE } from "../../protocol/index.ts";
import { formatCount, formatKm, formatStones } from "../output.ts";
import { type Bar, bars, histogram, rankedBars, timeLine } from "../report/charts.ts";
import { renderPage } from "../report/page.ts";
import { serviceFields } from "../simulate/show-services.ts";
import type { ReplaySummary } from "./summary.ts";

/** What a report shows beyond the summary. */
export interface ReplayPictures {
  /** What the log's local time is ahead of UTC, seconds. */
  readonly utcOffsetS: number;
  readonly carsPerHour: readonly { readonly time: number; readonly value: number }[];
  readonly metresByDay: readonly number[];
  /** Units settled on each day. */
  readonly stonesByDay: readonly bigint[];
  /** Units credited to each car's owner. */
  readonly stonesByCar: readonly bigint[];
}

/** A self-contained page of a replay. */
export async function renderReplayReport(summary: ReplaySummary, pictures: ReplayPictures): Promise<string> {
  const { readings, samples, stones, audit } = summary;
  const refused = Object.values(readings.refused).reduce((sum, count) => sum + count, 0);
  const byDay = (values: readonly number[]): Bar[] => values.map((value, day) => ({ label: `day ${day}`, value }));
  const left = [...entries(samples.skipped), ...entries(readings.refused)];
  const gas = Object.entries(summary.gas).map(([label, kind]) => ({ label, value: Number(kind.gas) }));
  return renderPage({
    title: `A replay of ${summary.log.format}`,
    lead:
      `${formatCount(summary.vehicles)} recorded cars over ${summary.days} days, driven again through the programme drop by ` +
      "drop: signed by devices, anchored, settled, credited and audited.",
    facts: [
      { name: "Verdict of the auditor", value: audit.verdict },
      { name: "Driven", value: formatKm(summary.metres) },
      { name: "Counted", value: formatKm(summary.countedMetres) },
      { name: "Readings accepted", value: formatCount(readings.accepted) },
      { name: "Readings refused", value: formatCount(refused) },
      { name: "Samples read", value: formatCount(samples.read) },
      { name: "Settled", value: formatStones(stones.settled) },
      { name: "Credited", value: formatStones(stones.credited) },
      { name: "Awards asked for", value: formatCount(summary.services.awards) },
      { name: "Boxes requested", value: formatCount(summary.services.boxes.requested) },
    ],
    charts: [
      await timeLine("Cars on the road per hour", "cars", pictures.carsPerHour, pictures.utcOffsetS),
      await bars("Kilometres per day", "km", byDay(pictures.metresByDay.map((metres) => (metres ?? 0) / 1000))),
      await bars("Stones settled per day", "stones", byDay(pictures.stonesByDay.map(inStones))),
      await histogram(
        "Distribution of stones over cars",
        { x: "stones credited to the car's owner", y: "cars" },
        pictures.stonesByCar.map(inStones),
      ),
      ...(left.length === 0
        ? []
        : [await rankedBars("What did not count, by code", "samples, steps or readings", left)]),
      await rankedBars("Gas by kind of transaction", "gas", gas),
    ],
    notes: [
      `Seed ${summary.seed}; roots ${summary.rootsDigest}.`,
      ...serviceNotes(summary),
      ...summary.relaxedRules.map(
        ({ rule, value, default: published }) =>
          `Relaxed for the replay: ${rule} is ${formatCount(value)} instead of ${formatCount(published)}.`,
      ),
    ],
  });
}

/** What the programme's services did, a sentence a line. */
function serviceNotes({ services }: ReplaySummary): string[] {
  return serviceFields(services).map(([name, value]) => sentence(name === "" ? value : `${name}: ${value}`));
}

function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}

function entries(counts: Readonly<Record<string, number>>): Bar[] {
  return Object.entries(counts).map(([label, value]) => ({ label, value }));
}

function inStones(units: bigint): number {
  return Number(units) / Number(UNITS_PER_STONE);
}
