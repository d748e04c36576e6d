import { LEASES } from "../../../storage/lease.ts";
import { migrationOf } from "../../../storage/migration.ts";

const STATEMENTS = [
  ...LEASES,
  "alter table progress add column open_drop integer not null default 0",
  "alter table progress add column seen_block integer not null default 0",
] as const;

/** Who leads of several relayers, and how far any of them has looked when it took something in. */
export const severalRelayers = migrationOf(STATEMENTS);
