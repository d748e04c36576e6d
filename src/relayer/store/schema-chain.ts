import type { Generated } from "kysely";
import type { Hex } from "../../protocol/codec/bytes.ts";
import type { ExclusionState } from "../../protocol/codec/codes.ts";

// The projection of the chain's final events. As in schema.ts: units are decimal text, booleans 0 and 1, times unix seconds.

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

/** The projection's tables. */
export interface ChainSchema {
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
] as const satisfies readonly (keyof ChainSchema)[];
