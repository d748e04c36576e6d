import { type Command, Option } from "commander";
import type { AuditProgress, AuditReport, AuditSeries } from "../../auditor/index.ts";
import { writeFileSafely } from "../../storage/write-file.ts";
import { wholeNumber } from "../arguments.ts";
import { type ConnectionOptions, connect, withConnection } from "../connection.ts";
import { EXIT, type ExitCode } from "../failure.ts";
import { printJson } from "../output.ts";
import { createProgress, type Progress } from "../progress.ts";
import { auditedIn, workspaceAt } from "../workspace.ts";
import { showReport } from "./audit-report.ts";

interface AuditCommandOptions extends ConnectionOptions {
  readonly files?: readonly string[];
  readonly fromDay?: number;
  readonly receipts?: string;
  readonly documents?: string;
  readonly state?: string;
  readonly report?: string;
}

const EXAMPLES = `
Recomputes every number from the chain and the published files. The exit code is 1 when something is wrong.

Examples:
  cairn audit
  cairn audit --rpc http://127.0.0.1:8545 --deployment deployment.json --files ./files --json
  cairn audit --report audit.html
  cairn audit --from-day 30 --receipts ./receipts --documents ./documents
  cairn audit --state ./audit-state
  cairn audit --files ./relayer/files --files ./operator/files`;

/** `cairn audit`: an independent verdict on a programme. */
export function auditCommand(program: Command, done: (code: ExitCode) => void): void {
  withConnection(program.command("audit"))
    .description("recompute a programme from the chain and the published files")
    .option("--files <dir>", "folder of the published files; again for the operator's", collect)
    .addOption(
      new Option("--from-day <number>", "first day to judge; earlier ones are taken as published").argParser(
        wholeNumber(0, 2 ** 24),
      ),
    )
    .option("--receipts <dir>", "folder of receipts that owners have kept")
    .option("--documents <dir>", "folder of texts of tasks, polls, rounds and milestones, and of deliveries of orders")
    .option("--state <dir>", "folder of what is recomputed: the next audit with it need not recompute that")
    .option("--report <file>", "write a page with pictures and every finding")
    .addHelpText("after", EXAMPLES)
    .action(async (options: AuditCommandOptions) => {
      const { rpcUrl, deployment } = await connect(options);
      // Loaded when it is needed: every other command starts faster without it.
      const { audit } = await import("../../auditor/index.ts");
      const progress = auditProgress(options.json === true);
      const report = await audit({
        rpcUrl,
        deployment,
        ...(options.files === undefined ? auditedIn(workspaceAt(options.work)) : { filesDirs: options.files }),
        ...(options.fromDay === undefined ? {} : { fromDay: options.fromDay }),
        ...(options.receipts === undefined ? {} : { receiptsDir: options.receipts }),
        ...(options.documents === undefined ? {} : { documentsDir: options.documents }),
        ...(options.state === undefined ? {} : { stateDir: options.state }),
        withSeries: options.report !== undefined,
        onProgress: progress.update,
      }).finally(progress.stop);
      if (options.report !== undefined && report.series !== undefined)
        await writePage(options.report, report, report.series);
      if (options.json) printJson(report);
      else showReport(report);
      done(report.verdict === "clean" ? EXIT.ok : EXIT.findings);
    });
}

async function writePage(path: string, report: AuditReport, series: AuditSeries): Promise<void> {
  const { renderAuditPage } = await import("../report/audit-page.ts");
  writeFileSafely(path, await renderAuditPage(report, series));
}

/** Gathers an option that is given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
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
      progress?.update(seen.done, seen.about);
    },
    stop: () => progress?.stop(),
  };
}
