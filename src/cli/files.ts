import { readFileSync } from "node:fs";
import { CairnError, type ErrorCode } from "../protocol/index.ts";
import { writeFileSafely } from "../storage/write-file.ts";
import { toJson } from "./output.ts";

/** Longest JSON file that is read, bytes. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/**
 * Reads a JSON file.
 * @param invalid The code for content that is not JSON.
 * @throws FILE_UNREADABLE, or `invalid`.
 */
export function readJsonFile(path: string, invalid: ErrorCode = "FILE_UNREADABLE"): unknown {
  const text = readTextFile(path);
  if (text.length > MAX_JSON_BYTES) throw new CairnError(invalid, `${path}: it is too large`, { details: { path } });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CairnError(invalid, `${path}: it is not JSON`, { details: { path }, cause });
  }
}

/** A text file, whole. @throws FILE_UNREADABLE. */
export function readTextFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "it does not exist" : "it cannot be opened";
    throw new CairnError("FILE_UNREADABLE", `${path}: ${why}`, { details: { path }, cause });
  }
}

/** Writes a value as a JSON file, safely. */
export function toJsonFile(path: string, value: unknown, mode?: number): void {
  writeFileSafely(path, `${toJson(value)}\n`, mode);
}
