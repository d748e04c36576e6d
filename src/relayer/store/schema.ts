import type { Generated } from "kysely";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { LeasesTable } from "../../storage/lease.ts";
import type { MetaTable } from "../../storage/open.ts";
import type { ChainSchema } from "./schema-chain.ts";

// Units of stones stand as decimal text: they pass 2^53. Booleans are 0 and 1. Times are unix seconds, 0 = none.

export type OutboxState = "queued" | "signed" | "sent" | "mined" | "final" | "failed";
export type IntentState = "queued" | "sent" | "done" | "skipped" | "failed";

/** One row: what is closed next, and how far taking in has come. */
interface ProgressTable {
  id: number;
  next_drop: number;
  next_day: number;
  /** The newest drop that anything was taken into. */
  open_drop: Generated<number>;
  /** The newest block by which anything was judged. */
  seen_block: Generated<number>;
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

/** What was measured during a reading, as its car sealed it for the owner; this programme cannot read it. */
export interface SealedSamplesTable {
  /** Of the reading: its key. */
  drop_no: number;
  vehicle: Hex;
  sequence: number;
  account: Hex;
  /** Of the grant of consent under which it is kept. */
  consent_version: number;
  /** The first second in which it is kept no longer. */
  keep_until: number;
  sealed: string;
}

/** Accounts whose sealed samples are to be deleted, since their consent for keeping them was withdrawn. */
interface SamplesErasuresTable {
  account: Hex;
  /** Of the withdrawal: what was kept under earlier grants goes. */
  version: number;
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
export interface Schema extends ChainSchema {
  meta: MetaTable;
  progress: ProgressTable;
  leases: LeasesTable;
  vehicle_states: VehicleStatesTable;
  readings: ReadingsTable;
  sealed_samples: SealedSamplesTable;
  samples_erasures: SamplesErasuresTable;
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
