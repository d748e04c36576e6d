/** One measured transaction. */
export interface Measurement {
  readonly operation: string;
  /** What stands in the batch, 1 when it is no batch. */
  readonly items: number;
  /** Gas of the whole transaction, the base of 21,000 included. */
  readonly gas: number;
  /** Gas per item that it must not exceed, when a limit is set. */
  readonly mustReach?: number;
}

interface Row extends Measurement {
  readonly gasPerItem: number;
  readonly met?: boolean;
}

function rowOf(measurement: Measurement): Row {
  const gasPerItem = Math.ceil(measurement.gas / measurement.items);
  const { mustReach } = measurement;
  return { ...measurement, gasPerItem, ...(mustReach === undefined ? {} : { met: gasPerItem <= mustReach }) };
}

const HEAD = ["operation", "items", "gas", "gas per item", "must reach", "met"];

function cellsOf(row: Row): string[] {
  const grouped = (value: number) => value.toLocaleString("en-US");
  const verdict = row.met === undefined ? "" : row.met ? "yes" : "no";
  const limit = row.mustReach === undefined ? "" : grouped(row.mustReach);
  return [row.operation, grouped(row.items), grouped(row.gas), grouped(row.gasPerItem), limit, verdict];
}

/** The measurements as one JSON document. */
export function toJson(measurements: readonly Measurement[]): string {
  return JSON.stringify({ measurements: measurements.map(rowOf) }, null, 2);
}

/** The measurements as an aligned table: the first column to the left, numbers to the right. */
export function toTable(measurements: readonly Measurement[]): string {
  const lines = [HEAD, ...measurements.map((measurement) => cellsOf(rowOf(measurement)))];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => (line[column] as string).length)));
  const show = (line: readonly string[]) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join("  ");
  const [head = HEAD, ...body] = lines;
  return [show(head), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(show)]
    .map((line) => line.trimEnd())
    .join("\n");
}
