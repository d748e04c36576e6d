import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CairnError } from "../protocol/errors.ts";
import { storeError } from "./failure.ts";

/** A held lock on a work folder. */
export interface WorkDirLock {
  release(): void;
}

/**
 * Takes a lock in a work folder. It is an open SQLite transaction on a file of its own, so that the operating system frees it
 * whatever way this process ends.
 * @param file Names the duty: each kind of process has a lock of its own.
 * @throws WORK_DIR_IN_USE when another process, or another holder in this one, has it; STORE_FULL when the folder cannot be
 * written, STORE_DAMAGED when the file is no lock.
 */
export function lockWorkDir(workDir: string, file: string): WorkDirLock {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(workDir, file));
    database.exec("pragma busy_timeout = 0");
    database.exec("begin exclusive");
  } catch (error) {
    database?.close();
    const known = storeError(error);
    if (known instanceof CairnError) throw known;
    throw new CairnError("WORK_DIR_IN_USE", undefined, { details: { workDir }, cause: error });
  }
  const held = database;
  return {
    release() {
      held.close();
    },
  };
}
