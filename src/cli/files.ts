import { existsSync, readFileSync } from "node:fs";
import { CairnError, type ErrorCode } from "../protocol/index.ts";
import { writeFileSafely } from "../storage/write-file.ts";
import { toJson } from "./output.ts";

/** Longest JSON file that is read, bytes: evidence of a day with ten samples a second has half of it. */
const MAX_JSON_BYTES = 64 * 1024 * 1024;

/**
 * Reads a JSON file.
 * @param invalid The code for content that is not JSON.
 * @throws FILE_UNREADABLE, or `invalid`.
 */
export function readJsonFile(path: string, invalid: ErrorCode = "FILE_UNREADABLE"): unknown {
  const text = new TextDecoder().decode(readBytes(path, invalid));
  try {
    return JSON.parse(text);
  } catch (cause) {
    // What JSON.parse says repeats a part of the text, which may be a key.
    const why = invalid === "SAMPLES_KEY_INVALID" ? {} : { cause };
    throw new CairnError(invalid, `${path}: it is not JSON`, { details: { path }, ...why });
  }
}

/** The content of a file. @throws FILE_UNREADABLE, or `tooLarge` for one that is larger than any of ours. */
export function readBytes(path: string, tooLarge: ErrorCode): Uint8Array {
  const bytes = read(path);
  if (bytes.length > MAX_JSON_BYTES) throw new CairnError(tooLarge, `${path}: it is too large`, { details: { path } });
  return bytes;
}

/** A text file, whole. @throws FILE_UNREADABLE. */
export function readTextFile(path: string): string {
  return read(path).toString("utf8");
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "it does not exist" : "it cannot be opened";
    throw new CairnError("FILE_UNREADABLE", `${path}: ${why}`, { details: { path }, cause });
  }
}

/** Requires that nothing would be overwritten. @throws ARGUMENT_INVALID when there is a file where `--out` says. */
export function requireFree(out: string): void {
  if (existsSync(out)) throw new CairnError("ARGUMENT_INVALID", `--out: there is a ${out} already`);
}

/** Writes a value as a JSON file, safely. */
export function toJsonFile(path: string, value: unknown, mode?: number): void {
  writeFileSafely(path, `${toJson(value)}\n`, mode);
}
