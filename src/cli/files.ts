import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { CairnError, type ErrorCode } from "../protocol/index.ts";
import { toJson } from "./output.ts";

/**
 * Writes a file so that after a crash there is either the old content or the new one, never half of it.
 * @param mode Permissions; 0600 for secrets.
 */
export function writeFileSafely(path: string, content: string | Uint8Array, mode = 0o644): void {
  const fresh = `${path}.tmp`;
  const file = openSync(fresh, "w", mode);
  try {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
  syncFolder(dirname(path));
}

/** Makes renames in a folder durable. Windows cannot open folders and needs no such thing. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Longest JSON file that is read, bytes. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/**
 * Reads a JSON file.
 * @param invalid The code for content that is not JSON.
 * @throws FILE_UNREADABLE, or `invalid`.
 */
export function readJsonFile(path: string, invalid: ErrorCode = "FILE_UNREADABLE"): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "it does not exist" : "it cannot be opened";
    throw new CairnError("FILE_UNREADABLE", `${path}: ${why}`, { details: { path }, cause });
  }
  if (text.length > MAX_JSON_BYTES) throw new CairnError(invalid, `${path}: it is too large`, { details: { path } });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CairnError(invalid, `${path}: it is not JSON`, { details: { path }, cause });
  }
}

/** Writes a value as a JSON file, safely. */
export function toJsonFile(path: string, value: unknown, mode?: number): void {
  writeFileSafely(path, `${toJson(value)}\n`, mode);
}
