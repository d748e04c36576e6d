import { LEASES } from "../../../storage/lease.ts";
import { migrationOf } from "../../../storage/migration.ts";

const STATEMENTS = [
  "create table meta (key text primary key, value text not null) strict",
  `create table progress (
    id integer primary key check (id = 1),
    next_drop integer not null, next_day integer not null, open_drop integer not null default 0,
    seen_block integer not null default 0) strict`,
  ...LEASES,

  `create table chain_cursor (
    id integer primary key check (id = 1),
    block integer not null, block_hash text not null, block_time integer not null) strict`,
  "create table chain_rules (version integer primary key, from_day integer not null, rules text not null) strict",
  `create table chain_consents (
    account text not null, recipient text not null, purpose integer not null, version integer not null,
    categories integer not null, granted integer not null, expires integer not null, notice integer not null,
    revoked integer not null, replaced integer not null,
    primary key (account, recipient, purpose, version)) strict, without rowid`,
  `create table chain_vehicles (
    vehicle text primary key, rank integer not null, account text, since integer not null, until integer not null,
    release text not null) strict, without rowid`,
  "create index chain_vehicles_of_account on chain_vehicles (account) where account is not null",
  `create table chain_tenures (
    id integer primary key autoincrement, vehicle text not null, account text not null, until integer not null) strict`,
  "create index chain_tenures_of_vehicle on chain_tenures (vehicle, id)",
  "create index chain_tenures_of_account on chain_tenures (account)",
  "create table chain_moves (account text primary key, target text not null) strict, without rowid",
  "create index chain_moves_to on chain_moves (target)",
  "create table chain_recoveries (account text primary key, number text not null) strict, without rowid",
  "create table chain_seasons (season integer primary key, price integer not null, crystals text not null) strict",
  `create table chain_boxes (
    account text primary key, boxes text not null, season integer not null, crystals text not null,
    credited text not null) strict, without rowid`,
  `create table chain_tasks (
    task integer primary key, crystals integer not null, per_day integer not null, from_day integer not null,
    until_day integer not null, content_hash text not null) strict`,
  `create table chain_task_keys (
    key text primary key, from_time integer not null, until_time integer not null) strict, without rowid`,
  `create table chain_exclusions (
    id integer primary key autoincrement, account text not null, number integer not null, reason integer not null,
    evidence_hash text not null, state text not null, from_day integer not null, until_day integer not null,
    decide_by integer not null, followed integer not null) strict`,
  "create index chain_exclusions_of_account on chain_exclusions (account, id)",
  `create table chain_successor (
    id integer primary key check (id = 1), successor text not null, migratable_from integer not null) strict`,
  `create table chain_migrations (
    account text not null, successor text not null, units text not null,
    primary key (account, successor)) strict, without rowid`,
  `create table chain_keys (
    id integer primary key autoincrement, vehicle text not null, x text not null, y text not null,
    from_time integer not null, until_time integer not null) strict`,
  "create index chain_keys_of_vehicle on chain_keys (vehicle, id)",
  `create table chain_drops (
    drop_no integer primary key, root text not null, tx text not null, block integer not null) strict`,
  `create table chain_days (
    day integer primary key, stones_root text not null, metres_root text not null, accounts integer not null,
    total_stones text not null, total_crystals text not null, total_metres integer not null,
    creditable_at integer not null, data_digest text not null, tx text not null, block integer not null) strict`,
  "create table chain_vetoes (day integer primary key, not_before integer not null) strict",
  `create table chain_stones (
    account text primary key, mined text not null, received text not null, out text not null,
    reserved text not null) strict, without rowid`,
  `create table chain_vouchers (
    account text not null, item integer not null, count integer not null,
    primary key (account, item)) strict, without rowid`,
  "create table chain_items (item integer primary key, terms text not null) strict",
  `create table chain_orders (
    order_id text primary key, account text not null, item integer not null, vehicle text not null, price text not null,
    status text not null, deadline integer not null, tx text not null, block integer not null) strict, without rowid`,
  "create index chain_orders_of_account on chain_orders (account)",

  `create table vehicle_states (
    vehicle text primary key, sequence integer not null, ended_at integer not null, odometer_end integer not null,
    head_leaf text, counted_day integer not null, counted_m integer not null) strict, without rowid`,
  `create table readings (
    digest text not null unique, vehicle text not null, sequence integer not null, started_at integer not null,
    ended_at integer not null, odometer_start integer not null, odometer_end integer not null,
    takeovers integer not null, categories integer not null, payload text not null, signature text not null,
    account text not null, drop_no integer not null, deadline integer not null, receipt_signature text not null,
    primary key (drop_no, vehicle, sequence)) strict, without rowid`,
  `create table sealed_samples (
    drop_no integer not null, vehicle text not null, sequence integer not null, account text not null,
    consent_version integer not null, keep_until integer not null, sealed text not null,
    primary key (drop_no, vehicle, sequence)) strict`,
  "create index sealed_samples_by_end on sealed_samples (keep_until)",
  "create index sealed_samples_of_account on sealed_samples (account)",
  "create table samples_erasures (account text primary key, version integer not null) strict, without rowid",
  `create table leaves (
    drop_no integer not null, leaf_index integer not null, digest text not null unique, counted_m integer not null,
    vehicle_day_after_m integer not null, account_after_m integer not null, prev_vehicle_leaf text not null,
    prev_account_leaf text not null, salt text not null, leaf_hash text not null,
    primary key (drop_no, leaf_index)) strict, without rowid`,
  `create table awards (
    seq integer primary key autoincrement, digest text not null unique, task integer not null, account text not null,
    occurrence text not null, crystals integer not null, awarded_at integer not null, awarded_on integer not null,
    signature text not null, drop_no integer not null, unique (account, task, occurrence)) strict`,
  "create index awards_of_drop on awards (drop_no)",
  "create index awards_of_account on awards (account, seq)",
  "create index awards_of_account_day on awards (account, task, awarded_on)",
  "create table award_days (day integer primary key, crystals integer not null) strict",
  `create table award_leaves (
    drop_no integer not null, leaf_index integer not null, digest text not null unique,
    account_crystals_after text not null, prev_award_leaf text not null, salt text not null, leaf_hash text not null,
    primary key (drop_no, leaf_index)) strict, without rowid`,
  `create table refusals (
    seq integer primary key autoincrement, account text not null, digest text not null, vehicle text not null,
    code text not null, at integer not null, unique (digest, code)) strict`,
  "create index refusals_of_account on refusals (account, seq)",
  "create table counters (name text primary key, value integer not null) strict, without rowid",

  `create table accounts (
    address text primary key, idx integer unique, account_key text not null, metres integer not null,
    head_leaf text not null, head_award text not null, stones text not null, crystals text not null) strict, without rowid`,
  `create table account_days (
    day integer not null, account text not null, metres integer not null, primary key (day, account)) strict, without rowid`,
  `create table drops (
    drop_no integer primary key, readings integer not null, awards integer not null, root text not null,
    digest text not null, awards_digest text not null, published integer not null) strict`,
  "create index drops_unpublished on drops (drop_no) where published = 0",
  `create table days (
    day integer primary key, accounts integer not null, stones_root text not null, metres_root text not null,
    total_stones text not null, total_crystals text not null, total_metres integer not null, digest text not null,
    data_digest text not null, day_key text not null, published integer not null) strict`,
  `create table files (
    path text primary key, sha256 text not null, bytes integer not null, rows integer not null, digest text not null,
    signature text not null) strict`,

  `create table intents (
    seq integer primary key autoincrement, id text not null unique, kind text not null, account text not null,
    message text not null, signature text not null, device_signature text, target_signature text,
    effect text not null, state text not null, reason text, outbox_id integer, position integer, reverts integer not null, received_at integer not null,
    not_before integer not null, receipt_signature text) strict`,
  "create unique index intents_waiting on intents (effect) where state in ('queued', 'sent')",
  "create index intents_by_state on intents (state, seq)",
  "create index intents_of_account on intents (account, kind)",
  "create index intents_of_batch on intents (outbox_id) where outbox_id is not null",
  `create table outbox (
    id integer primary key autoincrement, key text not null unique, kind text not null, payload text not null,
    items integer not null, state text not null, sender text, nonce integer, tx text, mined_block integer, mined_hash text,
    reverted integer not null, gas_used integer not null, reason text, preflights integer not null) strict`,
  "create index outbox_open on outbox (state, id) where state in ('queued', 'signed', 'sent', 'mined')",
  "create unique index outbox_of_nonce on outbox (sender, nonce)",
  "create table senders (address text primary key, next_nonce integer not null) strict, without rowid",
  `create table attempts (
    hash text primary key, outbox_id integer not null references outbox (id), raw text not null, max_fee text not null,
    priority_fee text not null) strict, without rowid`,
  "create index attempts_of_row on attempts (outbox_id)",
  "create table pushes (day integer primary key, done integer not null) strict",
] as const;

/** Everything that the first version stores. */
export const tables = migrationOf(STATEMENTS);
