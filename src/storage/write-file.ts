import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file so that after a crash there is either the old content or the new one, never half of it.
 * @param mode Permissions; 0600 for secrets.
 */
export function writeFileSafely(path: string, content: string | Uint8Array, mode = 0o644): void {
  const fresh = `${path}.tmp`;
  // What a killed process left there may be readable for others.
  rmSync(fresh, { force: true });
  const file = openSync(fresh, "wx", mode);
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
