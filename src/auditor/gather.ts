import { availableParallelism } from "node:os";
import { assertChain, createChainClient } from "../chain/client.ts";
import { type Deployment, parseDeployment, signingDomain } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";
import type { AuditContext } from "./context.ts";
import { FindingLog } from "./finding-log.ts";
import { createInlinePool, createThreadPool, type Pool } from "./hash/pool.ts";
import { readBlockHashes } from "./ingest/block-hashes.ts";
import { deriveFromEvents } from "./ingest/derive.ts";
import { readDocuments } from "./ingest/documents.ts";
import { ingestEvents } from "./ingest/events.ts";
import { ingestFiles } from "./ingest/files.ts";
import { readHeadBlock } from "./ingest/head.ts";
import { type Manifest, readManifest } from "./ingest/manifest.ts";
import type { AuditOptions, AuditProgress } from "./report.ts";
import { AuditDatabase } from "./store/database.ts";

/** An entry's own signature costs about as much as examining this many rows. */
const ROWS_PER_SIGNATURE = 20;
/** Below this many rows' worth of work, starting threads costs more than it saves. */
const LITTLE_WORK = 4_000;

/** Tells how far a phase has come. */
export type Tell = (phase: AuditProgress["phase"]) => (done: number, total: number, about?: string) => void;

/** How far a phase has come, told to whoever asked for it. */
export function tellerOf({ onProgress }: Pick<AuditOptions, "onProgress">): Tell {
  return (phase) => (done, total, about) =>
    onProgress?.({ phase, done, total, ...(about === undefined ? {} : { about }) });
}

/**
 * Reads a programme's events and published files into an audit's tables, lets somebody work with them, and clears them away.
 * @throws As `audit`, and whatever the work throws.
 */
export async function withGathered<T>(options: AuditOptions, work: (context: AuditContext) => Promise<T>): Promise<T> {
  const deployment = parseDeployment(options.deployment);
  const fromDay = options.fromDay ?? 0;
  if (!Number.isSafeInteger(fromDay) || fromDay < 0) {
    throw new CairnError("AUDIT_INPUT_INVALID", "the first day is not a whole number");
  }
  const client = createChainClient(options.rpcUrl);
  await assertChain(client, deployment);
  // The head first: what stands on the chain by then was published and named before.
  const head = await readHeadBlock(client);
  const manifest = await readManifest(options.filesDirs);
  const documents = options.documentsDir === undefined ? undefined : await readDocuments(options.documentsDir);
  const database = await AuditDatabase.open();
  const pool = createPool(deployment, manifest, options.threads ?? availableParallelism());
  try {
    const tell = tellerOf(options);
    await ingestEvents({ client, deployment, database }, head.number, tell("events"));
    const context: AuditContext = {
      ...{ client, deployment, database, pool, manifest, fromDay, head, documents },
      ...{ findings: new FindingLog(), filesDirs: options.filesDirs, receiptsDir: options.receiptsDir },
    };
    await readBlockHashes(context);
    await deriveFromEvents(context);
    await ingestFiles(context, tell("files"));
    return await work(context);
  } finally {
    await pool.close();
    await database.close();
  }
}

/** Threads only for much work: by the rows and signatures that the manifest announces. */
function createPool(deployment: Deployment, manifest: Manifest, threads: number): Pool {
  const domains = {
    reading: signingDomain(deployment, "Reading"),
    award: signingDomain(deployment, "TaskAward"),
    vote: signingDomain(deployment, "Vote"),
  };
  let work = 0;
  // An award is signed with a key of which only the address is known: that takes as long as a manifest's signature.
  for (const { kind, rows } of manifest.newest.values()) {
    work += ROWS_PER_SIGNATURE + (kind === "award" ? ROWS_PER_SIGNATURE * rows : rows);
  }
  return work < LITTLE_WORK ? createInlinePool(domains) : createThreadPool(domains, Math.max(1, threads));
}
