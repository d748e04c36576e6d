import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { type RawSample, ReadingBuilder, type SkipCode } from "../../../src/device/index.ts";
import type { FeedEvent } from "../../../src/fleet/feed.ts";
import {
  type ImportCounts,
  type ImportedLog,
  type ImportOptions,
  importerOf,
} from "../../../src/fleet/importers/index.ts";
import { CairnError, categoryMask, type ErrorCode, type Hex, type Reading } from "../../../src/protocol/index.ts";

/** Files of a log by their names; those that end in `.gz` are packed, unless they are bytes already. */
export type LogFiles = Readonly<Record<string, string | Uint8Array>>;

/** Writes a log into a temporary folder, and removes it after use. */
export async function withLog<Result>(files: LogFiles, use: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), "cairn-test-log-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(dir, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, typeof content === "string" && name.endsWith(".gz") ? gzipSync(content) : content);
    }
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Everything that comes, as a list. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What came of a log. */
export interface Imported {
  readonly startsAt: number;
  readonly vehicles: ReadonlyMap<string, readonly FeedEvent[]>;
  readonly counts: ImportCounts;
}

/** Opens a log, reads every vehicle to its end and closes it. */
export async function readLog(format: string, dir: string, options: Partial<ImportOptions> = {}): Promise<Imported> {
  const log = await importerOf(format).open(dir, { utcOffsetS: 0, ...options });
  try {
    const vehicles = new Map<string, readonly FeedEvent[]>();
    for (const vehicle of log.vehicles) vehicles.set(vehicle.id, await collect(vehicle.samples()));
    return { startsAt: log.startsAt, vehicles, counts: log.counts };
  } finally {
    await log.close();
  }
}

/** Writes a log and reads it. */
export function importFiles(format: string, files: LogFiles, options: Partial<ImportOptions> = {}): Promise<Imported> {
  return withLog(files, (dir) => readLog(format, dir, options));
}

/** The samples among events. */
export function samplesOf(events: readonly FeedEvent[] | undefined): RawSample[] {
  return (events ?? []).filter((event): event is RawSample => "time" in event);
}

/** Codes that were counted, with how often. */
export function counted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** Asserts that an import is refused. @returns The details: file, line and code. */
export async function refusedWith(
  action: Promise<unknown>,
  code: ErrorCode,
): Promise<Readonly<Record<string, unknown>>> {
  const error = await action.then(
    () => assert.fail(`expected ${code}, but nothing was thrown`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof CairnError, `expected a CairnError, got ${String(error)}`);
  assert.equal(error.code, code);
  return error.details;
}

const VEHICLE: Hex = `0x${"11".repeat(32)}`;
const SALT: Hex = `0x${"22".repeat(32)}`;

/** A trip's or day's readings are those that were made up to its mark. */
export interface Driven {
  /** Metres of the readings between the marks, trip by trip. */
  readonly tripM: readonly number[];
  readonly readings: readonly Reading[];
  readonly skipped: Readonly<Record<SkipCode, number>>;
}

/** Metres of readings together. */
export function metresOf(readings: readonly Reading[]): number {
  return readings.reduce((sum, { odometerStart, odometerEnd }) => sum + odometerEnd - odometerStart, 0);
}

/** Drives a recorded vehicle through the device's own code, without signing. */
export async function drive(log: ImportedLog, format: string, id: string): Promise<Driven> {
  const vehicle = log.vehicles.find((each) => each.id === id);
  assert.ok(vehicle !== undefined, `no vehicle ${id}`);
  const builder = new ReadingBuilder({
    vehicle: VEHICLE,
    genesis: log.startsAt,
    distance: importerOf(format).distance,
    consentMaskAt: () => categoryMask(["mileage"]),
    saltOf: () => SALT,
  });
  const readings: Reading[] = [];
  const tripM: number[] = [];
  let before = 0;
  for await (const event of vehicle.samples()) {
    const built = "mark" in event ? builder.endTrip() : builder.push(event);
    readings.push(...built.map(({ reading }) => reading));
    if (!("mark" in event)) continue;
    const metres = metresOf(readings);
    tripM.push(metres - before);
    before = metres;
  }
  readings.push(...builder.endTrip().map(({ reading }) => reading));
  return { tripM, readings, skipped: builder.skipped };
}

/** Asserts that metres are what a table says, within a part of it and never closer than some metres. */
export function assertNear(actualM: number, expectedM: number, what: string, { part = 0.01, atLeastM = 0 } = {}): void {
  const tolerance = Math.max(part * expectedM, atLeastM);
  assert.ok(Math.abs(actualM - expectedM) <= tolerance, `${what}: ${actualM} m, but the table says ${expectedM} m`);
}
