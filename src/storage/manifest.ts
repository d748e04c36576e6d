import { open, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { ManifestEntry } from "../protocol/codec/rows.ts";

/** Name of the manifest in the published folder. */
const MANIFEST = "manifest.jsonl";

/** Appends entries to the manifest, durable when it returns. */
export async function appendManifest(filesDir: string, entries: readonly ManifestEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const file = await open(join(filesDir, MANIFEST), "a");
  try {
    await file.appendFile(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    await file.datasync();
  } finally {
    await file.close();
  }
}

/**
 * Brings the manifest to what its owner knows: cuts off a line that a stopped process left half written, and appends what is
 * missing.
 * @param known Every entry that was made, in the order in which missing ones are to be appended.
 */
export async function repairManifest(filesDir: string, known: readonly ManifestEntry[]): Promise<void> {
  const path = join(filesDir, MANIFEST);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
  const listed = new Set(whole.split("\n"));
  await appendManifest(
    filesDir,
    known.filter((entry) => !listed.has(JSON.stringify(entry))),
  );
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
