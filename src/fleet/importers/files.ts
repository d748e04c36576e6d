import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { CairnError } from "../../protocol/index.ts";
import { IMPORT_REFUSAL_CODES, type ImportRefusalCode } from "./codes.ts";

/** A file of a log: its path, and its name as people know it, from the log's folder on. */
export interface LogFile {
  readonly path: string;
  readonly name: string;
}

export interface Folder extends LogFile {
  readonly files: readonly LogFile[];
  readonly folders: readonly LogFile[];
}

/** Small, since each vehicle on the road has a file open. */
const CHUNK_BYTES = 16_384;

/** The error that refuses a file: its details are the file, the line, 0 for none, and why. */
export function refusal(file: LogFile, line: number, code: ImportRefusalCode, cause?: unknown): CairnError {
  const { error, meaning } = IMPORT_REFUSAL_CODES[code];
  const name = file.name === "" ? "." : file.name;
  const place = line === 0 ? name : `${name}:${line}`;
  return new CairnError(error, `${place}: ${meaning}`, { details: { file: name, line, code }, cause });
}

/** What reading a file ended with, as a refusal; errors that have a code already stay as they are. */
export function unreadable(file: LogFile, line: number, error: unknown): CairnError {
  if (error instanceof CairnError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") return refusal(file, line, "FILE_MISSING", error);
  return refusal(file, line, code.startsWith("Z_") ? "GZIP_BROKEN" : "FILE_NOT_READABLE", error);
}

/**
 * Lists a folder, or the folder `raw` in it if there is one: that is how collections keep what a source delivered.
 * @throws FILE_UNREADABLE when it is not there.
 */
export async function listLog(dir: string): Promise<Folder> {
  const raw = join(dir, "raw");
  const hasRaw = await stat(raw).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return listFolder({ path: hasRaw ? raw : dir, name: "" });
}

/** Lists a folder, names in order of their characters' codes. */
export async function listFolder(folder: LogFile): Promise<Folder> {
  const files: LogFile[] = [];
  const folders: LogFile[] = [];
  const entries = await readdir(folder.path, { withFileTypes: true }).catch((error: unknown) => {
    throw unreadable(folder, 0, error);
  });
  for (const entry of entries) {
    const file = { path: join(folder.path, entry.name), name: folder.name + entry.name };
    if (entry.isDirectory()) folders.push({ ...file, name: `${file.name}/` });
    else files.push(file);
  }
  const byName = (a: LogFile, b: LogFile) => compareText(a.name, b.name);
  return { ...folder, files: files.sort(byName), folders: folders.sort(byName) };
}

/** Orders texts by their characters' codes: the same everywhere, whatever the locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A file's name without its folders. */
export function baseName(file: LogFile): string {
  return file.name.slice(file.name.lastIndexOf("/") + 1);
}

/** The bytes of a file, unpacked if its name ends in `.gz`. Errors are those of Node.js: see {@link unreadable}. */
export async function* bytesOf(file: LogFile): AsyncGenerator<Buffer, void, undefined> {
  const packed = createReadStream(file.path, { highWaterMark: CHUNK_BYTES });
  if (!file.path.endsWith(".gz")) {
    yield* packed as AsyncIterable<Buffer>;
    return;
  }
  // The iteration below reports errors; without the callback they would be thrown a second time.
  const unpacked = pipeline(packed, createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
  let any = false;
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    any = true;
    yield chunk;
  }
  // Of a file of no bytes at all zlib says nothing.
  if (!any && packed.bytesRead === 0) throw Object.assign(new Error("empty"), { code: "Z_BUF_ERROR" });
}
