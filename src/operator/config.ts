import { join, resolve } from "node:path";
import type { Hex } from "../protocol/codec/bytes.ts";
import {
  configFields,
  fieldsOf,
  invalid,
  key,
  optional,
  parseServiceConfig,
  type ServiceConfig,
  text,
  url,
} from "../service/config.ts";

/** Every duty that an operator can have; each has a key of its own name in the configuration. */
const DUTY_NAMES = ["box", "tasks", "polls", "milestones", "rounds"] as const;
export type DutyName = (typeof DUTY_NAMES)[number];

/** The configuration of an operator. Keys are private keys as hex; they are never logged or stored. */
export interface OperatorConfig extends ServiceConfig {
  /** Each duty's key, which sends its transactions. A duty without one does not run. */
  readonly keys: ReadonlyMap<DutyName, Hex>;
  /** Where the hash chains of the mine box's seasons are kept a second time; best on another disk. */
  readonly boxBackupFile: string;
  /** Signs receipts of votes and the manifest's entries; a receipt key in Rules, and not the relayer's. */
  readonly receiptKey: Hex | undefined;
  /** SHA-256 of the key with which the desk's requests come, as hex. Without it there are no such routes. */
  readonly deskKeyHash: Hex | undefined;
  /** SHA-256 of the key with which awards are asked for, as hex. Without it there is no such route. */
  readonly awardKeyHash: Hex | undefined;
  /** Where the relayer's API is: awards are delivered there. */
  readonly relayerUrl: string | undefined;
  /** The relayer's published folder: settled days are read there. */
  readonly relayerFilesDir: string | undefined;
  /** Seed from which accounts' keys follow; only for simulations. */
  readonly deriveKeysFrom: Hex | undefined;
}

const OWN_FIELDS = [
  "keys",
  "boxBackupFile",
  "receiptKey",
  "deskKeyHash",
  "awardKeyHash",
  "relayerUrl",
  "relayerFilesDir",
  "deriveKeysFrom",
] as const;

/** Reads a configuration from parsed JSON. @throws CONFIG_INVALID naming the first field that is wrong or unknown. */
export function parseOperatorConfig(value: unknown): OperatorConfig {
  const fields = configFields(value, OWN_FIELDS);
  const service = parseServiceConfig(fields);
  const keys = keysOf(fields.keys ?? {});
  const receiptKey = optional(fields.receiptKey, (given) => key(given, "receiptKey"));
  if (receiptKey !== undefined && [...keys.values()].includes(receiptKey)) {
    return invalid("receiptKey", "another key than the duties'");
  }
  const relayerFilesDir = optional(fields.relayerFilesDir, (given) => text(given, "relayerFilesDir"));
  if (relayerFilesDir !== undefined && resolve(relayerFilesDir) === resolve(service.workDir, "files")) {
    return invalid("relayerFilesDir", "another folder than this operator's own files");
  }
  return {
    ...service,
    keys,
    receiptKey,
    deskKeyHash: optional(fields.deskKeyHash, (given) => key(given, "deskKeyHash")),
    awardKeyHash: optional(fields.awardKeyHash, (given) => key(given, "awardKeyHash")),
    relayerUrl: optional(fields.relayerUrl, (given) => url(given, "relayerUrl")),
    relayerFilesDir,
    deriveKeysFrom: optional(fields.deriveKeysFrom, (given) => key(given, "deriveKeysFrom")),
    boxBackupFile:
      optional(fields.boxBackupFile, (path) => text(path, "boxBackupFile")) ??
      join(service.workDir, "box-chains.backup.json"),
  };
}

function keysOf(value: unknown): ReadonlyMap<DutyName, Hex> {
  const given = fieldsOf(value, "keys", DUTY_NAMES);
  const keys = new Map<DutyName, Hex>();
  for (const name of DUTY_NAMES) {
    if (given[name] === undefined) continue;
    const own = key(given[name], `keys.${name}`);
    // Two duties with one key would take each other's nonces, and one theft would be two.
    if ([...keys.values()].includes(own)) return invalid(`keys.${name}`, "another key than those before it");
    keys.set(name, own);
  }
  return keys;
}
