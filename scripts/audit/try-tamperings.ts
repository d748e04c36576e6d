import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateKeyToAccount } from "viem/accounts";
import { type AuditReport, audit } from "../../src/auditor/index.ts";
import { startEmbeddedChain } from "../../src/cli/chain/embedded-chain.ts";
import { loadKeys } from "../../src/cli/keys.ts";
import { auditedIn, readDeployment, type Workspace, workspaceAt } from "../../src/cli/workspace.ts";
import type { ManifestEntry } from "../../src/protocol/codec/rows.ts";
import { type RecordedFiles, TAMPERINGS, type Tampering } from "../../test/support/corruptions/recorded.ts";
import { Publisher } from "../../test/support/dishonest-files.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

/** Tampers with the files of a programme that `cairn replay` has left, one thing at a time, and has each audited. */
export async function tryTamperings(
  workDir: string,
  say: (outcome: Outcome) => void,
): Promise<{ outcomes: Outcome[]; readings: number }> {
  const workspace = workspaceAt(workDir);
  const chain = await startEmbeddedChain(workspace.chainDir, { kind: "driven", startsAt: 0 });
  const folder = await mkdtemp(join(tmpdir(), "cairn-tampered-"));
  try {
    const clean = await auditFiles(chain.rpcUrl, workspace);
    if (clean.findings.length > 0) throw new Error(`the recorded programme is not clean: ${clean.findings[0]?.code}`);
    const outcomes: Outcome[] = [];
    for (const tampering of TAMPERINGS) {
      outcomes.push(await tryOne(tampering, { workspace, rpcUrl: chain.rpcUrl, filesDir: join(folder, "files") }));
      say(outcomes.at(-1) as Outcome);
    }
    return { outcomes, readings: clean.totals.readings };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await chain.stop();
  }
}

interface Place {
  readonly workspace: Workspace;
  readonly rpcUrl: string;
  /** Where the copy goes. */
  readonly filesDir: string;
}

async function tryOne(tampering: Tampering, { workspace, rpcUrl, filesDir }: Place): Promise<Outcome> {
  await rm(filesDir, { recursive: true, force: true });
  await cp(workspace.filesDir, filesDir, { recursive: true });
  const files = await openFiles(workspace, filesDir);
  const demands = await tampering.tamper(files).finally(() => files.publisher.close());
  const report = await auditFiles(rpcUrl, workspace, filesDir);
  return outcomeOf({ where: "files of a recorded programme", ...tampering }, report, demands);
}

async function openFiles(workspace: Workspace, filesDir: string): Promise<RecordedFiles> {
  const deployment = readDeployment(workspace.deploymentFile);
  const signer = privateKeyToAccount(loadKeys(workspace.keysFile).receipt);
  const manifest = await readFile(join(filesDir, "manifest.jsonl"), "utf8");
  const lines = manifest.split("\n").filter((line) => line !== "");
  return {
    filesDir,
    publisher: await Publisher.open({ folder: filesDir, deployment, signer }),
    entries: lines.map((line) => JSON.parse(line) as ManifestEntry),
  };
}

function auditFiles(rpcUrl: string, workspace: Workspace, filesDir = workspace.filesDir): Promise<AuditReport> {
  const given = auditedIn(workspace);
  const filesDirs = given.filesDirs.map((dir) => (dir === workspace.filesDir ? filesDir : dir));
  return audit({ rpcUrl, deployment: readDeployment(workspace.deploymentFile), ...given, filesDirs });
}
