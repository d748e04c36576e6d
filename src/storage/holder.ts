import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { storeError } from "./failure.ts";
import { writeFileSafely } from "./write-file.ts";

/**
 * Names a process by its work folder, so that whoever has the folder's lock may take back what the folder's last process held.
 * Machines and paths may have one name where containers or copied machines are: a random number in the folder has not. Who calls
 * it holds the lock.
 * @param name Of the kind of process.
 * @throws STORE_FULL when the number cannot be written.
 */
export function holderOf(workDir: string, name: string): string {
  return `${hostname()}:${resolve(workDir)}:${readId(join(workDir, `${name}.id`))}`;
}

/** The number in a file; one is written when there is none. */
function readId(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const id = randomUUID();
  try {
    writeFileSafely(path, `${id}\n`);
  } catch (error) {
    throw storeError(error);
  }
  return id;
}
