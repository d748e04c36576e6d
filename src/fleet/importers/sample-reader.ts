import { createHash } from "node:crypto";
import type { RawSample } from "../../device/index.ts";
import { type ImportNoteCode, type ImportSkipCode, Tally } from "./codes.ts";
import { type CsvHeader, openCsv } from "./csv.ts";
import { type LogFile, refusal } from "./files.ts";
import { linesOf } from "./lines.ts";

/** Reads the samples of a file, some at a time, and counts what it leaves out. */
export type SampleReader = (tally: Tally) => AsyncIterable<readonly RawSample[]>;

/** Counts something odd about a row that is used all the same. */
export type Note = (code: ImportNoteCode) => void;

/** What a row comes to: a sample, or why there is none. */
export type Parsed = RawSample | ImportSkipCode;

/** Reads a file of lines, each a row. */
export function lineSamples(file: LogFile, parse: (line: string, note: Note) => Parsed): SampleReader {
  return (tally) =>
    sift(file, tally, linesOf(file), ({ first, lines }) => ({ rows: lines, lineOf: (i) => first + i }), parse);
}

/** A row of a CSV file, by the names of its columns. */
export type Field<Name extends string> = (name: Name) => string;

/**
 * Reads a CSV file. A row with fewer or more fields than the header is left out.
 * @param columns The columns that are needed.
 */
export function csvSamples<Name extends string>(
  file: LogFile,
  columns: readonly Name[],
  parse: (field: Field<Name>, note: Note) => Parsed,
): SampleReader {
  return async function* (tally) {
    const { header, rows } = await openCsv(file);
    const parseRow = rowParser(header, columns, parse);
    const view = (batch: readonly { line: number; fields: readonly string[] }[]) => ({
      rows: batch.map(({ fields }) => fields),
      lineOf: (i: number) => batch[i]?.line ?? 0,
    });
    yield* sift(file, tally, rows, view, parseRow);
  };
}

/** Makes of a function of named fields one of a row. */
export function rowParser<Name extends string, Result>(
  header: CsvHeader,
  columns: readonly Name[],
  parse: (field: Field<Name>, note: Note) => Result,
): (fields: readonly string[], note: Note) => Result | "ROW_INVALID" {
  const at = Object.fromEntries(columns.map((name) => [name, header.column(name)])) as Record<Name, number>;
  return (fields, note) =>
    fields.length === header.names.length ? parse((name) => fields[at[name]] ?? "", note) : "ROW_INVALID";
}

interface View<Row> {
  readonly rows: readonly Row[];
  readonly lineOf: (index: number) => number;
}

/** Parses batches, and refuses a file of which nothing is left. */
async function* sift<Batch, Row>(
  file: LogFile,
  tally: Tally,
  batches: AsyncIterable<Batch>,
  view: (batch: Batch) => View<Row>,
  parse: (row: Row, note: Note) => Parsed,
): AsyncGenerator<readonly RawSample[], void, undefined> {
  const note: Note = (code) => {
    tally.noted[code]++;
  };
  let good = false;
  let firstBadLine = 0;
  for await (const batch of batches) {
    const { rows, lineOf } = view(batch);
    const samples: RawSample[] = [];
    for (const [i, row] of rows.entries()) {
      const parsed = parse(row, note);
      if (typeof parsed === "string") {
        tally.skipped[parsed]++;
        firstBadLine ||= lineOf(i);
      } else samples.push(parsed);
    }
    good ||= samples.length > 0;
    if (samples.length > 0) yield samples;
  }
  if (!good && firstBadLine > 0) throw refusal(file, firstBadLine, "FILE_NOT_OF_FORMAT");
}

/** What is known of a file after it was read once. */
export interface Survey {
  /** Earliest and latest sample, unix seconds. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Whether no sample is older than the one before it. */
  readonly ascending: boolean;
  /** Equal for equal samples in the same order. */
  readonly digest: string;
}

/** Reads a file once without counting. @returns Undefined when it has no sample. */
export async function surveyOf(
  read: SampleReader,
  digested: "with-digest" | "plain" = "plain",
): Promise<Survey | undefined> {
  const hash = createHash("sha256");
  let firstTime = Number.POSITIVE_INFINITY;
  let lastTime = Number.NEGATIVE_INFINITY;
  let previous = Number.NEGATIVE_INFINITY;
  let ascending = true;
  for await (const samples of read(new Tally())) {
    for (const sample of samples) {
      const { time } = sample;
      if (time < previous) ascending = false;
      previous = time;
      if (time < firstTime) firstTime = time;
      if (time > lastTime) lastTime = time;
      if (digested === "with-digest") hash.update(`${JSON.stringify(sample)}\n`);
    }
  }
  if (previous === Number.NEGATIVE_INFINITY) return undefined;
  return { firstTime, lastTime, ascending, digest: hash.digest("hex") };
}
