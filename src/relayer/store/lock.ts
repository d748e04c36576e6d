import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CairnError } from "../../protocol/errors.ts";

/** A held lock on a work folder. */
export interface WorkDirLock {
  release(): void;
}

/**
 * Takes the one lock of a work folder. It is an open SQLite transaction on a file of its own, so that the operating system
 * frees it whatever way this process ends.
 * @throws WORK_DIR_IN_USE when another process, or another relayer in this one, holds it.
 */
export function lockWorkDir(workDir: string, file = "relayer.lock"): WorkDirLock {
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
