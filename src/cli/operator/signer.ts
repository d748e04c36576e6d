import type { LocalAccount } from "viem";
import { ROLES, type Role } from "../../protocol/codec/roles.ts";
import { CairnError, type Hex } from "../../protocol/index.ts";
import { readKeyFile } from "../key-file.ts";
import { addressOf, KEY_NAMES, type KeyName, loadKeys } from "../keys.ts";
import { accountOf } from "../programme.ts";
import { workspaceAt } from "../workspace.ts";

/** Where keys come from. */
export interface KeySource {
  readonly work: string;
  /** A file with one private key in hex; without it the work folder's key of the duty signs. */
  readonly keyFile?: string;
}

/** The role with a number; one that the programme does not know is the admin's to give. */
export function roleOf(number: bigint): Role {
  return (Object.keys(ROLES) as Role[]).find((role) => ROLES[role] === number) ?? "admin";
}

/** Whom an act asks to sign: the holder of a role, anybody, or one key. */
export type Asked = Role | "anybody" | { readonly key: Hex };

/**
 * The account that signs.
 * @throws FILE_UNREADABLE, CONFIG_INVALID when there is no such key. No message repeats one.
 */
export function signerOf(source: KeySource, asked: Asked): LocalAccount {
  if (source.keyFile !== undefined) return accountOf(readKeyFile(source.keyFile));
  const { keysFile } = workspaceAt(source.work);
  const keys = loadKeys(keysFile);
  if (typeof asked === "string") return accountOf(keys[keyNameOf(asked)]);
  const name = KEY_NAMES.find((each) => addressOf(keys[each]) === asked.key);
  if (name === undefined)
    throw new CairnError("CONFIG_INVALID", `${keysFile} has no key of ${asked.key}: --key-file is missing`);
  return accountOf(keys[name]);
}

/** The key of a work folder that has a role: `operator` there is who consents name, and signs nothing. */
function keyNameOf(role: Role | "anybody"): KeyName {
  if (role === "anybody") return "anyone";
  return role === "operator" ? "fulfilment" : role;
}
