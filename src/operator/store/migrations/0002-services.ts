import { migrationOf } from "../../../storage/migration.ts";

const STATEMENTS = [
  `create table documents (
    id integer primary key autoincrement, hash text not null unique, type text not null, json text not null) strict`,
  `create table files (
    path text primary key, sha256 text not null, bytes integer not null, rows integer not null, digest text not null,
    signature text not null) strict, without rowid`,
  "create table account_keys (account text primary key, key text not null) strict, without rowid",

  `create table chain_vehicles (
    vehicle text primary key, rank integer not null, first_account text, since integer, until integer) strict, without rowid`,
  "create index chain_vehicles_of_account on chain_vehicles (first_account) where first_account is not null",
  `create table chain_tenures (
    vehicle text not null, account text not null, since integer not null, until integer not null,
    primary key (vehicle, account)) strict, without rowid`,
  "create index chain_tenures_of_account on chain_tenures (account)",

  `create table chain_tasks (
    task integer primary key, content_hash text not null, crystals integer not null, per_day integer not null,
    from_day integer not null, until_day integer not null) strict`,
  `create table awards (
    id integer primary key autoincrement, task integer not null, account text not null, occurrence text not null,
    crystals integer not null, awarded_at integer not null, day integer not null, digest text not null unique,
    signature text not null, state text not null, reason text, unique (task, account, occurrence)) strict`,
  "create index awards_of_day on awards (day, task, account)",
  "create index awards_waiting on awards (id) where state = 'waiting'",

  `create table chain_polls (
    poll integer primary key, content_hash text not null, options integer not null, weighting integer not null,
    snapshot_day integer not null, opens_at integer not null, closes_at integer not null, root text,
    counts_from integer, vetoes integer not null) strict`,
  `create table poll_requests (
    content_hash text primary key, reason text, acknowledged_vetoes integer not null) strict, without rowid`,
  `create table poll_counts (
    poll integer primary key, root text not null, tallies text not null, voters integer not null,
    data_digest text not null) strict`,
  `create table votes (
    digest text primary key, poll integer not null, account text not null, option integer not null,
    cast_at integer not null, signature text not null, weight text not null, received_at integer not null,
    receipt_signature text not null, participation text, unique (poll, account)) strict, without rowid`,
  "create index votes_without_award on votes (digest) where participation is null",
  `create table proposals (
    digest text primary key, account text not null, topic integer not null, content_hash text not null,
    submitted_at integer not null, signature text not null, received_at integer not null, day integer not null,
    salt text, text text, participation text) strict, without rowid`,
  "create index proposals_of_account on proposals (account, day)",
  "create index proposals_by_time on proposals (received_at, digest) where text is not null",
  "create index proposals_without_award on proposals (digest) where participation is null",

  "create table chain_milestones (milestone integer primary key, content_hash text not null) strict",
  `create table chain_attestations (
    milestone integer not null, account text not null, counts_from integer not null, revoked integer not null,
    primary key (milestone, account)) strict, without rowid`,
  "create index chain_attestations_of_account on chain_attestations (account)",
  "create table milestone_progress (milestone integer primary key, next_day integer not null) strict",
  `create table milestone_reached (
    milestone integer not null, account text not null, primary key (milestone, account)) strict, without rowid`,

  `create table chain_rounds (
    round integer primary key, content_hash text not null, root text not null, token text not null, amount text not null,
    day integer not null, accounts integer not null, total_weight text not null, deadline integer not null,
    claimable_from integer not null, cancelled integer not null, claimed text not null, returned text) strict`,
  `create table round_requests (
    id integer primary key autoincrement, content_hash text not null unique, number integer, root text, total_weight text,
    accounts integer, reason text) strict`,
] as const;

/** What the duties besides the mine box store. */
export const services = migrationOf(STATEMENTS);
