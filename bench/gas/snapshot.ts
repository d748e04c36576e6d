import { readFileSync, writeFileSync } from "node:fs";
import type { Measurement } from "./measurement.ts";

const PATH = new URL("../gas-snapshot.json", import.meta.url);

interface Figure {
  /** Of the whole transaction. */
  readonly gas: number;
  readonly items: number;
  readonly gasPerItem: number;
}
type Snapshot = Readonly<Record<string, Figure>>;

/** What is won follows from block hashes, which differ from run to run, so the gas of these does too. */
const DRAWN = /^box opened/;

function snapshotOf(measurements: readonly Measurement[]): Snapshot {
  const steady = measurements.filter(({ operation }) => !DRAWN.test(operation));
  return Object.fromEntries(
    steady.map(({ operation, gas, items }) => [operation, { gas, items, gasPerItem: Math.ceil(gas / items) }]),
  );
}

export function writeSnapshot(measurements: readonly Measurement[]): void {
  writeFileSync(PATH, `${JSON.stringify(snapshotOf(measurements), null, 2)}\n`);
}

/** @returns A line per operation whose gas is not what the snapshot says, or that only one of the two has. */
export function differencesFromSnapshot(measurements: readonly Measurement[]): string[] {
  const old: Snapshot = JSON.parse(readFileSync(PATH, "utf8"));
  const now = snapshotOf(measurements);
  const operations = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [...operations].flatMap((operation) => {
    const difference = differenceOf(old[operation], now[operation]);
    return difference === undefined ? [] : [`${operation}: ${difference}`];
  });
}

function differenceOf(old: Figure | undefined, now: Figure | undefined): string | undefined {
  if (now === undefined) return "no longer measured";
  if (old === undefined) return `new, ${now.gas.toLocaleString("en-US")}`;
  if (old.items !== now.items) return `${old.items} → ${now.items} items`;
  if (old.gas === now.gas) return undefined;
  const percent = (100 * (now.gas - old.gas)) / old.gas;
  const change = `${percent > 0 ? "+" : ""}${percent.toFixed(2)} %`;
  return `${old.gas.toLocaleString("en-US")} → ${now.gas.toLocaleString("en-US")} (${change})`;
}
