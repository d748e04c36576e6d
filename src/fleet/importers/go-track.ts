import { GPS_RULE, type RawSample } from "../../device/index.ts";
import { createImporter } from "./create-importer.ts";
import { openCsv } from "./csv.ts";
import { decimal, isoTime, positionOf } from "./fields.ts";
import { type LogFile, refusal } from "./files.ts";
import type { LogContext } from "./importer.ts";
import { type NamedFile, namedFiles } from "./log-files.ts";
import { csvSamples, type Field, type Parsed, rowParser } from "./sample-reader.ts";
import { type Recording, vehiclesOf } from "./trips.ts";

const FILE_NAME = /^go_track_(trackspoints|tracks)\.csv(?:\.gz)?$/;
const COLUMNS = ["latitude", "longitude", "track_id", "time"] as const;
const BUS = "2";

/** A track by its number: on whose phone, and in what. */
interface Track {
  readonly vehicle: string;
  readonly bus: boolean;
}

/** Phones in cars and buses (UCI 354): one file of all points, one of all tracks. */
export const goTrack = createImporter({
  format: "go-track",
  describe: "phone positions: go_track_trackspoints.csv (local time) and go_track_tracks.csv",
  distance: GPS_RULE,
  async survey(log) {
    const files = await namedFiles(log, FILE_NAME);
    const tracks = await readTracks(log, only(log, files, "tracks"));
    await sortPoints(log, only(log, files, "trackspoints"), tracks);
    const recordings: Recording[] = [];
    for (const id of log.spool.keys) {
      const { vehicle, bus } = tracks.get(id) as Track;
      if (bus) log.tally.skipped.TRIP_OF_OTHER_VEHICLE++;
      else recordings.push({ vehicle, id, read: () => log.spool.read(id) });
    }
    return vehiclesOf(log, recordings);
  },
});

function only(log: LogContext, files: readonly NamedFile[], part: "tracks" | "trackspoints"): LogFile {
  const [found, other] = files.filter(({ parts }) => parts[0] === part);
  if (found === undefined) throw refusal({ path: log.dir, name: `go_track_${part}.csv` }, 0, "FILE_MISSING");
  if (other !== undefined) throw refusal(other.file, 0, "VEHICLE_TWICE");
  return found.file;
}

async function readTracks(log: LogContext, file: LogFile): Promise<ReadonlyMap<string, Track>> {
  const tracks = new Map<string, Track>();
  const { header, rows } = await openCsv(file);
  // The source calls the number `id`.
  const id = header.names.includes("track_id") ? "track_id" : "id";
  const parse = rowParser(header, [id, "id_android", "car_or_bus"], (field) => ({
    id: field(id).trim(),
    track: { vehicle: `device-${field("id_android").trim()}`, bus: field("car_or_bus").trim() === BUS },
  }));
  for await (const batch of rows) {
    for (const { fields } of batch) {
      const parsed = parse(fields, () => {});
      if (parsed === "ROW_INVALID" || parsed.id === "" || tracks.has(parsed.id)) log.tally.skipped.ROW_INVALID++;
      else tracks.set(parsed.id, parsed.track);
    }
  }
  return tracks;
}

/** Puts the points of each known track aside under its number: in the file the tracks of one phone lie anywhere. */
async function sortPoints(log: LogContext, file: LogFile, tracks: ReadonlyMap<string, Track>): Promise<void> {
  const read = csvSamples(file, COLUMNS, (field) => parse(field, tracks, log.utcOffsetS));
  for await (const samples of read(log.tally)) {
    const ofTrack = Map.groupBy(samples, ({ track }) => String(track));
    for (const [id, own] of ofTrack) {
      await log.spool.add(
        id,
        own.map(({ track, ...sample }): RawSample => sample),
        file,
      );
    }
  }
  await log.spool.flush();
}

function parse(field: Field<(typeof COLUMNS)[number]>, tracks: ReadonlyMap<string, Track>, offsetS: number): Parsed {
  const track = field("track_id").trim();
  if (!tracks.has(track)) return "TRIP_UNKNOWN";
  const time = isoTime(field("time"), offsetS);
  if (time === undefined) return "CLOCK_INVALID";
  const position = positionOf(decimal(field("latitude")), decimal(field("longitude")));
  return typeof position === "string" ? position : { time, ...position, track };
}
