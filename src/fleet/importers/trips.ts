import type { FeedEvent } from "../feed.ts";
import { compareText, type LogFile } from "./files.ts";
import type { LogContext, VehicleSource } from "./importer.ts";
import { type SampleReader, type Survey, surveyOf } from "./sample-reader.ts";

/** A recorded trip of a vehicle. */
export interface RecordedTrip extends Survey {
  readonly vehicle: string;
  readonly id: string;
  readonly read: SampleReader;
}

/** Surveys a trip. A file without a sample is counted, and gives none. */
export async function tripOf(
  log: LogContext,
  trip: { readonly vehicle: string; readonly id: string; readonly read: SampleReader },
): Promise<RecordedTrip | undefined> {
  const survey = await surveyOf(trip.read, "with-digest");
  if (survey === undefined) log.tally.skipped.FILE_EMPTY++;
  return survey === undefined ? undefined : { ...trip, ...survey };
}

/**
 * Chooses the trips that can have happened, and counts the others: a trip that was delivered again under another id,
 * whatever vehicle it is said to be of, and a trip that begins while an earlier one of its vehicle goes on. Of trips that
 * begin together the shortest stays, so that no doubtful metre counts.
 * @returns Those that stay, in order of their beginning.
 */
export function chooseTrips(log: LogContext, trips: readonly RecordedTrip[]): readonly RecordedTrip[] {
  const digests = new Set<string>();
  const endOf = new Map<string, number>();
  const inOrder = [...trips].sort(
    (a, b) => a.firstTime - b.firstTime || a.lastTime - b.lastTime || compareText(a.id, b.id),
  );
  return inOrder.filter(({ vehicle, firstTime, lastTime, digest }) => {
    const twice = digests.has(digest);
    digests.add(digest);
    const overlaps = firstTime < (endOf.get(vehicle) ?? 0);
    if (twice) log.tally.skipped.TRIP_DELIVERED_TWICE++;
    else if (overlaps) log.tally.skipped.TRIP_OVERLAPS++;
    else endOf.set(vehicle, lastTime);
    return !twice && !overlaps;
  });
}

/** Vehicles of their trips: each ends with a mark, so that nothing counts between them. */
export function vehiclesOf(log: LogContext, trips: readonly RecordedTrip[]): readonly VehicleSource[] {
  const chosen = new Set(log.choose([...new Set(trips.map(({ vehicle }) => vehicle))]));
  const ofVehicle = Map.groupBy(
    chooseTrips(
      log,
      trips.filter(({ vehicle }) => chosen.has(vehicle)),
    ),
    ({ vehicle }) => vehicle,
  );
  return [...ofVehicle].map(([id, own]) => ({
    id,
    firstTime: Math.min(...own.map(({ firstTime }) => firstTime)),
    lastTime: own.reduce((latest, { lastTime }) => Math.max(latest, lastTime), 0),
    events: () => eventsOf(log, own),
  }));
}

async function* eventsOf(log: LogContext, trips: readonly RecordedTrip[]): AsyncGenerator<readonly FeedEvent[]> {
  for (const { read } of trips) {
    yield* read(log.tally);
    yield [{ mark: "trip-ends" }];
  }
}

/** Counts files or folders that are not of the format. */
export function ignore(log: LogContext, files: readonly LogFile[]): void {
  log.tally.skipped.FILE_IGNORED += files.length;
}
