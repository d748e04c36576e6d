import type { Generated } from "kysely";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { ExclusionState } from "../../protocol/codec/codes.ts";
import type { LeasesTable } from "../../storage/lease.ts";
import type { MetaTable } from "../../storage/open.ts";

// Units of stones stand as decimal text: they pass 2^53. Booleans are 0 and 1. Times are unix seconds, 0 = none.

export type OutboxState = "queued" | "signed" | "sent" | "mined" | "final" | "failed";
export type IntentState = "queued" | "sent" | "done" | "skipped" | "failed";

/** One row: what is closed next, and the nonce that is given out next. */
interface ProgressTable {
  id: number;
  next_drop: number;
  next_day: number;
  /** The newest drop that anything was taken into. */
  open_drop: Generated<number>;
  /** The newest block by which anything was judged. */
  seen_block: Generated<number>;
}

interface ChainCursorTable {
  id: number;
  block: number;
  block_hash: Hex;
  block_time: number;
}

interface ChainRulesTable {
  version: number;
  from_day: number;
  rules: string;
}

export interface ChainConsentsTable {
  account: Hex;
  recipient: Hex;
  purpose: number;
  /** The version that the grant made: odd. */
  version: number;
  categories: number;
  granted: number;
  expires: number;
  notice: number;
  /** When it was withdrawn. */
  revoked: number;
  /** When the next grant took its place. */
  replaced: number;
}

interface ChainVehiclesTable {
  vehicle: Hex;
  rank: number;
  /** The newest holder. */
  account: Hex | null;
  /** When it was paired, under whatever account. */
  since: number;
  until: number;
  release: "none" | "requested" | "contested";
}

/** An account that held a vehicle until it moved and the vehicle followed. */
interface ChainTenuresTable {
  id: Generated<number>;
  vehicle: Hex;
  account: Hex;
  until: number;
}

/** Where an account's pointer leads. */
interface ChainMovesTable {
  account: Hex;
  target: Hex;
}

/** A recovery that is announced: of an account, by its number. */
interface ChainRecoveriesTable {
  account: Hex;
  number: string;
}

interface ChainSeasonsTable {
  season: number;
  /** Crystals per box. */
  price: number;
  /** Crystals that each tier gives, as JSON in order of tier. */
  crystals: string;
}

/** What an account plays with. */
interface ChainBoxesTable {
  account: Hex;
  /** Requested so far, over all seasons. */
  boxes: string;
  /** Of its last request. */
  season: number;
  /** That it can spend. */
  crystals: string;
  /** Credited from its own leaves, cumulative. */
  credited: string;
}

interface ChainTasksTable {
  task: number;
  crystals: number;
  per_day: number;
  from_day: number;
  /** First day on which it is not awarded, 0 = open. */
  until_day: number;
  content_hash: Hex;
}

interface ChainTaskKeysTable {
  key: Hex;
  from_time: number;
  until_time: number;
}

/** Exclusions of accounts, each account's in the order of the contract. */
export interface ChainExclusionsTable {
  id: Generated<number>;
  account: Hex;
  number: number;
  reason: number;
  evidence_hash: Hex;
  state: Exclude<ExclusionState, "none">;
  from_day: number;
  until_day: number;
  decide_by: number;
  /** It goes on under the account that stands for this one. */
  followed: number;
}

/** One row: the announced successor of the ledger. */
interface ChainSuccessorTable {
  id: number;
  successor: Hex;
  migratable_from: number;
}

/** Units that an account migrated to a successor so far. */
interface ChainMigrationsTable {
  account: Hex;
  successor: Hex;
  units: string;
}

interface ChainKeysTable {
  id: Generated<number>;
  vehicle: Hex;
  x: Hex;
  y: Hex;
  from_time: number;
  until_time: number;
}

interface ChainDropsTable {
  drop_no: number;
  root: Hex;
  tx: Hex;
  block: number;
}

interface ChainDaysTable {
  day: number;
  stones_root: Hex;
  metres_root: Hex;
  accounts: number;
  total_stones: string;
  total_crystals: string;
  total_metres: number;
  creditable_at: number;
  data_digest: Hex;
  tx: Hex;
  block: number;
}

/** A day that was vetoed, and from when it may be settled again. */
interface ChainVetoesTable {
  day: number;
  not_before: number;
}

/** The ledger's four sums of an account. */
interface ChainStonesTable {
  account: Hex;
  mined: string;
  /** Prizes, and what came by moves. */
  received: string;
  /** Spent, moved on or migrated. */
  out: string;
  reserved: string;
}

interface ChainVouchersTable {
  account: Hex;
  item: number;
  count: number;
}

interface ChainItemsTable {
  item: number;
  terms: string;
}

export interface ChainOrdersTable {
  order_id: Hex;
  account: Hex;
  item: number;
  vehicle: Hex;
  /** 0 when a voucher paid. */
  price: string;
  status: "placed" | "fulfilled" | "objected" | "completed" | "cancelled" | "refunded";
  deadline: number;
  tx: Hex;
  block: number;
}

interface VehicleStatesTable {
  vehicle: Hex;
  /** Of the last accepted reading. */
  sequence: number;
  ended_at: number;
  odometer_end: number;
  /** Of the last reading in a closed drop, if there is one. */
  head_leaf: Hex | null;
  counted_day: number;
  counted_m: number;
}

export interface ReadingsTable {
  digest: Hex;
  vehicle: Hex;
  sequence: number;
  started_at: number;
  ended_at: number;
  odometer_start: number;
  odometer_end: number;
  takeovers: number;
  categories: number;
  payload: Hex;
  signature: Hex;
  account: Hex;
  drop_no: number;
  deadline: number;
  receipt_signature: Hex;
}

/** Where a reading stands in its drop, written when the drop closes. */
export interface LeavesTable {
  drop_no: number;
  leaf_index: number;
  digest: Hex;
  counted_m: number;
  vehicle_day_after_m: number;
  account_after_m: number;
  prev_vehicle_leaf: Hex;
  prev_account_leaf: Hex;
  salt: Hex;
  leaf_hash: Hex;
}

/** Accepted task awards. */
export interface AwardsTable {
  seq: Generated<number>;
  digest: Hex;
  task: number;
  account: Hex;
  occurrence: Hex;
  crystals: number;
  awarded_at: number;
  /** The day of that moment. */
  awarded_on: number;
  signature: Hex;
  drop_no: number;
}

/** Crystals awarded in the drops of a day so far. */
interface AwardDaysTable {
  day: number;
  crystals: number;
}

/** Where an award stands in its drop, written when the drop closes. */
export interface AwardLeavesTable {
  drop_no: number;
  /** Counted among the drop's awards. */
  leaf_index: number;
  digest: Hex;
  account_crystals_after: string;
  prev_award_leaf: Hex;
  salt: Hex;
  leaf_hash: Hex;
}

interface RefusalsTable {
  seq: Generated<number>;
  account: Hex;
  digest: Hex;
  vehicle: Hex;
  code: string;
  at: number;
}

interface CountersTable {
  name: string;
  value: number;
}

interface AccountsTable {
  address: Hex;
  idx: number | null;
  account_key: Hex;
  metres: number;
  head_leaf: Hex;
  /** Of its last award, or zero. */
  head_award: Hex;
  stones: string;
  /** Awarded in closed drops, cumulative. */
  crystals: string;
}

interface AccountDaysTable {
  day: number;
  account: Hex;
  metres: number;
}

export interface DropsTable {
  drop_no: number;
  readings: number;
  awards: number;
  root: Hex;
  /** Of the readings' file, 0 without readings. */
  digest: Hex;
  /** Of the awards' file, 0 without awards. */
  awards_digest: Hex;
  published: number;
}

export interface DaysTable {
  day: number;
  accounts: number;
  stones_root: Hex;
  metres_root: Hex;
  total_stones: string;
  total_crystals: string;
  total_metres: number;
  digest: Hex;
  data_digest: Hex;
  day_key: Hex;
  published: number;
}

interface FilesTable {
  path: string;
  sha256: Hex;
  bytes: number;
  rows: number;
  digest: Hex;
  signature: Hex;
}

export interface IntentsTable {
  seq: Generated<number>;
  id: Hex;
  kind: string;
  account: Hex;
  message: string;
  signature: Hex;
  device_signature: Hex | null;
  /** Of the account to which an account moves. */
  target_signature: Hex | null;
  /** What it would change; of the intents that wait, only one may name the same. */
  effect: string;
  state: IntentState;
  reason: string | null;
  outbox_id: number | null;
  position: number | null;
  /** Batches that held it and reverted; after the first it goes alone. */
  reverts: number;
  received_at: number;
  /** Chain time that must have passed before it is sent. */
  not_before: number;
  receipt_signature: Hex | null;
}

export interface OutboxTable {
  id: Generated<number>;
  key: string;
  kind: string;
  payload: string;
  items: number;
  state: OutboxState;
  /** Whose nonce it is, once it is signed. */
  sender: Hex | null;
  nonce: number | null;
  tx: Hex | null;
  mined_block: number | null;
  mined_hash: Hex | null;
  reverted: number;
  gas_used: number;
  reason: string | null;
  preflights: number;
}

/** A key that sends, and the nonce of its next transaction. */
interface SendersTable {
  address: Hex;
  next_nonce: number;
}

export interface AttemptsTable {
  hash: Hex;
  outbox_id: number;
  raw: Hex;
  max_fee: string;
  priority_fee: string;
}

interface PushesTable {
  day: number;
  done: number;
}

/** All tables of a relayer. Those that begin with `chain_` are a projection of final blocks and can be made again. */
export interface Schema {
  meta: MetaTable;
  progress: ProgressTable;
  leases: LeasesTable;
  chain_cursor: ChainCursorTable;
  chain_rules: ChainRulesTable;
  chain_consents: ChainConsentsTable;
  chain_vehicles: ChainVehiclesTable;
  chain_tenures: ChainTenuresTable;
  chain_moves: ChainMovesTable;
  chain_recoveries: ChainRecoveriesTable;
  chain_seasons: ChainSeasonsTable;
  chain_boxes: ChainBoxesTable;
  chain_tasks: ChainTasksTable;
  chain_task_keys: ChainTaskKeysTable;
  chain_exclusions: ChainExclusionsTable;
  chain_successor: ChainSuccessorTable;
  chain_migrations: ChainMigrationsTable;
  chain_keys: ChainKeysTable;
  chain_drops: ChainDropsTable;
  chain_days: ChainDaysTable;
  chain_vetoes: ChainVetoesTable;
  chain_stones: ChainStonesTable;
  chain_vouchers: ChainVouchersTable;
  chain_items: ChainItemsTable;
  chain_orders: ChainOrdersTable;
  vehicle_states: VehicleStatesTable;
  readings: ReadingsTable;
  leaves: LeavesTable;
  awards: AwardsTable;
  award_days: AwardDaysTable;
  award_leaves: AwardLeavesTable;
  refusals: RefusalsTable;
  counters: CountersTable;
  accounts: AccountsTable;
  account_days: AccountDaysTable;
  drops: DropsTable;
  days: DaysTable;
  files: FilesTable;
  intents: IntentsTable;
  outbox: OutboxTable;
  attempts: AttemptsTable;
  senders: SendersTable;
  pushes: PushesTable;
}

/** The projection's tables, emptied when it is made again. */
export const CHAIN_TABLES = [
  "chain_cursor",
  "chain_rules",
  "chain_consents",
  "chain_vehicles",
  "chain_tenures",
  "chain_moves",
  "chain_recoveries",
  "chain_seasons",
  "chain_boxes",
  "chain_tasks",
  "chain_task_keys",
  "chain_exclusions",
  "chain_successor",
  "chain_migrations",
  "chain_keys",
  "chain_drops",
  "chain_days",
  "chain_vetoes",
  "chain_stones",
  "chain_vouchers",
  "chain_items",
  "chain_orders",
] as const satisfies readonly (keyof Schema)[];
