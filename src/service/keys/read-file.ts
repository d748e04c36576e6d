import { readFile } from "node:fs/promises";
import { CairnError } from "../../protocol/errors.ts";

/** A file that a configuration names, whole. @throws FILE_UNREADABLE. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new CairnError("FILE_UNREADABLE", path, { details: { path }, cause });
  }
}

/** The secret in a file: its first line, without the line's end. @throws FILE_UNREADABLE. */
export async function readSecret(path: string): Promise<string> {
  return (await readText(path)).split(/\r?\n/, 1)[0] as string;
}
