import { migrationOf } from "../../../storage/migration.ts";

const STATEMENTS = [
  "create table meta (key text primary key, value text not null) strict",
  `create table chain_cursor (
    id integer primary key check (id = 1),
    block integer not null, block_hash text not null, block_time integer not null) strict`,

  "create table box_chains (tip text primary key, last_link text not null, links integer not null) strict",
  `create table chain_box_seasons (
    season integer primary key, terms text not null, tip text not null, first_drop integer not null,
    end_drop integer not null, vetoed integer not null, closed integer not null, forced_from integer) strict`,
  `create table chain_box_requests (
    account text not null, first_box integer not null, count integer not null, season integer not null,
    drop_no integer not null, salt text not null, block integer not null, tx text not null, tiers text, opened_tx text,
    primary key (account, first_box)) strict, without rowid`,
  "create index chain_box_requests_waiting on chain_box_requests (block, account) where tiers is null",
  "create index chain_box_requests_of_drop on chain_box_requests (season, drop_no)",
  `create table chain_box_reveals (
    season integer not null, position integer not null, drop_no integer not null, link text not null,
    primary key (season, position), unique (season, drop_no)) strict, without rowid`,
  "create table chain_box_claims (account text primary key, units text not null) strict, without rowid",
  "create table chain_box_holders (vehicle text primary key, account text not null) strict, without rowid",
  "create index chain_box_holders_of_account on chain_box_holders (account)",
] as const;

/** The cursor, and what the box duty stores. */
export const initial = migrationOf(STATEMENTS);
