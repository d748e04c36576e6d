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

export interface AuditBenchReport {
  readonly cores: number;
  /** P-256 verifications a second that OpenSSL does on all cores: what no audit that verifies everything can pass. */
  readonly opensslPerSecond: number | undefined;
  readonly naive: NaiveFigures;
  readonly audits: readonly AuditFigures[];
}

/** The report as text. */
export function toText({ cores, opensslPerSecond, naive, audits }: AuditBenchReport): string {
  const naivePerSecond = naive.readings / naive.seconds;
  const heads = ["readings", "seconds", "readings/s", "of openssl", "of the loop", "CPU µs/reading", "peak MB"];
  const lines = audits.map(({ readings, seconds, cpuSeconds, peakMb }) => {
    const perSecond = readings / seconds;
    return [
      ...[`${readings}`, seconds.toFixed(1), perSecond.toFixed(0)],
      opensslPerSecond === undefined ? "" : `${((100 * perSecond) / opensslPerSecond).toFixed(0)} %`,
      ...[
        `× ${(perSecond / naivePerSecond).toFixed(1)}`,
        ((1e6 * cpuSeconds) / readings).toFixed(1),
        peakMb.toFixed(0),
      ],
    ];
  });
  const widths = heads.map((head, at) => Math.max(head.length, ...lines.map((cells) => cells[at]?.length ?? 0)));
  const format = (cells: readonly string[]) => cells.map((cell, at) => cell.padStart(widths[at] as number)).join("  ");
  return [
    opensslPerSecond === undefined
      ? "openssl is not installed"
      : `openssl speed on ${cores} cores: ${opensslPerSecond.toFixed(0)} P-256 verifications a second`,
    `getLogs loop with viem and noble, one thread: ${naivePerSecond.toFixed(0)} readings a second (${naive.readings} of them)`,
    "",
    format(heads),
    ...lines.map(format),
    "",
    ...audits.map(({ readings, phases }) => `${readings} readings: ${phasesOf(phases)}`),
  ].join("\n");
}

function phasesOf(phases: AuditFigures["phases"]): string {
  return Object.entries(phases)
    .map(([phase, seconds]) => `${phase} ${seconds.toFixed(1)} s`)
    .join(", ");
}
