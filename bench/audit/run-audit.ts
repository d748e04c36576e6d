import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { AuditFigures } from "./report.ts";

const CHILD = fileURLToPath(new URL("./audit-child.mjs", import.meta.url));

/** Audits a programme in a process of its own. @param stateDir Where the audit keeps its state; none without it. */
export async function runAudit(
  rpcUrl: string,
  { deploymentFile, filesDir }: { deploymentFile: string; filesDir: string },
  stateDir?: string,
): Promise<AuditFigures> {
  const args = [CHILD, rpcUrl, deploymentFile, filesDir];
  const { stdout } = await promisify(execFile)(process.execPath, stateDir === undefined ? args : [...args, stateDir]);
  return JSON.parse(stdout) as AuditFigures;
}

/** Audits a programme with a state that an audit before has left. */
export async function auditAgain(
  rpcUrl: string,
  programme: { deploymentFile: string; filesDir: string },
): Promise<AuditFigures> {
  const stateDir = await mkdtemp(join(tmpdir(), "cairn-bench-state-"));
  try {
    await runAudit(rpcUrl, programme, stateDir);
    return await runAudit(rpcUrl, programme, stateDir);
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}
