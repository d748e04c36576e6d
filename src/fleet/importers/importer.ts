import type { DistanceRule } from "../../device/index.ts";
import type { FeedEvent } from "../feed.ts";
import type { ImportCounts, Tally } from "./codes.ts";
import type { SampleSpool } from "./spool.ts";

export interface ImportOptions {
  /** What the log's local time is ahead of UTC, seconds: where its days begin, and what clocks without a zone show. */
  readonly utcOffsetS: number;
  /** Only so many vehicles, the first by id. */
  readonly vehicles?: number;
  /** Only so many local days, from the first one with a sample on. */
  readonly days?: number;
}

/** A vehicle of a log. */
export interface ImportedVehicle {
  /** The source's own pseudonym of it. */
  readonly id: string;
  /**
   * Its samples in order of time, and a mark where a trip ends. Each call reads the log again, and counts again; the
   * iterator that it gives holds an open file and must be read to its end, returned, or closed with the log.
   * @throws FILE_UNREADABLE, SAMPLES_INVALID when a file has changed since the log was opened.
   */
  samples(): AsyncIterableIterator<FeedEvent>;
}

/** A log that was read once from end to end, so that it is known to be readable; its samples are read again. */
export interface ImportedLog {
  /** The local midnight at or before the first sample, unix seconds: the beginning of the log's day 0. */
  readonly startsAt: number;
  /** First and last sample, unix seconds. With `days`, the last may lie after them. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Those that have a sample in the chosen days, in order of their ids. */
  readonly vehicles: readonly ImportedVehicle[];
  /** Live: it grows as samples are read. */
  readonly counts: ImportCounts;
  /** Closes what is open and removes what was put aside in temporary files. */
  close(): Promise<void>;
}

/** Reads logs of one format. */
export interface Importer {
  /** Its name on the command line. */
  readonly format: string;
  /** What it reads, in a line. */
  readonly describe: string;
  /** How distance comes of its samples. */
  readonly distance: DistanceRule;
  /**
   * Opens a log: reads all of it once, and keeps per file or trip what it takes to find it again, but no sample.
   * @param dir The folder with the log, or one with the folder `raw` in which it lies.
   * @throws ARGUMENT_INVALID for options out of their bounds; FILE_UNREADABLE, SAMPLES_INVALID with file, line and code
   * (see IMPORT_REFUSAL_CODES) in the details.
   */
  open(dir: string, options: ImportOptions): Promise<ImportedLog>;
}

/** What a format has to say: the rest is {@link createImporter}'s. */
export interface LogFormat {
  readonly format: string;
  readonly describe: string;
  readonly distance: DistanceRule;
  /** Finds the vehicles of a log. It reads the whole of each once, and counts what it leaves out for good. */
  survey(log: LogContext): Promise<readonly VehicleSource[]>;
}

/** A log that is being opened, as a format sees it. */
export interface LogContext {
  readonly dir: string;
  readonly utcOffsetS: number;
  readonly tally: Tally;
  /** Where samples are put aside that must be sorted or told apart first. */
  readonly spool: SampleSpool;
  /** Those ids that are asked for: the first ones in order. To spare reading the others. */
  choose(ids: readonly string[]): readonly string[];
}

/** A vehicle that a format has found. */
export interface VehicleSource {
  readonly id: string;
  /** First and last sample, unix seconds. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** What it experienced, some at a time, oldest first: a sample that is older than one before it is left out. */
  events(): AsyncIterable<readonly FeedEvent[]>;
}
