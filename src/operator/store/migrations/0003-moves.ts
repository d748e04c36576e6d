import { migrationOf } from "../../../storage/migration.ts";

/** What follows accounts that moved. */
export const moves = migrationOf([
  "create table chain_moves (account text primary key, to_account text not null) strict, without rowid",
  `create table chain_box_gains (
    account text not null, item integer not null, block integer not null,
    primary key (account, item)) strict, without rowid`,
  // Both tables tell of blocks that the mirrors have passed: all are filled again from the deployment on.
  "delete from meta where key = 'mirrors'",
]);
