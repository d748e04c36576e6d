import { baseName, type LogFile, listLog } from "./files.ts";
import type { LogContext } from "./importer.ts";

/** A file of a log whose name is of the format, and what the pattern's groups found in the name. */
export interface NamedFile {
  readonly file: LogFile;
  readonly parts: readonly (string | undefined)[];
}

/**
 * The files of a log whose names are of the format; everything else in the folder is counted as FILE_IGNORED.
 * @param pattern Fits a file's name without its folders.
 * @throws FILE_UNREADABLE when the folder is not there.
 */
export async function namedFiles(log: LogContext, pattern: RegExp): Promise<readonly NamedFile[]> {
  const { files, folders } = await listLog(log.dir);
  ignore(log, folders);
  return matching(log, files, pattern);
}

/** Those files whose names fit; the others are counted. */
export function matching(log: LogContext, files: readonly LogFile[], pattern: RegExp): readonly NamedFile[] {
  const named = files.flatMap((file) => {
    const found = pattern.exec(baseName(file));
    return found === null ? [] : [{ file, parts: found.slice(1) }];
  });
  log.tally.skipped.FILE_IGNORED += files.length - named.length;
  return named;
}

/** Counts files or folders that are not of the format. */
export function ignore(log: LogContext, files: readonly LogFile[]): void {
  log.tally.skipped.FILE_IGNORED += files.length;
}
