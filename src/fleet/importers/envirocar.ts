import { type RawSample, SPEED_RULE } from "../../device/index.ts";
import type { Tally } from "./codes.ts";
import { createImporter } from "./create-importer.ts";
import { isoTime, positionOf } from "./fields.ts";
import { type LogFile, refusal } from "./files.ts";
import { readJson } from "./json.ts";
import { namedFiles } from "./log-files.ts";
import type { Parsed } from "./sample-reader.ts";
import { type Recording, vehiclesOf } from "./trips.ts";

const FILE_NAME = /^(.+)\.json(?:\.gz)?$/;

/** Tracks of enviroCar: a GeoJSON file a track, each point with what the car's OBD-II port told. */
export const envirocar = createImporter({
  format: "envirocar",
  describe: "OBD-II speed and position every 1 to 5 s: TRACK.json in enviroCar's GeoJSON",
  distance: { ...SPEED_RULE, maxGapS: 60 },
  async survey(log) {
    const tracks: Recording[] = [];
    for (const { file, parts } of await namedFiles(log, FILE_NAME)) {
      const { vehicle } = await readTrack(file);
      tracks.push({ vehicle, id: parts[0] ?? "", read: (tally) => pointsOf(file, tally) });
    }
    return vehiclesOf(log, tracks);
  },
});

/** @throws SAMPLES_INVALID when it is no track, or does not say of which sensor. */
async function readTrack(file: LogFile): Promise<{ vehicle: string; points: readonly unknown[] }> {
  const track = await readJson(file);
  const vehicle = inside(track, "properties", "sensor", "properties", "id");
  const points = inside(track, "features");
  if (typeof vehicle !== "string" || vehicle === "" || !Array.isArray(points)) {
    throw refusal(file, 1, "FILE_NOT_OF_FORMAT");
  }
  return { vehicle, points };
}

/** A track is held whole while it is read: GeoJSON cannot be taken in pieces. */
async function* pointsOf(file: LogFile, tally: Tally): AsyncGenerator<readonly RawSample[], void, undefined> {
  const { points } = await readTrack(file);
  const samples: RawSample[] = [];
  for (const point of points) {
    const parsed = parse(point);
    if (typeof parsed === "string") tally.skipped[parsed]++;
    else {
      if (parsed.latitudeDeg === undefined) tally.noted.POSITION_LEFT_OUT++;
      samples.push(parsed);
    }
  }
  if (samples.length > 0) yield samples;
  else if (points.length > 0) throw refusal(file, 1, "FILE_NOT_OF_FORMAT");
}

function parse(point: unknown): Parsed {
  const text = inside(point, "properties", "time");
  const time = typeof text === "string" && text.endsWith("Z") ? isoTime(text, 0) : undefined;
  if (time === undefined) return "CLOCK_INVALID";
  // Of a car that does not tell its speed at a point nothing is measured there: the device counts it.
  const kmh = inside(point, "properties", "phenomenons", "Speed", "value");
  if (kmh !== undefined && typeof kmh !== "number") return "ROW_INVALID";
  const position = positionOf(numberAt(point, 1), numberAt(point, 0));
  return {
    time,
    ...(kmh === undefined ? {} : { speedMps: kmh / 3.6 }),
    ...(typeof position === "string" ? {} : position),
  };
}

/** GeoJSON's order is longitude, latitude. */
function numberAt(point: unknown, index: number): number | undefined {
  const coordinates = inside(point, "geometry", "coordinates");
  const value: unknown = Array.isArray(coordinates) ? coordinates[index] : undefined;
  return typeof value === "number" ? value : undefined;
}

/** What lies inside a value of JSON under these names. */
function inside(value: unknown, ...names: readonly string[]): unknown {
  let at = value;
  for (const name of names) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}
