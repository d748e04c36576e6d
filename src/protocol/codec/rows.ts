import type { Hex } from "./bytes.ts";
import { fromHex, ZERO_HASH } from "./bytes.ts";
import { LEAF_KIND } from "./codes.ts";
import { hashWords, keccak } from "./keccak.ts";
import type { Reading } from "./reading.ts";

/** A row of a drop's published file: a reading, its signature and its leaf (docs/published-files.md). */
export interface DropRow extends Reading {
  readonly drop: number;
  readonly index: number;
  readonly r: Hex;
  readonly s: Hex;
  readonly account: Hex;
  readonly countedM: number;
  readonly vehicleDayAfterM: number;
  readonly accountAfterM: number;
  readonly prevVehicleLeaf: Hex;
  readonly prevAccountLeaf: Hex;
  readonly salt: Hex;
}

/** A row of a day's published file: both leaves of one account, opened (docs/published-files.md). */
export interface DayRow {
  readonly day: number;
  readonly index: number;
  readonly account: Hex;
  readonly metres: number;
  readonly headLeaf: Hex;
  readonly metresSalt: Hex;
  readonly prefixMetres: number;
  readonly metresPrefixSalt: Hex;
  readonly stones: bigint;
  readonly crystals: bigint;
  readonly headAward: Hex;
  readonly stonesSalt: Hex;
  readonly prefixStones: bigint;
  readonly prefixCrystals: bigint;
  readonly stonesPrefixSalt: Hex;
}

/** A row of a drop's published awards: a signed award and its leaf (docs/published-files.md). */
export interface AwardRow {
  readonly drop: number;
  readonly index: number;
  readonly task: number;
  readonly account: Hex;
  readonly occurrence: Hex;
  readonly crystals: number;
  readonly awardedAt: number;
  /** The task key's signature: r, s and v. */
  readonly r: Hex;
  readonly s: Hex;
  readonly v: number;
  readonly accountCrystalsAfter: bigint;
  readonly prevAwardLeaf: Hex;
  readonly salt: Hex;
}

/** A row of a poll's published votes: a signed vote and its leaf (docs/published-files.md). */
export interface VoteRow {
  readonly poll: number;
  readonly index: number;
  readonly account: Hex;
  readonly option: number;
  readonly castAt: number;
  /** keccak256 of the owner's signature `kind ‖ data`, which is of no fixed length. */
  readonly signatureHash: Hex;
  readonly weight: bigint;
  readonly salt: Hex;
}

/** A row of a benefit round's published parts (docs/published-files.md). */
export interface RoundRow {
  readonly round: number;
  readonly index: number;
  readonly account: Hex;
  readonly weight: bigint;
  readonly salt: Hex;
}

type ColumnType = "uint" | "bytes20" | "bytes32";

/** Columns of a drop's file in the order in which they are hashed. The file has row_salt and row_hash after them. */
export const DROP_COLUMNS = [
  { field: "drop", column: "drop", type: "uint" },
  { field: "index", column: "index", type: "uint" },
  { field: "vehicle", column: "vehicle", type: "bytes32" },
  { field: "sequence", column: "sequence", type: "uint" },
  { field: "startedAt", column: "started_at", type: "uint" },
  { field: "endedAt", column: "ended_at", type: "uint" },
  { field: "odometerStart", column: "odometer_start_m", type: "uint" },
  { field: "odometerEnd", column: "odometer_end_m", type: "uint" },
  { field: "takeovers", column: "takeovers", type: "uint" },
  { field: "categories", column: "categories", type: "uint" },
  { field: "payload", column: "payload", type: "bytes32" },
  { field: "r", column: "r", type: "bytes32" },
  { field: "s", column: "s", type: "bytes32" },
  { field: "account", column: "account", type: "bytes20" },
  { field: "countedM", column: "counted_m", type: "uint" },
  { field: "vehicleDayAfterM", column: "vehicle_day_after_m", type: "uint" },
  { field: "accountAfterM", column: "account_after_m", type: "uint" },
  { field: "prevVehicleLeaf", column: "prev_vehicle_leaf", type: "bytes32" },
  { field: "prevAccountLeaf", column: "prev_account_leaf", type: "bytes32" },
  { field: "salt", column: "salt", type: "bytes32" },
] as const satisfies readonly { field: keyof DropRow; column: string; type: ColumnType }[];

/** Columns of a day's file in the order in which they are hashed. The file has row_salt and row_hash after them. */
export const DAY_COLUMNS = [
  { field: "day", column: "day", type: "uint" },
  { field: "index", column: "index", type: "uint" },
  { field: "account", column: "account", type: "bytes20" },
  { field: "metres", column: "metres", type: "uint" },
  { field: "headLeaf", column: "head_leaf", type: "bytes32" },
  { field: "metresSalt", column: "metres_salt", type: "bytes32" },
  { field: "prefixMetres", column: "prefix_metres", type: "uint" },
  { field: "metresPrefixSalt", column: "metres_prefix_salt", type: "bytes32" },
  { field: "stones", column: "stones", type: "uint" },
  { field: "crystals", column: "crystals", type: "uint" },
  { field: "headAward", column: "head_award", type: "bytes32" },
  { field: "stonesSalt", column: "stones_salt", type: "bytes32" },
  { field: "prefixStones", column: "prefix_stones", type: "uint" },
  { field: "prefixCrystals", column: "prefix_crystals", type: "uint" },
  { field: "stonesPrefixSalt", column: "stones_prefix_salt", type: "bytes32" },
] as const satisfies readonly { field: keyof DayRow; column: string; type: ColumnType }[];

/** Columns of a drop's awards in the order in which they are hashed. The file has row_salt and row_hash after them. */
export const AWARD_COLUMNS = [
  { field: "drop", column: "drop", type: "uint" },
  { field: "index", column: "index", type: "uint" },
  { field: "task", column: "task", type: "uint" },
  { field: "account", column: "account", type: "bytes20" },
  { field: "occurrence", column: "occurrence", type: "bytes32" },
  { field: "crystals", column: "crystals", type: "uint" },
  { field: "awardedAt", column: "awarded_at", type: "uint" },
  { field: "r", column: "r", type: "bytes32" },
  { field: "s", column: "s", type: "bytes32" },
  { field: "v", column: "v", type: "uint" },
  { field: "accountCrystalsAfter", column: "account_crystals_after", type: "uint" },
  { field: "prevAwardLeaf", column: "prev_award_leaf", type: "bytes32" },
  { field: "salt", column: "salt", type: "bytes32" },
] as const satisfies readonly { field: keyof AwardRow; column: string; type: ColumnType }[];

/** Columns of a poll's votes in the order in which they are hashed. The file has row_salt and row_hash after them. */
export const VOTE_COLUMNS = [
  { field: "poll", column: "poll", type: "uint" },
  { field: "index", column: "index", type: "uint" },
  { field: "account", column: "account", type: "bytes20" },
  { field: "option", column: "option", type: "uint" },
  { field: "castAt", column: "cast_at", type: "uint" },
  { field: "signatureHash", column: "signature_hash", type: "bytes32" },
  { field: "weight", column: "weight", type: "uint" },
  { field: "salt", column: "salt", type: "bytes32" },
] as const satisfies readonly { field: keyof VoteRow; column: string; type: ColumnType }[];

/** Columns of a benefit round's parts in the order in which they are hashed. The file has row_salt and row_hash after them. */
export const ROUND_COLUMNS = [
  { field: "round", column: "round", type: "uint" },
  { field: "index", column: "index", type: "uint" },
  { field: "account", column: "account", type: "bytes20" },
  { field: "weight", column: "weight", type: "uint" },
  { field: "salt", column: "salt", type: "bytes32" },
] as const satisfies readonly { field: keyof RoundRow; column: string; type: ColumnType }[];

/** First words of the hashed column lists, so that a row of one file is never one of another. */
const DROP_ROW_KIND = LEAF_KIND.mileage;
const AWARD_ROW_KIND = LEAF_KIND.award;
const DAY_ROW_KIND = LEAF_KIND.stones;
const VOTE_ROW_KIND = LEAF_KIND.vote;
const ROUND_ROW_KIND = LEAF_KIND.round;

/** Kinds in the HMAC that makes row salts (docs/protocol.md 12.1): apart from every leaf's. */
export const ROW_SALT_KIND = {
  drop: 16 + DROP_ROW_KIND,
  award: 16 + AWARD_ROW_KIND,
  day: 16 + DAY_ROW_KIND,
  vote: 16 + VOTE_ROW_KIND,
  round: 16 + ROUND_ROW_KIND,
} as const;

/** `keccak256(abi.encode(rowSalt, keccak256(abi.encode(kind, columns…))))` of a row of a drop's file. */
export function hashDropRow(row: DropRow, rowSalt: Hex): Hex {
  return hashWords([rowSalt, hashWords([DROP_ROW_KIND, ...DROP_COLUMNS.map(({ field }) => row[field])])]);
}

/** `keccak256(abi.encode(rowSalt, keccak256(abi.encode(kind, columns…))))` of a row of a day's file. */
export function hashDayRow(row: DayRow, rowSalt: Hex): Hex {
  return hashWords([rowSalt, hashWords([DAY_ROW_KIND, ...DAY_COLUMNS.map(({ field }) => row[field])])]);
}

/** `keccak256(abi.encode(rowSalt, keccak256(abi.encode(kind, columns…))))` of a row of a drop's awards. */
export function hashAwardRow(row: AwardRow, rowSalt: Hex): Hex {
  return hashWords([rowSalt, hashWords([AWARD_ROW_KIND, ...AWARD_COLUMNS.map(({ field }) => row[field])])]);
}

/** `keccak256(abi.encode(rowSalt, keccak256(abi.encode(kind, columns…))))` of a row of a poll's votes. */
export function hashVoteRow(row: VoteRow, rowSalt: Hex): Hex {
  return hashWords([rowSalt, hashWords([VOTE_ROW_KIND, ...VOTE_COLUMNS.map(({ field }) => row[field])])]);
}

/** `keccak256(abi.encode(rowSalt, keccak256(abi.encode(kind, columns…))))` of a row of a benefit round's parts. */
export function hashRoundRow(row: RoundRow, rowSalt: Hex): Hex {
  return hashWords([rowSalt, hashWords([ROUND_ROW_KIND, ...ROUND_COLUMNS.map(({ field }) => row[field])])]);
}

/**
 * The digest of what is published of a drop: of its readings alone when it has no awards, as always before tasks, else of both.
 * @param readings Digest of the readings' file, 0 without readings.
 * @param awards Digest of the awards' file, 0 without awards.
 */
export function dropDigest(readings: Hex, awards: Hex): Hex {
  return awards === ZERO_HASH ? readings : dataDigest([readings, awards]);
}

/** The dataDigest of a call: `keccak256(abi.encodePacked(file digests in order))`; an empty drop's digest is 0. */
export function dataDigest(fileDigests: readonly Hex[]): Hex {
  return keccak(fromHex(`0x${fileDigests.map((digest) => digest.slice(2)).join("")}`, 32 * fileDigests.length));
}

/** Where a drop's rows are published, below the files folder. An empty drop has no file. */
export function dropFilePath(drop: number): string {
  return `drops/${String(drop).padStart(8, "0")}.parquet`;
}

/** Where a drop's awards are published, below the files folder. A drop without awards has no such file. */
export function awardFilePath(drop: number): string {
  return `awards/${String(drop).padStart(8, "0")}.parquet`;
}

/** Where a poll's votes are published, below the files folder. A poll without votes has no file. */
export function pollFilePath(poll: number): string {
  return `polls/${String(poll).padStart(6, "0")}.parquet`;
}

/** Where a benefit round's parts are published, below the files folder. */
export function roundFilePath(round: number): string {
  return `rounds/${String(round).padStart(6, "0")}.parquet`;
}

/** Where a day's rows are published, below the files folder. A day without accounts has no file. */
export function dayFilePath(day: number): string {
  return `days/${String(day).padStart(6, "0")}.parquet`;
}

/** One line of `manifest.jsonl`: names the bytes of one published file. A later line for a path replaces earlier ones. */
export interface ManifestEntry {
  readonly path: string;
  readonly sha256: Hex;
  readonly bytes: number;
  readonly rows: number;
  /** SimpleMerkleTree root over the row hashes. */
  readonly digest: Hex;
  /** EIP-712 `PublishedFile` in DropAnchor's domain by a receipt key, 65 bytes r ‖ s ‖ v. */
  readonly signature: Hex;
}
