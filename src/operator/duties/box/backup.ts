import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Deployment } from "../../../protocol/codec/deployment.ts";
import { hashChain } from "../../../protocol/draws.ts";
import { CairnError } from "../../../protocol/errors.ts";
import { storeError } from "../../../storage/failure.ts";
import { writeFileSafely } from "../../../storage/write-file.ts";
import type { Tx } from "../../store/open.ts";
import { insertChains, type KeptChain, readChains } from "./chains.ts";

const TYPE = "cairn.box-chains/1";

/** What the file holds. It is as secret as a key. */
interface Backup {
  readonly type: typeof TYPE;
  /** Whose chains they are. */
  readonly mineBox: string;
  readonly chainId: number;
  readonly chains: readonly KeptChain[];
}

/**
 * Makes store and backup file hold the same hash chains: what only one of them has goes to the other. Belongs in a transaction
 * that has written already, so that no two processes do this at once.
 * @throws CONFIG_INVALID when the file is no backup of this programme; STORE_FULL when it cannot be written.
 */
export async function syncBackup(tx: Tx, path: string, deployment: Deployment): Promise<void> {
  const saved = readBackup(path, deployment);
  await insertChains(tx, saved);
  const chains = await readChains(tx);
  if (isDeepStrictEqual(chains, saved)) return;
  const backup: Backup = { type: TYPE, mineBox: deployment.contracts.mineBox, chainId: deployment.chainId, chains };
  try {
    writeFileSafely(path, `${JSON.stringify(backup, null, 2)}\n`, 0o600);
  } catch (error) {
    const known = storeError(error);
    if (known instanceof CairnError) throw known;
    throw new CairnError("FILE_UNREADABLE", `${path} cannot be written`, { details: { path }, cause: error });
  }
}

function readBackup(path: string, deployment: Deployment): readonly KeptChain[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new CairnError("FILE_UNREADABLE", path, { details: { path }, cause });
  }
  const backup = parse(text);
  const isOurs = backup?.mineBox === deployment.contracts.mineBox && backup.chainId === deployment.chainId;
  if (backup?.type !== TYPE || !isOurs || !Array.isArray(backup.chains) || !backup.chains.every(isChain)) {
    // Nothing of its content is said: it may be secret.
    throw new CairnError("CONFIG_INVALID", `${path} is no backup of this programme's hash chains`, {
      details: { path },
    });
  }
  return backup.chains;
}

function parse(text: string): Partial<Backup> | undefined {
  try {
    return (JSON.parse(text) as Partial<Backup> | null) ?? undefined;
  } catch {
    return undefined;
  }
}

function isChain(value: unknown): value is KeptChain {
  const { tip, lastLink, links } = (value ?? {}) as Partial<KeptChain>;
  const isWhole = typeof links === "number" && Number.isSafeInteger(links) && links > 0;
  if (!isWhole || typeof lastLink !== "string" || !/^0x[0-9a-f]{64}$/.test(lastLink)) return false;
  return hashChain(lastLink, links).tip === tip;
}
