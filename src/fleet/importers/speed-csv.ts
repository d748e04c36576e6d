import { type RawSample, SPEED_RULE } from "../../device/index.ts";
import { createImporter } from "./create-importer.ts";
import { decimal, isNearDate, isoTime } from "./fields.ts";
import { baseName, type LogFile, listFolder, listLog } from "./files.ts";
import type { VehicleSource } from "./importer.ts";
import { csvSamples, type Field, type Parsed, surveyOf } from "./sample-reader.ts";
import { ignore } from "./trips.ts";

const DAY_FILE = /^(\d{4}-\d\d-\d\d)\.csv(?:\.gz)?$/;
/** The source's own table of trips: known, and not needed. */
const TRIP_TABLE = /^trips\.csv(?:\.gz)?$/;
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
    const idOf = (folder: LogFile) => folder.name.slice(0, -1);
    const chosen = new Set(log.choose(folders.map(idOf)));
    const sources: VehicleSource[] = [];
    for (const folder of folders.filter((each) => chosen.has(idOf(each)))) {
      const inside = await listFolder(folder);
      const isDay = (file: LogFile) => DAY_FILE.test(baseName(file));
      const isTable = (file: LogFile) => TRIP_TABLE.test(baseName(file));
      ignore(log, [...inside.folders, ...inside.files.filter((file) => !isDay(file) && !isTable(file))]);
      const days = inside.files.filter(isDay).map((file) => csvSamples(file, COLUMNS, parserOf(file, log.utcOffsetS)));
      const surveys = [];
      for (const read of days) surveys.push(await surveyOf(read));
      log.tally.skipped.FILE_EMPTY += surveys.filter((survey) => survey === undefined).length;
      const found = surveys.filter((survey) => survey !== undefined);
      if (found.length === 0) continue;
      sources.push({
        id: idOf(folder),
        firstTime: Math.min(...found.map(({ firstTime }) => firstTime)),
        lastTime: Math.max(...found.map(({ lastTime }) => lastTime)),
        async *events() {
          for (const read of days) yield* read(log.tally);
        },
      });
    }
    return sources;
  },
});

function parserOf(file: LogFile, utcOffsetS: number): (field: Field<(typeof COLUMNS)[number]>) => Parsed {
  const date = isoTime(`${DAY_FILE.exec(baseName(file))?.[1]} 00:00:00`, utcOffsetS);
  return (field) => {
    const time = isoTime(field("timestamp"), utcOffsetS);
    if (time === undefined) return "CLOCK_INVALID";
    if (!isNearDate(time, date)) return "DATE_IMPOSSIBLE";
    const mph = decimal(field("speed_mph"));
    if (Number.isNaN(mph)) return "ROW_INVALID";
    // The column is named for metres and holds miles per hour and second.
    const acceleration = decimal(field("accel_meters_ps"));
    const sample: RawSample = { time };
    return {
      ...sample,
      ...(mph === undefined ? {} : { speedMps: mph * MPS_PER_MPH }),
      ...(acceleration === undefined ? {} : { accelerationMps2: acceleration * MPS_PER_MPH }),
    };
  };
}
