import { SPEED_RULE } from "../../device/index.ts";
import { createImporter } from "./create-importer.ts";
import { decimal, isNearDate, numbers, positionOf, unixOf } from "./fields.ts";
import { baseName, type LogFile, listLog } from "./files.ts";
import { csvSamples, type Field, type Note, type Parsed } from "./sample-reader.ts";
import { ignore, type RecordedTrip, tripOf, vehiclesOf } from "./trips.ts";

/** The data set is of one car and gives it no name. */
const VEHICLE = "twizy-1";
const FILE_NAME = /^(.*_(\d\d)_(\d\d)_(\d{4})(?:_\d+)?)\.csv(?:\.gz)?$/;
const COLUMNS = ["Date", "Time", "Soc", "Speed", "LAT", "LON"] as const;
const DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
const TIME = /^(\d\d):(\d\d):(\d\d)$/;

/** A Renault Twizy in Morocco: a file a drive, a row a second with speed, position and state of charge. */
export const twizy = createImporter({
  format: "twizy",
  describe: "speed, position and state of charge every second: DRIVE_MM_DD_YYYY.csv, local time",
  distance: SPEED_RULE,
  async survey(log) {
    const { files, folders } = await listLog(log.dir);
    // What lies beside the drives is the collection's own table of them.
    const drives = files.filter((file) => FILE_NAME.test(baseName(file)));
    ignore(log, [...folders, ...files.filter((file) => !drives.includes(file))]);
    const trips: RecordedTrip[] = [];
    for (const file of drives) {
      const id = FILE_NAME.exec(baseName(file))?.[1] ?? "";
      const read = csvSamples(file, COLUMNS, parserOf(file, log.utcOffsetS));
      const trip = await tripOf(log, { vehicle: VEHICLE, id, read });
      if (trip !== undefined) trips.push(trip);
    }
    return vehiclesOf(log, trips);
  },
});

type Row = Field<(typeof COLUMNS)[number]>;

function parserOf(file: LogFile, utcOffsetS: number): (field: Row, note: Note) => Parsed {
  const [, , month, day, year] = FILE_NAME.exec(baseName(file)) ?? [];
  const date = unixOf(numbers({ year, month, day }), utcOffsetS);
  return (field, note) => {
    const [, ...monthDayYear] = DATE.exec(field("Date").trim()) ?? [];
    const [, ...clock] = TIME.exec(field("Time").trim()) ?? [];
    if (monthDayYear.length === 0 || clock.length === 0) return "CLOCK_INVALID";
    const [rowMonth, rowDay, rowYear] = monthDayYear;
    const [hour, minute, second] = clock;
    const texts = { year: rowYear, month: rowMonth, day: rowDay, hour, minute, second };
    const time = unixOf(numbers(texts), utcOffsetS);
    if (time === undefined || !isNearDate(time, date)) return "DATE_IMPOSSIBLE";
    return sampleOf(time, field, note);
  };
}

function sampleOf(time: number, field: Row, note: Note): Parsed {
  const kmh = decimal(field("Speed"));
  const charge = decimal(field("Soc"));
  if (Number.isNaN(kmh) || Number.isNaN(charge)) return "ROW_INVALID";
  const position = positionOf(decimal(field("LAT")), decimal(field("LON")));
  if (typeof position === "string") note("POSITION_LEFT_OUT");
  return {
    time,
    ...(kmh === undefined ? {} : { speedMps: kmh / 3.6 }),
    ...(charge === undefined ? {} : { stateOfChargePct: charge }),
    ...(typeof position === "string" ? {} : position),
  };
}
