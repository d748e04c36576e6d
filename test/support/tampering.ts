import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Flips one bit in the middle of a published file. */
export async function flipByte(filesDir: string, path: string): Promise<void> {
  const bytes = await readFile(join(filesDir, path));
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] as number) ^ 1;
  await writeFile(join(filesDir, path), bytes);
}

/** Removes a published file, and its entries from the manifest if told so. */
export async function removeFile(filesDir: string, path: string, { unname }: { unname: boolean }): Promise<void> {
  await rm(join(filesDir, path));
  if (!unname) return;
  const manifest = join(filesDir, "manifest.jsonl");
  const lines = (await readFile(manifest, "utf8")).split("\n").filter((line) => !line.includes(path));
  await writeFile(manifest, lines.join("\n"));
}
