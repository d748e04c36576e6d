// One audit in a process of its own, so that its peak memory is its own. Prints what it took as JSON.
import { audit } from "../../src/auditor/index.ts";
import { readDeployment } from "../../src/cli/workspace.ts";
import type { AuditFigures } from "./report.ts";

const [rpcUrl, deploymentFile, filesDir, stateDir] = process.argv.slice(2) as [string, string, string, string?];
const phases: Record<string, number> = {};
let phase = "start";
let since = performance.now();
const turnTo = (next: string) => {
  const now = performance.now();
  phases[phase] = (phases[phase] ?? 0) + (now - since) / 1_000;
  since = now;
  phase = next;
};

const startedAt = performance.now();
const deployment = readDeployment(deploymentFile);
const report = await audit({
  ...{ rpcUrl, deployment, filesDirs: [filesDir] },
  ...(stateDir === undefined ? {} : { stateDir }),
  onProgress: (seen) => {
    if (seen.phase !== phase) turnTo(seen.phase);
  },
});
turnTo("end");
if (report.verdict !== "clean") throw new Error(`the benchmark's programme is not clean: ${report.findings[0]?.code}`);
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const figures: AuditFigures = {
  readings: report.totals.readings,
  seconds: (performance.now() - startedAt) / 1_000,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakMb: maxRSS / 1_024,
  phases,
};
console.log(JSON.stringify(figures));
