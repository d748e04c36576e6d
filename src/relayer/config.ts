import { join } from "node:path";
import { type Hex, lowerHex } from "../protocol/codec/bytes.ts";
import {
  configFields,
  invalid,
  optional,
  parseServiceConfig,
  type ServiceConfig,
  text,
  whole,
} from "../service/config.ts";
import { type KeySource, keySource, type LocalKeySource, localKeySource } from "../service/keys/source.ts";

/**
 * The configuration of a relayer. Keys are never logged or stored.
 */
export interface RelayerConfig extends ServiceConfig {
  /** Takes the published files; relayers of one database share it. */
  readonly filesDir: string;
  /** Of several relayers on one database: milliseconds after which another one leads when the leader is not heard of. */
  readonly leaseMs: number;
  /** How many closed drops one anchoring call takes when nothing hurries. */
  readonly anchorEveryDrops: number;
  /** Days between two pushes of credits in place of the rules' number; only for simulations, which name it. */
  readonly pushIntervalDaysOverride: number | undefined;
  /** How long sealed samples are kept, days of chain time. */
  readonly samplesRetentionDays: number;
  /** Seed from which accounts' and days' keys follow; only for simulations. */
  readonly deriveKeysFrom: Hex | undefined;
  /** Signs transactions: the key with the relayer's role. */
  readonly relayerKey: KeySource;
  /** Signs the transactions that carry owners' intents; by default relayerKey does. It needs no role. */
  readonly intentKey: KeySource | undefined;
  /** Signs the pushes of credits; by default relayerKey does. It needs no role. */
  readonly creditKey: KeySource | undefined;
  /** Signs receipts, withdrawal receipts and manifest entries: thousands a second, so it is at hand. */
  readonly receiptKey: LocalKeySource;
  /** Lets the environment switch failpoints on; refused on every chain but a local development chain. Only for tests. */
  readonly failpoints: boolean;
}

const KEYS = [
  "filesDir",
  "leaseMs",
  "anchorEveryDrops",
  "pushIntervalDaysOverride",
  "samplesRetentionDays",
  "deriveKeysFrom",
  "relayerKey",
  "intentKey",
  "creditKey",
  "receiptKey",
  "failpoints",
];

/** Reads a configuration from parsed JSON. @throws CONFIG_INVALID naming the first field that is wrong or unknown. */
export function parseRelayerConfig(value: unknown): RelayerConfig {
  const fields = configFields(value, KEYS);
  const service = parseServiceConfig(fields);
  return {
    ...service,
    filesDir: optional(fields.filesDir, (path) => text(path, "filesDir")) ?? join(service.workDir, "files"),
    leaseMs: whole(fields.leaseMs ?? 15_000, "leaseMs", { least: 500, most: 600_000 }),
    anchorEveryDrops: whole(fields.anchorEveryDrops ?? 1, "anchorEveryDrops", { least: 1, most: 144 }),
    pushIntervalDaysOverride: optional(fields.pushIntervalDaysOverride, (days) =>
      whole(days, "pushIntervalDaysOverride", { least: 1, most: 65_535 }),
    ),
    samplesRetentionDays: whole(fields.samplesRetentionDays ?? 90, "samplesRetentionDays", { least: 1, most: 3_650 }),
    deriveKeysFrom: optional(fields.deriveKeysFrom, seed),
    relayerKey: keySource(fields.relayerKey, "relayerKey"),
    intentKey: optional(fields.intentKey, (value) => keySource(value, "intentKey")),
    creditKey: optional(fields.creditKey, (value) => keySource(value, "creditKey")),
    receiptKey: localKeySource(fields.receiptKey, "receiptKey"),
    failpoints: flag(fields.failpoints ?? false, "failpoints"),
  };
}

function flag(value: unknown, field: string): boolean {
  return typeof value === "boolean" ? value : invalid(field, "true or false");
}

function seed(value: unknown): Hex {
  if (typeof value !== "string" || !/^0x(?:[0-9a-fA-F]{2})+$/.test(value)) return invalid("deriveKeysFrom", "hex");
  return lowerHex(value);
}
