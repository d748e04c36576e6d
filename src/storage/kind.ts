import { join } from "node:path";
import type { Migrations } from "./migration.ts";
import type { StorePlace } from "./open.ts";

/** The store of one kind of process. */
export interface StoreKind {
  /** Of the process; its lock in the work folder has this name too. */
  readonly name: string;
  /** Its file in the work folder, when it is in SQLite. */
  readonly file: string;
  /** Its schema in the database, when it is in PostgreSQL. */
  readonly schema: string;
  /** Every version of its tables, by names in their order. */
  readonly migrations: Migrations;
}

/** Where a process's store is. @param config What says so. */
export function placeOf(
  { file, schema }: StoreKind,
  { workDir, databaseUrl }: { readonly workDir: string; readonly databaseUrl: string | undefined },
): StorePlace {
  return databaseUrl === undefined ? { path: join(workDir, file) } : { databaseUrl, schema };
}
