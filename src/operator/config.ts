import { join } from "node:path";
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
} from "../service/config.ts";

/** Every duty that an operator can have; each has a key of its own name in the configuration. */
const DUTY_NAMES = ["box"] as const;
export type DutyName = (typeof DUTY_NAMES)[number];

/** The configuration of an operator. Keys are private keys as hex; they are never logged or stored. */
export interface OperatorConfig extends ServiceConfig {
  /** Each duty's key, which sends its transactions. A duty without one does not run. */
  readonly keys: ReadonlyMap<DutyName, Hex>;
  /** Where the hash chains of the mine box's seasons are kept a second time; best on another disk. */
  readonly boxBackupFile: string;
}

/** Reads a configuration from parsed JSON. @throws CONFIG_INVALID naming the first field that is wrong or unknown. */
export function parseOperatorConfig(value: unknown): OperatorConfig {
  const fields = configFields(value, ["keys", "boxBackupFile"]);
  const service = parseServiceConfig(fields);
  return {
    ...service,
    keys: keysOf(fields.keys ?? {}),
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
