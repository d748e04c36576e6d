import type { LocalAccount } from "viem";
import { requireDistinct } from "../service/keys/distinct.ts";
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
 * @throws CONFIG_INVALID when one cannot be opened or does two duties; FILE_UNREADABLE, SIGNER_UNAVAILABLE.
 */
export async function openKeys({ keys, awardKey, receiptKey }: OperatorConfig): Promise<OperatorKeys> {
  const accounts = new Map<DutyName, LocalAccount>();
  for (const [name, source] of keys) accounts.set(name, await openAccount(source));
  const receipts = receiptKey && createSigner(await openKey(receiptKey));
  requireDistinct([
    ...[...accounts].map(([name, { address }]) => [`keys.${name}`, address] as const),
    ["receiptKey", receipts?.address],
  ]);
  return { accounts, awards: awardKey && createSigner(await openKey(awardKey)), receipts };
}
