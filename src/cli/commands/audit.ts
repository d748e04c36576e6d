import { type Command, Option } from "commander";
import type { AuditProgress, AuditReport } from "../../auditor/index.ts";
import { wholeNumber } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { formatCount, formatFields, formatKm, formatStones, formatTable, print, printJson } from "../output.ts";
import { createProgress, type Progress } from "../progress.ts";
import { workspaceAt } from "../workspace.ts";

interface AuditCommandOptions extends ConnectionOptions {
  readonly files?: string;
  readonly fromDay?: number;
  readonly receipts?: string;
}

const EXAMPLES = `
Recomputes every number from the chain and the published files. The exit code is 1 when something is wrong.

Examples:
  cairn audit
  cairn audit --rpc http://127.0.0.1:8545 --deployment deployment.json --files ./files --json
  cairn audit --from-day 30 --receipts ./receipts`;

/** `cairn audit`: an independent verdict on a programme. */
export function auditCommand(program: Command, done: (code: ExitCode) => void): void {
  withConnection(program.command("audit"))
    .description("recompute a programme from the chain and the published files")
    .option("--files <dir>", "folder of the published files")
    .addOption(
      new Option("--from-day <number>", "first day to judge; earlier ones are taken as published").argParser(
        wholeNumber(0, 2 ** 24),
      ),
    )
    .option("--receipts <dir>", "folder of receipts that owners have kept")
    .addHelpText("after", EXAMPLES)
    .action(async (options: AuditCommandOptions) => {
      const { rpcUrl, deployment } = await connect(options);
      // Loaded when it is needed: every other command starts faster without it.
      const { audit } = await import("../../auditor/index.ts");
      const progress = auditProgress(options.json === true);
      const report = await audit({
        rpcUrl,
        deployment,
        filesDir: options.files ?? workspaceAt(options.work).filesDir,
        ...(options.fromDay === undefined ? {} : { fromDay: options.fromDay }),
        ...(options.receipts === undefined ? {} : { receiptsDir: options.receipts }),
        onProgress: progress.update,
      }).finally(progress.stop);
      if (options.json) printJson(report);
      else showReport(report);
      done(report.verdict === "clean" ? EXIT.ok : EXIT.findings);
    });
}

/** A bar for each phase of an audit. */
export function auditProgress(quiet: boolean): { update(seen: AuditProgress): void; stop(): void } {
  let phase: AuditProgress["phase"] | undefined;
  let progress: Progress | undefined;
  return {
    update(seen) {
      if (seen.phase !== phase) {
        progress?.stop();
        progress = createProgress(`audit: ${seen.phase}`.padEnd(14), seen.total, { quiet });
        phase = seen.phase;
      }
      progress?.update(seen.done);
    },
    stop: () => progress?.stop(),
  };
}

/** Prints a report for a person. */
function showReport(report: AuditReport): void {
  const { chain, totals } = report;
  print(
    formatFields([
      ["blocks", `${formatCount(chain.fromBlock)} to ${formatCount(chain.toBlock)} of chain ${chain.chainId}`],
      ["drops", formatCount(chain.nextDrop)],
      ["settled days", formatCount(chain.settledDays)],
      ["readings", `${formatCount(totals.readings)} of ${formatCount(totals.accounts)} accounts`],
      ["counted", formatKm(totals.metres)],
      ["settled", formatStones(BigInt(totals.stonesSettled))],
      ["credited", formatStones(BigInt(totals.stonesCredited))],
    ]),
  );
  print();
  print(
    formatTable(
      ["check", "judged", ""],
      report.checks.map(({ name, subjects, ran, note }) => [
        name,
        formatCount(subjects),
        ran ? (note ?? "") : `did not run${note === undefined ? "" : `: ${note}`}`,
      ]),
    ),
  );
  if (report.notRecomputable !== undefined) {
    const { accounts, shareOfW } = report.notRecomputable;
    print(
      `\nNot recomputable: ${formatCount(accounts)} accounts, ${(100 * shareOfW).toFixed(2)} % of W (erased rows).`,
    );
  }
  for (const finding of report.findings) {
    print(`\n✗ ${finding.code}: ${finding.subject}`);
    print(`    expected ${finding.expected}\n    found    ${finding.actual}`);
    if (finding.transaction !== undefined) print(`    put there by ${finding.transaction}, block ${finding.block}`);
  }
  const count = Object.values(report.counts).reduce((sum, number) => sum + (number ?? 0), 0);
  print(report.verdict === "clean" ? "\nVerdict: clean." : `\nVerdict: ${formatCount(count)} findings.`);
}
