import { availableParallelism } from "node:os";
import { assertChain, type ChainClient, createChainClient, reach } from "../chain/client.ts";
import { type Deployment, parseDeployment, signingDomain } from "../protocol/codec/deployment.ts";
import { CairnError } from "../protocol/errors.ts";
import { CHECKS } from "./checks/index.ts";
import type { AuditContext } from "./context.ts";
import { FindingLog } from "./finding-log.ts";
import { createInlinePool, createThreadPool, type Pool } from "./hash/pool.ts";
import { readBlockHashes } from "./ingest/block-hashes.ts";
import { confirmRows } from "./ingest/confirm.ts";
import { deriveFromEvents, deriveFromFiles } from "./ingest/derive.ts";
import { readDocuments } from "./ingest/documents.ts";
import { ingestEvents } from "./ingest/events.ts";
import { examineRows } from "./ingest/examine.ts";
import { ingestFiles } from "./ingest/files.ts";
import { type Manifest, readManifest } from "./ingest/manifest.ts";
import type { AuditOptions, AuditProgress, AuditReport, CheckResult } from "./report.ts";
import { reportOf } from "./report-figures.ts";
import { AuditDatabase } from "./store/database.ts";

/** An entry's own signature costs about as much as examining this many rows. */
const ROWS_PER_SIGNATURE = 20;
/** Below this many rows' worth of work, starting threads costs more than it saves. */
const LITTLE_WORK = 4_000;

/**
 * Recomputes a programme from the chain and the published files, and says whether every number is right.
 * @param options What to audit; `onProgress` hears how far it has come.
 * @returns The report. What is wrong stands in it as findings and is never thrown.
 * @throws AUDIT_INPUT_INVALID when the files, the manifest or the receipts cannot be read at all.
 * @throws CHAIN_UNREACHABLE when the node does not answer.
 * @throws CHAIN_MISMATCH when it is another chain, or the chain was reorganised during the audit.
 * @throws DEPLOYMENT_INVALID when the deployment is not one.
 */
export async function audit(options: AuditOptions): Promise<AuditReport> {
  const deployment = parseDeployment(options.deployment);
  const fromDay = options.fromDay ?? 0;
  if (!Number.isSafeInteger(fromDay) || fromDay < 0) {
    throw new CairnError("AUDIT_INPUT_INVALID", "the first day is not a whole number");
  }
  const client = createChainClient(options.rpcUrl);
  await assertChain(client, deployment);
  // The head first: what stands on the chain by then was published and named before.
  const head = await readHead(client);
  const manifest = await readManifest(options.filesDirs);
  const documents = options.documentsDir === undefined ? undefined : await readDocuments(options.documentsDir);
  const database = await AuditDatabase.open();
  const pool = createPool(deployment, manifest, options.threads ?? availableParallelism());
  try {
    const tell = (phase: AuditProgress["phase"]) => (done: number, total: number) =>
      options.onProgress?.({ phase, done, total });
    const firstBlock = await ingestEvents({ client, deployment, database }, head.number, tell("events"));
    const context: AuditContext = {
      client,
      deployment,
      database,
      pool,
      manifest,
      fromDay,
      head,
      firstBlock,
      findings: new FindingLog(),
      filesDirs: options.filesDirs,
      receiptsDir: options.receiptsDir,
      documents,
    };
    await readBlockHashes(context);
    await deriveFromEvents(context);
    await ingestFiles(context, tell("files"));
    await examineRows(context, tell("hashes"));
    await confirmRows(context);
    await deriveFromFiles(context);
    const checks = await runChecks(context, tell("checks"));
    await assertNoReorganisation(client, head);
    return await reportOf(context, checks);
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

async function readHead(client: ChainClient): Promise<AuditContext["head"]> {
  const block = await reach(client.getBlock({ blockTag: "latest" }));
  return { number: Number(block.number), hash: block.hash, time: Number(block.timestamp) };
}

/** Events were read in pieces: they belong together only if the audited head still stands at the end. */
async function assertNoReorganisation(client: ChainClient, head: AuditContext["head"]): Promise<void> {
  const block = await reach(client.getBlock({ blockNumber: BigInt(head.number) }));
  if (block.hash === head.hash) return;
  throw new CairnError(
    "CHAIN_MISMATCH",
    `the chain was reorganised at block ${head.number} during the audit: run it again`,
  );
}

async function runChecks(context: AuditContext, tell: (done: number, total: number) => void): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of CHECKS) {
    const { subjects, ran, note } = await check.run(context);
    results.push({ name: check.name, subjects, ran: ran ?? true, ...(note === undefined ? {} : { note }) });
    tell(results.length, CHECKS.length);
  }
  return results;
}
