import { migrationOf } from "../../../storage/migration.ts";

const STATEMENTS = [
  `create table leases (
    name text primary key, holder text not null, token integer not null, expires_ms integer not null) strict, without rowid`,
  "insert into leases (name, holder, token, expires_ms) values ('lead', '', 0, 0)",
  "alter table progress add column open_drop integer not null default 0",
  "alter table progress add column seen_block integer not null default 0",
] as const;

/** Who leads of several relayers, and how far any of them has looked when it took something in. */
export const severalRelayers = migrationOf(STATEMENTS);
