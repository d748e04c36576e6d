import type { ImportCounts } from "../../fleet/importers/index.ts";
import { formatCount, formatFields, formatTable, print } from "../output.ts";
import { type SimulationSummary, showSummary } from "../simulate/summary.ts";
import type { ReplayPlan } from "./plan.ts";
import type { Traffic } from "./traffic.ts";

/** A car of the log and what it drove: metres before the daily cap. */
interface ReplayedVehicle {
  readonly id: string;
  readonly vehicle: string;
  readonly metres: number;
  readonly readings: number;
}

/** What a replay was: a simulation's summary, and what became of the log. */
export interface ReplaySummary extends SimulationSummary {
  readonly log: { readonly format: string; readonly data: string; readonly utcOffsetS: number };
  readonly vehiclesById: readonly ReplayedVehicle[];
  readonly samples: {
    readonly read: number;
    /** Left out by the importer or not counted by a device, by code. */
    readonly skipped: Readonly<Record<string, number>>;
    /** Odd and used all the same, by code. */
    readonly noted: Readonly<Record<string, number>>;
  };
  /** Seconds by stage, in their order. */
  readonly stages: Readonly<Record<string, number>>;
}

/** What became of the log's samples. */
export function summariseCounts(
  counts: ImportCounts,
  byDevices: Readonly<Record<string, number | undefined>>,
): ReplaySummary["samples"] {
  return {
    read: counts.read,
    skipped: { ...positive(counts.skipped), ...positive(byDevices) },
    noted: positive(counts.noted),
  };
}

/** What each car of the log drove, in the order of the log. */
export function summariseVehicles(plan: ReplayPlan, traffic: Traffic): ReplayedVehicle[] {
  return plan.recorded.map(({ recorded: { id }, identity: { vehicle } }) => ({
    id,
    vehicle,
    ...(traffic.byVehicle.get(vehicle) ?? { metres: 0, readings: 0 }),
  }));
}

/** Prints a replay's summary for a person. */
export function showReplay(summary: ReplaySummary, surprises: Parameters<typeof showSummary>[1]): void {
  const { samples, stages } = summary;
  showSummary(summary, surprises);
  print("\nSamples");
  print(
    formatFields([
      ["read", formatCount(samples.read)],
      ...Object.entries(samples.skipped).map(([code, count]) => [`skipped: ${code}`, formatCount(count)] as const),
      ...Object.entries(samples.noted).map(([code, count]) => [`noted: ${code}`, formatCount(count)] as const),
    ]),
  );
  print("\nTime per stage");
  print(
    formatTable(
      ["stage", "seconds"],
      Object.entries(stages).map(([stage, seconds]) => [stage, seconds.toFixed(1)]),
    ),
  );
}

function positive(counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([code, count]) => (count === undefined || count === 0 ? [] : [[code, count]])),
  );
}
