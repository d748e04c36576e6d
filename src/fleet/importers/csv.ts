import { Readable } from "node:stream";
import { type CsvError, type InfoRecord, parse } from "csv-parse";
import { CairnError } from "../../protocol/index.ts";
import { bytesOf, type LogFile, refusal, unreadable } from "./files.ts";
import { MAX_LINE_LENGTH } from "./lines.ts";

/** A row of a CSV file: its fields in the header's order, and the line on which it ends. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/** What the first line of a CSV file says. */
export interface CsvHeader {
  /** Names in the file's order; line breaks and runs of blanks inside a name are one blank. */
  readonly names: readonly string[];
  /**
   * Where the column is that has this name, or whose name begins so: reports explain the rest of it in the header.
   * @throws SAMPLES_INVALID with code HEADER_MISSING when it is not there.
   */
  column(name: string, match?: "whole" | "beginning"): number;
  /**
   * Closes the file, since without a column that is needed nobody reads on.
   * @throws SAMPLES_INVALID with code HEADER_MISSING.
   */
  refuse(): never;
}

export interface CsvTable {
  readonly header: CsvHeader;
  /** Some rows at a time. Rows may have fewer or more fields than the header. */
  readonly rows: AsyncIterable<readonly CsvRow[]>;
}

const ROWS_AT_ONCE = 256;

/**
 * Opens a CSV file: commas, fields quoted where need be and then with commas, quotes and line breaks inside, LF or CRLF.
 * It holds a piece of the file only. Whoever opens a table reads its rows, or the file stays open.
 * @param encoding By default UTF-8, with or without a byte order mark.
 * @throws FILE_UNREADABLE, SAMPLES_INVALID with file, line and code.
 */
export async function openCsv(file: LogFile, encoding = "utf-8"): Promise<CsvTable> {
  const rows = csvRows(file, encoding);
  const { value: head } = await rows.next();
  if (head === undefined) throw refusal(file, 1, "HEADER_MISSING");
  const names = (head[0]?.fields ?? []).map((name) => name.replace(/\s+/g, " ").trim());
  const refuse = (): never => {
    void rows.return();
    throw refusal(file, 1, "HEADER_MISSING");
  };
  const column = (name: string, match = "whole"): number => {
    const at = names.findIndex((each) => (match === "whole" ? each === name : each.startsWith(name)));
    return at < 0 ? refuse() : at;
  };
  return { header: { names, column, refuse }, rows };
}

/** The first batch is the header alone. */
async function* csvRows(file: LogFile, encoding: string): AsyncGenerator<readonly CsvRow[], void, undefined> {
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: MAX_LINE_LENGTH,
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const source = Readable.from(textOf(file, encoding));
  source.on("error", (error) => parser.destroy(error));
  source.pipe(parser);
  let batch: CsvRow[] = [];
  let size = 1;
  try {
    for await (const { info, record } of parser as AsyncIterable<{ info: InfoRecord; record: string[] }>) {
      batch.push({ line: info.lines, fields: record });
      if (batch.length < size) continue;
      yield batch;
      batch = [];
      size = ROWS_AT_ONCE;
    }
  } catch (error) {
    throw refused(file, parser.info.lines, error);
  } finally {
    source.destroy();
    parser.destroy();
  }
  if (batch.length > 0) yield batch;
}

function refused(file: LogFile, line: number, error: unknown): CairnError {
  if (error instanceof CairnError) return error;
  const code = error instanceof Error && "code" in error ? String((error as CsvError).code) : "";
  if (code === "CSV_MAX_RECORD_SIZE") return refusal(file, line, "LINE_TOO_LONG", error);
  return code.startsWith("CSV_") ? refusal(file, line, "CSV_BROKEN", error) : unreadable(file, line, error);
}

async function* textOf(file: LogFile, encoding: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for await (const chunk of bytesOf(file)) yield decoder.decode(chunk, { stream: true });
  const rest = decoder.decode();
  if (rest !== "") yield rest;
}

/**
 * In which of the two encodings that reports come in a file is: UTF-8, or what Windows writes in western countries.
 * @throws FILE_UNREADABLE when it cannot be read.
 */
export async function encodingOf(file: LogFile): Promise<"utf-8" | "windows-1252"> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const chunk of bytesOf(file)) decoder.decode(chunk, { stream: true });
    decoder.decode();
    return "utf-8";
  } catch (error) {
    if (error instanceof TypeError) return "windows-1252";
    throw unreadable(file, 0, error);
  }
}
