import { SPEED_RULE } from "../../device/index.ts";
import { createImporter } from "./create-importer.ts";
import { decimal, isNearDate, isoTime } from "./fields.ts";
import { type LogFile, listFolder, listLog } from "./files.ts";
import type { LogContext, VehicleSource } from "./importer.ts";
import { ignore, matching } from "./log-files.ts";
import { csvSamples, type Field, type Parsed, type SampleReader, surveyOf } from "./sample-reader.ts";

const FILE_NAME = /^(?:(\d{4}-\d\d-\d\d)|trips)\.csv(?:\.gz)?$/;
const COLUMNS = ["timestamp", "speed_mph", "accel_meters_ps"] as const;
const MPS_PER_MPH = 0.44704;

/** Cars of the Chicago travel survey: a folder a vehicle, in it a file a day, a row a second with the speed. */
export const speedCsv = createImporter({
  format: "speed-csv",
  describe: "speed every second: VEHICLE/YYYY-MM-DD.csv with timestamp (local), speed_mph",
  distance: SPEED_RULE,
  async survey(log) {
    const { files, folders } = await listLog(log.dir);
    ignore(log, files);
    const byId = new Map(folders.map((folder) => [folder.name.slice(0, -1), folder]));
    const sources: VehicleSource[] = [];
    for (const id of log.choose([...byId.keys()])) {
      const source = await sourceOf(log, id, byId.get(id) as LogFile);
      if (source !== undefined) sources.push(source);
    }
    return sources;
  },
});

async function sourceOf(log: LogContext, id: string, folder: LogFile): Promise<VehicleSource | undefined> {
  const { files, folders } = await listFolder(folder);
  ignore(log, folders);
  const days: SampleReader[] = [];
  let firstTime = Number.POSITIVE_INFINITY;
  let lastTime = 0;
  for (const { file, parts } of matching(log, files, FILE_NAME)) {
    const [date] = parts;
    // The source's own table of trips is known, and not needed.
    if (date === undefined) continue;
    const midnight = isoTime(`${date} 00:00:00`, log.utcOffsetS);
    const read = csvSamples(file, COLUMNS, (field) => parse(field, midnight, log.utcOffsetS));
    const survey = await surveyOf(read);
    if (survey === undefined) log.tally.skipped.FILE_EMPTY++;
    else days.push(read);
    firstTime = Math.min(firstTime, survey?.firstTime ?? firstTime);
    lastTime = Math.max(lastTime, survey?.lastTime ?? lastTime);
  }
  if (days.length === 0) return undefined;
  const events = async function* () {
    for (const read of days) yield* read(log.tally);
  };
  return { id, firstTime, lastTime, events };
}

/** @param midnight The first second of the date in the file's name: impossible dates are found by it. */
function parse(field: Field<(typeof COLUMNS)[number]>, midnight: number | undefined, utcOffsetS: number): Parsed {
  const time = isoTime(field("timestamp"), utcOffsetS);
  if (time === undefined) return "CLOCK_INVALID";
  if (!isNearDate(time, midnight)) return "DATE_IMPOSSIBLE";
  const mph = decimal(field("speed_mph"));
  if (Number.isNaN(mph)) return "ROW_INVALID";
  // The column is named for metres and holds miles per hour and second.
  const acceleration = decimal(field("accel_meters_ps"));
  return {
    time,
    ...(mph === undefined ? {} : { speedMps: mph * MPS_PER_MPH }),
    ...(acceleration === undefined ? {} : { accelerationMps2: acceleration * MPS_PER_MPH }),
  };
}
