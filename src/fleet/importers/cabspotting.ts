import { GPS_RULE } from "../../device/index.ts";
import { createImporter } from "./create-importer.ts";
import { isClockTime, positionOf } from "./fields.ts";
import { type LogFile, refusal } from "./files.ts";
import type { LogContext, VehicleSource } from "./importer.ts";
import { namedFiles } from "./log-files.ts";
import { lineSamples, type Parsed, type SampleReader, surveyOf } from "./sample-reader.ts";

const FILE_NAME = /^new_(.+)\.txt(?:\.gz)?$/;
const LINE = /^(-?\d{1,3}(?:\.\d+)?) (-?\d{1,3}(?:\.\d+)?) [01] (\d{1,10})$/;

/**
 * San Francisco's taxis (CRAWDAD epfl/mobility): a file a vehicle, lines `latitude longitude occupancy unixTime`. The
 * published copies run newest first, others oldest first, so the order of each file is looked at and not assumed.
 */
export const cabspotting = createImporter({
  format: "cabspotting",
  describe: "taxi positions about once a minute: new_ID.txt of lines `latitude longitude occupancy unixTime`",
  distance: GPS_RULE,
  async survey(log) {
    const byId = new Map<string, LogFile>();
    for (const { file, parts } of await namedFiles(log, FILE_NAME)) {
      const [id = ""] = parts;
      if (byId.has(id)) throw refusal(file, 0, "VEHICLE_TWICE");
      byId.set(id, file);
    }
    const sources: VehicleSource[] = [];
    for (const id of log.choose([...byId.keys()])) {
      const source = await sourceOf(log, id, byId.get(id) as LogFile);
      if (source === undefined) log.tally.skipped.FILE_EMPTY++;
      else sources.push(source);
    }
    return sources;
  },
});

async function sourceOf(log: LogContext, id: string, file: LogFile): Promise<VehicleSource | undefined> {
  const read = lineSamples(file, parse);
  const survey = await surveyOf(read);
  if (survey === undefined) return undefined;
  const { firstTime, lastTime } = survey;
  if (survey.ascending) return { id, firstTime, lastTime, events: () => read(log.tally) };
  await putAside(log, file, read);
  return { id, firstTime, lastTime, events: () => log.spool.read(file.name) };
}

async function putAside(log: LogContext, file: LogFile, read: SampleReader): Promise<void> {
  log.tally.noted.LOG_SORTED++;
  for await (const samples of read(log.tally)) await log.spool.add(file.name, samples, file);
  await log.spool.flush();
}

function parse(line: string): Parsed {
  const [, latitude, longitude, time] = LINE.exec(line) ?? [];
  if (time === undefined) return "ROW_INVALID";
  if (!isClockTime(Number(time))) return "CLOCK_INVALID";
  const position = positionOf(Number(latitude), Number(longitude));
  return typeof position === "string" ? position : { time: Number(time), ...position };
}
