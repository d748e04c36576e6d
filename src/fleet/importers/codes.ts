/** What is left out of a log, and why. Nothing is left out without one of these; each says what it counts. */
export const IMPORT_SKIP_CODES = {
  CELL_EMPTY: { counts: "cells", meaning: "a month without a number" },
  CLOCK_INVALID: { counts: "rows", meaning: "a time that is not of the format, or outside the years 2000 to 2099" },
  DATE_IMPOSSIBLE: {
    counts: "rows",
    meaning: "a date that no calendar has, or over a day from the date in the file's name",
  },
  FILE_EMPTY: { counts: "files", meaning: "a file without a single row" },
  FILE_IGNORED: { counts: "files", meaning: "a file or folder whose name is not of the format" },
  NUMBER_INVALID: { counts: "cells", meaning: "a number of a report that cannot be read or is negative" },
  POSITION_IMPOSSIBLE: { counts: "rows", meaning: "a latitude or longitude that the Earth does not have" },
  POSITION_ZERO: { counts: "rows", meaning: "latitude and longitude zero: what receivers say without a fix" },
  ROW_BLANK: { counts: "rows", meaning: "a row of a report with nothing in it" },
  ROW_INVALID: { counts: "rows", meaning: "fields are missing or too many, or a number cannot be read" },
  ROW_OUT_OF_ORDER: { counts: "rows", meaning: "older than a row before it" },
  TRIP_DELIVERED_TWICE: { counts: "trips", meaning: "every sample equals that of an earlier trip with another id" },
  TRIP_OF_OTHER_VEHICLE: {
    counts: "trips",
    meaning: "recorded by the owner's phone in a vehicle that is not the owner's",
  },
  TRIP_OVERLAPS: { counts: "trips", meaning: "begins before an earlier trip of the same vehicle ended" },
  TRIP_UNKNOWN: { counts: "rows", meaning: "belongs to a trip that the table of trips does not have" },
} as const satisfies Record<string, { counts: "cells" | "files" | "rows" | "trips"; meaning: string }>;
export type ImportSkipCode = keyof typeof IMPORT_SKIP_CODES;

/** What is odd and used all the same: counted, so that nobody has to take it on trust. */
export const IMPORT_NOTE_CODES = {
  DATE_OUTSIDE_REPORT: { counts: "rows", meaning: "a date outside the months that the report is on" },
  INITIATOR_UNKNOWN: { counts: "rows", meaning: "who ended the automated drive is written in no known way" },
  LOG_SORTED: { counts: "files", meaning: "rows that do not run oldest first; they were sorted" },
  NUMBER_REPAIRED: { counts: "cells", meaning: "a number with commas or blanks inside, read without them" },
  POSITION_LEFT_OUT: { counts: "rows", meaning: "an impossible position in a row whose distance comes from its speed" },
  ROW_EQUAL: {
    counts: "rows",
    meaning: "equals an earlier row of the report in every column, and is an event of its own",
  },
  TOTAL_DIFFERS: {
    counts: "rows",
    meaning: "the annual miles differ from the sum of the months by over 1 % and a mile; the months count",
  },
  VEHICLE_LISTED_TWICE: { counts: "rows", meaning: "a further row of a car that the report has already" },
  VIN_IRREGULAR: { counts: "rows", meaning: "a vehicle number that does not have 17 characters" },
} as const satisfies Record<string, { counts: "cells" | "files" | "rows"; meaning: string }>;
export type ImportNoteCode = keyof typeof IMPORT_NOTE_CODES;

/** Why a whole file, and with it the log, is refused. `error` is the code of the CairnError. */
export const IMPORT_REFUSAL_CODES = {
  CSV_BROKEN: { error: "SAMPLES_INVALID", meaning: "quotes that do not fit together" },
  FILE_MISSING: { error: "FILE_UNREADABLE", meaning: "there is no such file or folder" },
  FILE_NOT_OF_FORMAT: { error: "SAMPLES_INVALID", meaning: "not one row or object of the file is of the format" },
  FILE_NOT_READABLE: { error: "FILE_UNREADABLE", meaning: "the operating system does not let it be read" },
  FILE_TOO_LARGE: { error: "SAMPLES_INVALID", meaning: "a file that must be read at once is over 64 MiB unpacked" },
  GZIP_BROKEN: { error: "FILE_UNREADABLE", meaning: "the packed file is damaged or cut off" },
  HEADER_MISSING: { error: "SAMPLES_INVALID", meaning: "the first line does not name a column that is needed" },
  JSON_BROKEN: { error: "SAMPLES_INVALID", meaning: "not JSON, or cut off" },
  LINE_TOO_LONG: { error: "SAMPLES_INVALID", meaning: "a line or row of over 65,536 characters" },
  LOG_EMPTY: { error: "SAMPLES_INVALID", meaning: "no vehicle of the folder has a sample" },
  LOG_SCATTERED: {
    error: "SAMPLES_INVALID",
    meaning: "rows in so little order that sorting them would not fit the memory",
  },
  VEHICLE_TWICE: { error: "SAMPLES_INVALID", meaning: "two files of one vehicle" },
} as const satisfies Record<string, { error: "FILE_UNREADABLE" | "SAMPLES_INVALID"; meaning: string }>;
export type ImportRefusalCode = keyof typeof IMPORT_REFUSAL_CODES;

/** What an import has come across so far; it grows while samples are read. */
export interface ImportCounts {
  /** Samples handed on. */
  readonly read: number;
  readonly skipped: Readonly<Record<ImportSkipCode, number>>;
  readonly noted: Readonly<Record<ImportNoteCode, number>>;
}

/** The {@link ImportCounts} of an importer at work. */
export class Tally implements ImportCounts {
  read = 0;
  readonly skipped = zeros(IMPORT_SKIP_CODES);
  readonly noted = zeros(IMPORT_NOTE_CODES);
}

function zeros<Code extends string>(codes: Readonly<Record<Code, unknown>>): Record<Code, number> {
  return Object.fromEntries(Object.keys(codes).map((code) => [code, 0])) as Record<Code, number>;
}
