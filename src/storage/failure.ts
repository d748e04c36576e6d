import { CairnError } from "../protocol/errors.ts";

// Primary result codes of SQLite (sqlite3.h): the low byte of an extended code.
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

const UNWRITABLE: ReadonlySet<number> = new Set([SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN]);
const DAMAGED: ReadonlySet<number> = new Set([SQLITE_CORRUPT, SQLITE_NOTADB]);
const UNWRITABLE_FILES: ReadonlySet<unknown> = new Set(["ENOSPC", "EROFS", "EDQUOT", "EIO"]);

/** What a store's own error means: STORE_FULL or STORE_DAMAGED, or the error as it is. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  if (typeof errcode === "number") {
    if (UNWRITABLE.has(errcode & 0xff)) return new CairnError("STORE_FULL", undefined, { cause: error });
    if (DAMAGED.has(errcode & 0xff)) return new CairnError("STORE_DAMAGED", undefined, { cause: error });
  }
  if (UNWRITABLE_FILES.has(code)) return new CairnError("STORE_FULL", undefined, { cause: error });
  return error;
}

/** Runs a store operation; its own errors come out as codes of the registry. */
export async function guardStore<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw storeError(error);
  }
}
