import type { FeedEvent } from "../feed.ts";
import { compareText } from "./files.ts";
import type { LogContext, VehicleSource } from "./importer.ts";
import { type SampleReader, type Survey, surveyOf } from "./sample-reader.ts";

/** A trip as a source delivers it: in a file of its own, or under a number. */
export interface Recording {
  readonly vehicle: string;
  readonly id: string;
  readonly read: SampleReader;
}

interface Trip extends Recording, Survey {}

/**
 * The vehicles of recorded trips. Trips that cannot have happened are left out and counted: see {@link chooseTrips}.
 * After each a mark ends the trip, so that nothing counts between them.
 */
export async function vehiclesOf(log: LogContext, recordings: readonly Recording[]): Promise<readonly VehicleSource[]> {
  const chosen = new Set(log.choose([...new Set(recordings.map(({ vehicle }) => vehicle))]));
  const trips: Trip[] = [];
  for (const recording of recordings) {
    if (!chosen.has(recording.vehicle)) continue;
    const survey = await surveyOf(recording.read, "with-digest");
    if (survey === undefined) log.tally.skipped.FILE_EMPTY++;
    else trips.push({ ...recording, ...survey });
  }
  return [...Map.groupBy(chooseTrips(log, trips), ({ vehicle }) => vehicle)].map(([id, own]) => ({
    id,
    firstTime: own.reduce((earliest, { firstTime }) => Math.min(earliest, firstTime), Number.POSITIVE_INFINITY),
    lastTime: own.reduce((latest, { lastTime }) => Math.max(latest, lastTime), 0),
    events: () => eventsOf(log, own),
  }));
}

/**
 * Leaves out a trip that was delivered again under another id, whatever vehicle it is said to be of, and a trip that
 * begins while an earlier one of its vehicle goes on. Of trips that begin together the shortest stays, so that no
 * doubtful metre counts.
 * @returns Those that stay, in order of their beginning.
 */
function chooseTrips(log: LogContext, trips: readonly Trip[]): readonly Trip[] {
  const { skipped } = log.tally;
  const digests = new Set<string>();
  const endOf = new Map<string, number>();
  const inOrder = [...trips].sort(
    (a, b) => a.firstTime - b.firstTime || a.lastTime - b.lastTime || compareText(a.id, b.id),
  );
  return inOrder.filter(({ vehicle, firstTime, lastTime, digest }) => {
    const twice = digests.has(digest);
    digests.add(digest);
    const overlaps = !twice && firstTime < (endOf.get(vehicle) ?? 0);
    if (twice) skipped.TRIP_DELIVERED_TWICE++;
    if (overlaps) skipped.TRIP_OVERLAPS++;
    if (!twice && !overlaps) endOf.set(vehicle, lastTime);
    return !twice && !overlaps;
  });
}

async function* eventsOf(log: LogContext, trips: readonly Trip[]): AsyncGenerator<readonly FeedEvent[]> {
  for (const { read } of trips) {
    yield* read(log.tally);
    yield [{ mark: "trip-ends" }];
  }
}
