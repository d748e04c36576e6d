import { invalid } from "../config.ts";

/**
 * Requires that no two fields of a configuration name one key: two duties with one key would take each other's nonces, and
 * whoever steals one must not have the other.
 * @param keys Each field and the address of its key, in any case; fields without a key are left out of it.
 * @throws CONFIG_INVALID naming the later of two fields.
 */
export function requireDistinct(keys: Iterable<readonly [field: string, address: string | undefined]>): void {
  const fields = new Map<string, string>();
  for (const [field, address] of keys) {
    if (address === undefined) continue;
    const other = fields.get(address.toLowerCase());
    if (other !== undefined) invalid(field, `another key than ${other}`);
    fields.set(address.toLowerCase(), field);
  }
}
