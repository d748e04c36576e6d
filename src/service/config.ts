import { type Hex, lowerHex } from "../protocol/codec/bytes.ts";
import { CairnError } from "../protocol/errors.ts";
import { isDatabaseUrl } from "../storage/postgres.ts";
import type { FinalityRule } from "./finality.ts";

/** What every long-running process of a programme is configured with. */
export interface ServiceConfig {
  /** HTTP URL of a node. */
  readonly rpcUrl: string;
  /** Work folder: holds deployment.json, takes the process's database. */
  readonly workDir: string;
  /** Address of a PostgreSQL database in place of a file in the work folder; may hold a password. */
  readonly databaseUrl: string | undefined;
  /** Port on 127.0.0.1, 0 = a free one. */
  readonly port: number;
  /** Milliseconds between two looks at a chain that does not move. */
  readonly pollMs: number;
  readonly finality: FinalityRule;
  /** Most that is paid per gas, wei; the configuration's file has it in gwei. */
  readonly maxFeePerGas: bigint;
  readonly logLevel: LogLevel;
  /** Free space below which nothing new is taken in: room to finish what is under way. */
  readonly reserveDiskMb: number;
}

const WEI_PER_GWEI = 1e9;

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

const SERVICE_KEYS = [
  "rpcUrl",
  "workDir",
  "databaseUrl",
  "port",
  "pollMs",
  "finalityDepth",
  "finalFile",
  "maxFeePerGasGwei",
  "logLevel",
  "reserveDiskMb",
] as const;

/** A configuration as it was parsed from JSON, with its members still to be judged. */
export type ConfigFields = Readonly<Record<string, unknown>>;

/**
 * The members of a configuration.
 * @param own Names of members besides those of every service.
 * @throws CONFIG_INVALID when it is no object or names a member that nobody knows.
 */
export function configFields(value: unknown, own: readonly string[]): ConfigFields {
  return fieldsOf(value, "the configuration", [...SERVICE_KEYS, ...own]);
}

/** The members of an object within a configuration. @throws CONFIG_INVALID as {@link configFields}. */
export function fieldsOf(value: unknown, field: string, known: readonly string[]): ConfigFields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return invalid(field, "an object");
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  return unknown === undefined ? (value as ConfigFields) : invalid(unknown, "a known field");
}

/** Reads what every service has. @throws CONFIG_INVALID naming the first field that is wrong. */
export function parseServiceConfig(fields: ConfigFields): ServiceConfig {
  return {
    rpcUrl: url(fields.rpcUrl, "rpcUrl"),
    workDir: text(fields.workDir, "workDir"),
    databaseUrl: databaseUrlOf(fields.databaseUrl),
    port: whole(fields.port ?? 0, "port", { least: 0, most: 65_535 }),
    pollMs: whole(fields.pollMs ?? 1_000, "pollMs", { least: 1, most: 600_000 }),
    finality: finality(fields),
    maxFeePerGas: BigInt(Math.round(positive(fields.maxFeePerGasGwei ?? 100, "maxFeePerGasGwei") * WEI_PER_GWEI)),
    logLevel: optional(fields.logLevel, logLevel) ?? "info",
    reserveDiskMb: whole(fields.reserveDiskMb ?? 64, "reserveDiskMb", { least: 0, most: 1_000_000 }),
  };
}

/**
 * The address of the database: what the configuration says, else the variable DATABASE_URL.
 * @returns Undefined when neither says anything: then the store is a file.
 * @throws CONFIG_INVALID, without the address, for anything but a postgres:// or postgresql:// URL.
 */
export function databaseUrlOf(configured: unknown): string | undefined {
  const given = configured ?? (process.env.DATABASE_URL || undefined);
  if (given === undefined) return undefined;
  if (typeof given === "string" && isDatabaseUrl(given)) return given;
  return invalid("databaseUrl", "a postgres:// or postgresql:// URL");
}

/** What must stay free on the disk of each folder that a service writes to. */
export function diskReserve(
  { reserveDiskMb }: ServiceConfig,
  folders: readonly string[],
): { folders: readonly string[]; bytes: number } {
  return { folders, bytes: reserveDiskMb * 1_000_000 };
}

/** Refuses a field. @throws CONFIG_INVALID, always. */
export function invalid(field: string, wanted: string): never {
  throw new CairnError("CONFIG_INVALID", `${field} is not ${wanted}`, { details: { field } });
}

export function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

export function text(value: unknown, field: string): string {
  if (typeof value !== "string" || value === "") return invalid(field, "a text");
  return value;
}

export function whole(value: unknown, field: string, range: { least: number; most: number }): number {
  const fits = typeof value === "number" && Number.isInteger(value) && value >= range.least && value <= range.most;
  return fits ? value : invalid(field, `a whole number from ${range.least} to ${range.most}`);
}

/** A private key. */
export function key(value: unknown, field: string): Hex {
  // The value itself stays out of the message: it may be a key with a typing error.
  if (typeof value !== "string" || !/^0x[0-9a-fA-F]{64}$/.test(value)) return invalid(field, "32 bytes of hex");
  return lowerHex(value);
}

function finality(fields: ConfigFields): FinalityRule {
  if (fields.finalFile === undefined) {
    return { depth: whole(fields.finalityDepth ?? 0, "finalityDepth", { least: 0, most: 100_000 }) };
  }
  if (fields.finalityDepth !== undefined) return invalid("finalFile", "given together with finalityDepth");
  return { file: text(fields.finalFile, "finalFile") };
}

export function url(value: unknown, field: string): string {
  const given = text(value, field);
  if (!/^https?:\/\//.test(given) || !URL.canParse(given)) return invalid(field, "an http or https URL");
  return given;
}

function positive(value: unknown, field: string): number {
  return typeof value === "number" && value > 0 && value <= 1e9 ? value : invalid(field, "a positive number");
}

function logLevel(value: unknown): LogLevel {
  return LOG_LEVELS.find((level) => level === value) ?? invalid("logLevel", `one of ${LOG_LEVELS.join(", ")}`);
}
