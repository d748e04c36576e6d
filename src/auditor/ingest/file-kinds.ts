import { awardFilePath, dayFilePath, dropFilePath, pollFilePath, roundFilePath } from "../../protocol/codec/rows.ts";
import type { FileKind } from "../hash/layout.ts";
import type { TableName } from "../store/schema.ts";

/** A kind of published file: where it lies, and the tables that take its rows and what is recomputed from them. */
interface FileKindFacts {
  readonly folder: string;
  readonly pattern: RegExp;
  path(number: number): string;
  readonly rows: TableName;
  readonly hashes: TableName;
  /** The tables' first column: the number of the file's drop, day, poll or round. */
  readonly number: string;
}

/** The kinds of published files, in the order in which they are read. */
export const FILE_KINDS: Readonly<Record<FileKind, FileKindFacts>> = {
  drop: {
    folder: "drops",
    pattern: /^drops\/(\d{8,15})\.parquet$/,
    path: dropFilePath,
    rows: "reading",
    hashes: "reading_hash",
    number: "drop_no",
  },
  award: {
    folder: "awards",
    pattern: /^awards\/(\d{8,15})\.parquet$/,
    path: awardFilePath,
    rows: "award",
    hashes: "award_hash",
    number: "drop_no",
  },
  day: {
    folder: "days",
    pattern: /^days\/(\d{6,12})\.parquet$/,
    path: dayFilePath,
    rows: "day_row",
    hashes: "day_hash",
    number: "day",
  },
  poll: {
    folder: "polls",
    pattern: /^polls\/(\d{6,10})\.parquet$/,
    path: pollFilePath,
    rows: "vote",
    hashes: "vote_hash",
    number: "poll",
  },
  round: {
    folder: "rounds",
    pattern: /^rounds\/(\d{6,10})\.parquet$/,
    path: roundFilePath,
    rows: "part",
    hashes: "part_hash",
    number: "round",
  },
};

export const KINDS = Object.keys(FILE_KINDS) as readonly FileKind[];

/** What a published file's path says it is; undefined for any other path. */
export function parseFilePath(path: string): { kind: FileKind; number: number } | undefined {
  for (const kind of KINDS) {
    const digits = FILE_KINDS[kind].pattern.exec(path)?.[1];
    if (digits !== undefined) return { kind, number: Number(digits) };
  }
  return undefined;
}
