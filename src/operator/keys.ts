import type { LocalAccount } from "viem";
import { invalid } from "../service/config.ts";
import { openAccount, openKey } from "../service/keys/open.ts";
import { createSigner, type Signer } from "../service/signer.ts";
import type { DutyName, OperatorConfig } from "./config.ts";

/** An operator's keys, ready to sign. */
export interface OperatorKeys {
  /** What sends each duty's transactions; a duty without one does not run. */
  readonly accounts: ReadonlyMap<DutyName, LocalAccount>;
  /** Signs awards, with the tasks' key. */
  readonly awards: Signer | undefined;
  /** Signs receipts of votes and the manifest's entries. */
  readonly receipts: Signer | undefined;
}

/**
 * Opens the keys of a configuration.
 * @throws CONFIG_INVALID when one cannot be opened or does two duties: two duties with one key would take each other's nonces,
 * and one theft would be two. FILE_UNREADABLE, SIGNER_UNAVAILABLE.
 */
export async function openKeys({ keys, awardKey, receiptKey }: OperatorConfig): Promise<OperatorKeys> {
  const fields = new Map<string, string>();
  const claim = (address: string, field: string): void => {
    const other = fields.get(address.toLowerCase());
    if (other !== undefined) invalid(field, `another key than ${other}`);
    fields.set(address.toLowerCase(), field);
  };
  const accounts = new Map<DutyName, LocalAccount>();
  for (const [name, source] of keys) {
    const account = await openAccount(source);
    claim(account.address, `keys.${name}`);
    accounts.set(name, account);
  }
  const receipts = receiptKey && createSigner(await openKey(receiptKey));
  if (receipts !== undefined) claim(receipts.address, "receiptKey");
  return { accounts, awards: awardKey && createSigner(await openKey(awardKey)), receipts };
}
