import { randomBytes } from "node:crypto";
import { type Hex, toHex } from "../../../protocol/codec/bytes.ts";
import { hashChain, MAX_SEASON_DROPS } from "../../../protocol/draws.ts";
import { CairnError } from "../../../protocol/errors.ts";
import { readDeployment } from "../../../service/start.ts";
import type { OperatorConfig } from "../../config.ts";
import { openStore } from "../../store/open.ts";
import { syncBackup } from "./backup.ts";
import { insertChains } from "./chains.ts";

/** A fresh hash chain, as far as it may be known. */
export interface PreparedChain {
  /** What a season commits to: goes into its terms. */
  readonly tip: Hex;
  /** Its length: drops that can have requests. */
  readonly links: number;
}

/**
 * Makes the hash chain of a season to be opened (docs/protocol.md 9.1). When its tip is returned, the chain is durable in the
 * operator's store and in its backup file; a running operator knows it at once.
 * @param config `workDir`, `databaseUrl` and `boxBackupFile` of the operator that will reveal it.
 * @param links How many drops with requests the season can have, 1 to 52,704.
 * @throws ARGUMENT_INVALID, FILE_UNREADABLE, DEPLOYMENT_INVALID, CONFIG_INVALID, STORE_DAMAGED, STORE_FULL.
 */
export async function prepareChain(
  config: Pick<OperatorConfig, "workDir" | "databaseUrl" | "boxBackupFile">,
  links: number,
): Promise<PreparedChain> {
  if (!Number.isInteger(links) || links < 1 || links > MAX_SEASON_DROPS) {
    throw new CairnError("ARGUMENT_INVALID", `a chain has 1 to ${MAX_SEASON_DROPS} links`);
  }
  const { workDir, boxBackupFile } = config;
  const deployment = await readDeployment(workDir);
  const store = await openStore(config, deployment);
  try {
    const lastLink = toHex(randomBytes(32));
    const { tip } = hashChain(lastLink, links);
    await store.transaction(async (tx) => {
      await insertChains(tx, [{ tip, lastLink, links }]);
      await syncBackup(tx, boxBackupFile, deployment);
    });
    return { tip, links };
  } finally {
    await store.close();
  }
}
