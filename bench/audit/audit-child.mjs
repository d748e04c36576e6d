// One audit by the built package, in a process of its own, so that its peak memory is its own. Prints what it took as JSON.
//
//   node audit-child.mjs RPC_URL DEPLOYMENT_FILE FILES_DIR [STATE_DIR]
import { readFileSync } from "node:fs";
import { audit } from "../../dist/auditor/index.js";

const [rpcUrl, deploymentFile, filesDir, stateDir] = process.argv.slice(2);
const phases = {};
let phase = "start";
let since = performance.now();

function turnTo(next) {
  const now = performance.now();
  phases[phase] = (phases[phase] ?? 0) + (now - since) / 1_000;
  since = now;
  phase = next;
}

const startedAt = performance.now();
const report = await audit({
  ...{ rpcUrl, deployment: JSON.parse(readFileSync(deploymentFile, "utf8")), filesDirs: [filesDir] },
  ...(stateDir === undefined ? {} : { stateDir }),
  onProgress: (seen) => {
    if (seen.phase !== phase) turnTo(seen.phase);
  },
});
turnTo("end");
if (report.verdict !== "clean") throw new Error(`the benchmark's programme is not clean: ${report.findings[0]?.code}`);
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const figures = {
  readings: report.totals.readings,
  seconds: (performance.now() - startedAt) / 1_000,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakMb: maxRSS / 1_024,
  phases,
};
console.log(JSON.stringify(figures));
