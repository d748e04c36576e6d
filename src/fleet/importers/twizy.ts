import { SPEED_RULE } from "../../device/index.ts";
import { createImporter } from "./create-importer.ts";
import { decimal, isNearDate, numbers, positionOf, unixOf } from "./fields.ts";
import { namedFiles } from "./log-files.ts";
import { csvSamples, type Field, type Note, type Parsed } from "./sample-reader.ts";
import { vehiclesOf } from "./trips.ts";

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
    const drives = (await namedFiles(log, FILE_NAME)).map(({ file, parts: [id = "", month, day, year] }) => {
      const midnight = unixOf(numbers({ year, month, day }), log.utcOffsetS);
      const read = csvSamples(file, COLUMNS, (field, note) => parse(field, note, midnight, log.utcOffsetS));
      return { vehicle: VEHICLE, id, read };
    });
    return vehiclesOf(log, drives);
  },
});

type Row = Field<(typeof COLUMNS)[number]>;

/** @param midnight The first second of the date in the file's name: impossible dates are found by it. */
function parse(field: Row, note: Note, midnight: number | undefined, utcOffsetS: number): Parsed {
  const [, month, day, year] = DATE.exec(field("Date").trim()) ?? [];
  const [, hour, minute, second] = TIME.exec(field("Time").trim()) ?? [];
  if (year === undefined || second === undefined) return "CLOCK_INVALID";
  const time = unixOf(numbers({ year, month, day, hour, minute, second }), utcOffsetS);
  if (time === undefined || !isNearDate(time, midnight)) return "DATE_IMPOSSIBLE";
  return sampleOf(time, field, note);
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
