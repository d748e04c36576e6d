import type { NaiveFigures } from "./naive.ts";

/** What one audit took. */
export interface AuditFigures {
  readonly readings: number;
  readonly seconds: number;
  /** Of all its threads. */
  readonly cpuSeconds: number;
  /** Most memory that the process had. */
  readonly peakMb: number;
  /** Seconds of each phase. */
  readonly phases: Readonly<Record<string, number>>;
}

/** An audit of everything and, where it was asked for, another one that goes on from a state. */
export interface AuditRow {
  readonly whole: AuditFigures;
  readonly again?: AuditFigures;
}

export interface AuditBenchReport {
  readonly cores: number;
  /** P-256 verifications a second that OpenSSL does on all cores: what no audit that verifies everything can pass. */
  readonly opensslPerSecond: number | undefined;
  /** CPU microseconds of one, which does not depend on what else the machine does. */
  readonly opensslCpuUs: number | undefined;
  readonly naive: NaiveFigures;
  readonly audits: readonly AuditRow[];
}

const HEADS = ["", "readings", "seconds", "readings/s", "of openssl", "of loop", "CPU µs each", "openssl's", "peak MB"];

/** The report as text. */
export function toText(report: AuditBenchReport): string {
  const { cores, opensslPerSecond, opensslCpuUs, naive, audits } = report;
  const rows = audits.flatMap(({ whole, again }) => [
    { what: "whole", figures: whole },
    ...(again === undefined ? [] : [{ what: "again", figures: again }]),
  ]);
  const lines = rows.map(({ what, figures }) => [what, ...cellsOf(figures, report)]);
  const widths = HEADS.map((head, at) => Math.max(head.length, ...lines.map((cells) => cells[at]?.length ?? 0)));
  const format = (cells: readonly string[]) => cells.map((cell, at) => cell.padStart(widths[at] as number)).join("  ");
  return [
    opensslPerSecond === undefined || opensslCpuUs === undefined
      ? "openssl is not installed"
      : `openssl speed: ${opensslPerSecond.toFixed(0)} P-256 verifications a second on ${cores} cores, ${opensslCpuUs.toFixed(1)} µs of CPU each`,
    `getLogs loop with viem and noble, one thread: ${(naive.readings / naive.seconds).toFixed(0)} readings a second (${naive.readings} of them)`,
    "",
    format(HEADS),
    ...lines.map(format),
    "",
    ...rows.map(({ what, figures }) => `${what}, ${figures.readings} readings: ${phasesOf(figures.phases)}`),
  ].join("\n");
}

function cellsOf({ readings, seconds, cpuSeconds, peakMb }: AuditFigures, report: AuditBenchReport): string[] {
  const { opensslPerSecond, opensslCpuUs, naive } = report;
  const perSecond = readings / seconds;
  const cpuUs = (1e6 * cpuSeconds) / readings;
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  return [
    ...[`${readings}`, seconds.toFixed(1), perSecond.toFixed(0)],
    opensslPerSecond === undefined ? "" : percent(perSecond / opensslPerSecond),
    `× ${((perSecond * naive.seconds) / naive.readings).toFixed(1)}`,
    cpuUs.toFixed(1),
    opensslCpuUs === undefined ? "" : percent(opensslCpuUs / cpuUs),
    peakMb.toFixed(0),
  ];
}

function phasesOf(phases: AuditFigures["phases"]): string {
  return Object.entries(phases)
    .map(([phase, seconds]) => `${phase} ${seconds.toFixed(1)} s`)
    .join(", ");
}
