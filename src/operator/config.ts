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
import {
  type KeySource,
  keySource,
  type LocalKeySource,
  localKeySource,
  requireLocal,
} from "../service/keys/source.ts";

/** Every duty that an operator can have; each has a key of its own name in the configuration. */
const DUTY_NAMES = ["box", "tasks", "polls", "milestones", "rounds"] as const;
export type DutyName = (typeof DUTY_NAMES)[number];

/** The configuration of an operator. Keys are never logged or stored. */
export interface OperatorConfig extends ServiceConfig {
  /** Each duty's key, which sends its transactions. A duty without one does not run. */
  readonly keys: ReadonlyMap<DutyName, KeySource>;
  /** The tasks' key again, which also signs awards, and so is at hand. */
  readonly awardKey: LocalKeySource | undefined;
  /** Where the hash chains of the mine box's seasons are kept a second time; best on another disk. */
  readonly boxBackupFile: string;
  /** Signs receipts of votes and the manifest's entries; a receipt key in Rules, and not the relayer's. */
  readonly receiptKey: LocalKeySource | undefined;
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
  const relayerFilesDir = optional(fields.relayerFilesDir, (given) => text(given, "relayerFilesDir"));
  if (relayerFilesDir !== undefined && resolve(relayerFilesDir) === resolve(service.workDir, "files")) {
    return invalid("relayerFilesDir", "another folder than this operator's own files");
  }
  return {
    ...service,
    keys,
    awardKey: awardKeyOf(keys),
    receiptKey: optional(fields.receiptKey, (given) => localKeySource(given, "receiptKey")),
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

function keysOf(value: unknown): ReadonlyMap<DutyName, KeySource> {
  const given = fieldsOf(value, "keys", DUTY_NAMES);
  const named = DUTY_NAMES.filter((name) => given[name] !== undefined);
  return new Map(named.map((name) => [name, keySource(given[name], `keys.${name}`)]));
}

/** The tasks' key signs awards by the hundred. */
function awardKeyOf(keys: ReadonlyMap<DutyName, KeySource>): LocalKeySource | undefined {
  const source = keys.get("tasks");
  return source && requireLocal(source, "keys.tasks");
}
