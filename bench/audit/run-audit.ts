import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { AuditFigures } from "./report.ts";

const CHILD = fileURLToPath(new URL("./audit-child.ts", import.meta.url));

/** Audits a programme in a process of its own. @param stateDir Where the audit keeps its state; none without it. */
export async function runAudit(
  rpcUrl: string,
  { deploymentFile, filesDir }: { deploymentFile: string; filesDir: string },
  stateDir?: string,
): Promise<AuditFigures> {
  const args = ["--import", "tsx", CHILD, rpcUrl, deploymentFile, filesDir];
  const { stdout } = await promisify(execFile)(process.execPath, stateDir === undefined ? args : [...args, stateDir]);
  return JSON.parse(stdout) as AuditFigures;
}
