/** One server's part in a benchmark: the median of its rounds. */
export interface LoadRow {
  readonly server: string;
  readonly store: string;
  /** Readings in each request. */
  readonly batch: number;
  readonly readingsPerSecond: number;
  /** Of requests. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of all its threads; PostgreSQL's own are not in it. */
  readonly cpuUsPerReading: number;
}

export interface LoadReport {
  readonly readingsARound: number;
  readonly rounds: number;
  readonly connections: number;
  /** Microseconds of CPU for one P-256 verification. */
  readonly opensslVerificationUs: number | undefined;
  readonly rows: readonly LoadRow[];
}

const HEADS = ["server", "store", "batch", "readings/s", "of bare", "p50 ms", "p99 ms", "CPU µs/reading", "of openssl"];

/** The report as a table. */
export function toText({ rows, ...report }: LoadReport): string {
  const openssl = report.opensslVerificationUs;
  const lines = rows.map((row) => [
    ...[row.server, row.store, `${row.batch}`, row.readingsPerSecond.toFixed(0), ofBare(row, rows)],
    ...[row.p50Ms.toFixed(2), row.p99Ms.toFixed(2), row.cpuUsPerReading.toFixed(1)],
    openssl === undefined || row.server !== "relayer" ? "" : (row.cpuUsPerReading / openssl).toFixed(2),
  ]);
  const widths = HEADS.map((head, at) => Math.max(head.length, ...lines.map((cells) => cells[at]?.length ?? 0)));
  const format = (cells: readonly string[]) =>
    cells
      .map((cell, at) => align(cell, at, widths))
      .join("  ")
      .trimEnd();
  const { readingsARound, rounds, connections } = report;
  return [
    `${readingsARound} readings a round over ${connections} connections; medians of ${rounds} rounds, in turn`,
    openssl === undefined
      ? "openssl is not installed"
      : `openssl speed: ${openssl.toFixed(1)} µs of CPU for a P-256 verification`,
    "",
    format(HEADS),
    ...lines.map(format),
  ].join("\n");
}

const align = (cell: string, at: number, widths: readonly number[]): string =>
  at < 2 ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number);

/** Throughput beside the bare server's on the same store. */
function ofBare(row: LoadRow, rows: readonly LoadRow[]): string {
  const bare = rows.find((r) => r.server !== "relayer" && r.store === row.store && r.batch === row.batch);
  return row.server === "relayer" && bare !== undefined
    ? (row.readingsPerSecond / bare.readingsPerSecond).toFixed(2)
    : "";
}
