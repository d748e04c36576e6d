import type { Hex } from "../protocol/codec/bytes.ts";
import { CairnError } from "../protocol/errors.ts";
import type { FinalityRule } from "./jobs/finality.ts";

/** The configuration of a relayer. Keys are private keys as hex; they are never logged or stored. */
export interface RelayerConfig {
  /** HTTP URL of a node. */
  readonly rpcUrl: string;
  /** Work folder: holds deployment.json, takes relayer.sqlite and files/. */
  readonly workDir: string;
  /** Port on 127.0.0.1, 0 = a free one. */
  readonly port: number;
  /** Milliseconds between two looks at a chain that does not move. */
  readonly pollMs: number;
  readonly finality: FinalityRule;
  /** How many closed drops one anchoring call takes when nothing hurries. */
  readonly anchorEveryDrops: number;
  /** Days between two pushes of credits in place of the rules' number; only for simulations, which name it. */
  readonly pushIntervalDaysOverride: number | undefined;
  /** Most that is paid per gas. */
  readonly maxFeePerGasGwei: number;
  /** Seed from which accounts' and days' keys follow; only for simulations. */
  readonly deriveKeysFrom: Hex | undefined;
  /** Signs transactions. */
  readonly relayerKey: Hex;
  /** Signs receipts, withdrawal receipts and manifest entries. */
  readonly receiptKey: Hex;
  readonly logLevel: LogLevel;
  /** Lets the environment switch failpoints on; refused on every chain but a local development chain. Only for tests. */
  readonly failpoints: boolean;
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

const KEYS: ReadonlySet<string> = new Set([
  "rpcUrl",
  "workDir",
  "port",
  "pollMs",
  "finalityDepth",
  "finalFile",
  "anchorEveryDrops",
  "pushIntervalDaysOverride",
  "maxFeePerGasGwei",
  "deriveKeysFrom",
  "relayerKey",
  "receiptKey",
  "logLevel",
  "failpoints",
]);

/** Reads a configuration from parsed JSON. @throws CONFIG_INVALID naming the first field that is wrong or unknown. */
export function parseRelayerConfig(value: unknown): RelayerConfig {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return invalid("the configuration", "an object");
  const fields = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(fields).find((key) => !KEYS.has(key));
  if (unknown !== undefined) return invalid(unknown, "a known field");
  const relayerKey = key(fields.relayerKey, "relayerKey");
  const receiptKey = key(fields.receiptKey, "receiptKey");
  if (relayerKey === receiptKey) return invalid("receiptKey", "another key than relayerKey");
  return {
    rpcUrl: url(fields.rpcUrl),
    workDir: text(fields.workDir, "workDir"),
    port: whole(fields.port ?? 0, "port", { least: 0, most: 65_535 }),
    pollMs: whole(fields.pollMs ?? 1_000, "pollMs", { least: 1, most: 600_000 }),
    finality: finality(fields),
    anchorEveryDrops: whole(fields.anchorEveryDrops ?? 1, "anchorEveryDrops", { least: 1, most: 144 }),
    pushIntervalDaysOverride: optional(fields.pushIntervalDaysOverride, (days) =>
      whole(days, "pushIntervalDaysOverride", { least: 1, most: 65_535 }),
    ),
    maxFeePerGasGwei: positive(fields.maxFeePerGasGwei ?? 100, "maxFeePerGasGwei"),
    deriveKeysFrom: optional(fields.deriveKeysFrom, seed),
    relayerKey,
    receiptKey,
    logLevel: optional(fields.logLevel, logLevel) ?? "info",
    failpoints: flag(fields.failpoints ?? false, "failpoints"),
  };
}

function invalid(field: string, wanted: string): never {
  throw new CairnError("CONFIG_INVALID", `${field} is not ${wanted}`, { details: { field } });
}

function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined ? undefined : read(value);
}

function finality(fields: Readonly<Record<string, unknown>>): FinalityRule {
  if (fields.finalFile === undefined) {
    return { depth: whole(fields.finalityDepth ?? 0, "finalityDepth", { least: 0, most: 100_000 }) };
  }
  if (fields.finalityDepth !== undefined) return invalid("finalFile", "given together with finalityDepth");
  return { file: text(fields.finalFile, "finalFile") };
}

function text(value: unknown, field: string): string {
  if (typeof value !== "string" || value === "") return invalid(field, "a text");
  return value;
}

function url(value: unknown): string {
  const given = text(value, "rpcUrl");
  if (!/^https?:\/\//.test(given) || !URL.canParse(given)) return invalid("rpcUrl", "an http or https URL");
  return given;
}

function flag(value: unknown, field: string): boolean {
  return typeof value === "boolean" ? value : invalid(field, "true or false");
}

function whole(value: unknown, field: string, range: { least: number; most: number }): number {
  const fits = typeof value === "number" && Number.isInteger(value) && value >= range.least && value <= range.most;
  return fits ? value : invalid(field, `a whole number from ${range.least} to ${range.most}`);
}

function positive(value: unknown, field: string): number {
  return typeof value === "number" && value > 0 && value <= 1e9 ? value : invalid(field, "a positive number");
}

function key(value: unknown, field: string): Hex {
  // The value itself stays out of the message: it may be a key with a typing error.
  if (typeof value !== "string" || !/^0x[0-9a-fA-F]{64}$/.test(value)) return invalid(field, "32 bytes of hex");
  return value.toLowerCase() as Hex;
}

function seed(value: unknown): Hex {
  if (typeof value !== "string" || !/^0x(?:[0-9a-fA-F]{2})+$/.test(value)) return invalid("deriveKeysFrom", "hex");
  return value.toLowerCase() as Hex;
}

function logLevel(value: unknown): LogLevel {
  return LOG_LEVELS.find((level) => level === value) ?? invalid("logLevel", `one of ${LOG_LEVELS.join(", ")}`);
}
