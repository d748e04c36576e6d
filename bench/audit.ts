// `npm run bench:audit`: readings a second that an audit judges with every signature checked, beside a getLogs loop with viem
// and noble and beside `openssl speed` on all cores, in one run; and the audit's peak memory at each size.
//
//   npm run bench:audit -- [--readings 20160,201600] [--loop 5000] [--again] [--work DIR] [--json]
//
// --again audits each a second time with the state of a first audit. --work keeps the programmes that are made for it, and takes those that lie there.
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbeddedChain } from "../src/cli/chain/embedded-chain.ts";
import { opensslVerificationsPerSecond } from "./audit/ceiling.ts";
import { type NaiveFigures, verifyNaively } from "./audit/naive.ts";
import { makeProgramme } from "./audit/programme.ts";
import { type AuditBenchReport, type AuditRow, toText } from "./audit/report.ts";
import { auditAgain, runAudit } from "./audit/run-audit.ts";
import { opensslVerificationS } from "./load/verification.ts";

const { values: options } = parseArgs({
  options: {
    readings: { type: "string", default: "20160,201600" },
    loop: { type: "string", default: "5000" },
    again: { type: "boolean", default: false },
    work: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const sizes = options.readings.split(",").map(Number);
const loop = Number(options.loop);
if (![loop, ...sizes].every((n) => Number.isInteger(n) && n > 0)) {
  console.error("ARGUMENT_INVALID: numbers above 0, as --readings 20160,201600 --loop 5000");
  process.exit(2);
}
const say = (what: string) => console.error(`audit: ${what}`);

const folder = options.work ?? (await mkdtemp(join(tmpdir(), "cairn-bench-audit-")));
const audits: AuditRow[] = [];
let naive: NaiveFigures | undefined;
try {
  for (const size of sizes) {
    const programme = await makeProgramme(folder, size, say);
    const chain = await startEmbeddedChain(programme.chainDir, { kind: "driven", startsAt: 0 });
    try {
      naive ??= await verifyNaively(chain.rpcUrl, programme, loop);
      say(`auditing ${programme.readings} readings`);
      const whole = await runAudit(chain.rpcUrl, programme);
      audits.push(options.again ? { whole, again: await auditAgain(chain.rpcUrl, programme) } : { whole });
    } finally {
      await chain.stop();
    }
  }
  const opensslS = opensslVerificationS();
  const report: AuditBenchReport = {
    ...{ cores: availableParallelism(), opensslPerSecond: opensslVerificationsPerSecond() },
    ...{ opensslCpuUs: opensslS && opensslS * 1e6, naive: naive as NaiveFigures, audits },
  };
  console.log(options.json ? JSON.stringify(report, undefined, 2) : toText(report));
} finally {
  if (options.work === undefined) await rm(folder, { recursive: true, force: true });
}
