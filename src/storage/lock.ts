import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CairnError } from "../protocol/errors.ts";

/** A held lock on a work folder. */
export interface WorkDirLock {
  release(): void;
}

/**
 * Takes a lock in a work folder. It is an open SQLite transaction on a file of its own, so that the operating system frees it
 * whatever way this process ends.
 * @param file Names the duty: each kind of process has a lock of its own.
 * @throws WORK_DIR_IN_USE when another process, or another holder in this one, has it.
 */
export function lockWorkDir(workDir: string, file: string): WorkDirLock {
  const database = new DatabaseSync(join(workDir, file));
  try {
    database.exec("pragma busy_timeout = 0");
    database.exec("begin exclusive");
  } catch (cause) {
    database.close();
    throw new CairnError("WORK_DIR_IN_USE", undefined, { details: { workDir }, cause });
  }
  return {
    release() {
      database.close();
    },
  };
}
