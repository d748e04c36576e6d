import { isoTime, UNITS_PER_STONE } from "../protocol/index.ts";

/** Writes one line for the person or program that called. */
export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** Writes one line about what is going on; standard output stays free for results. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Writes a value as JSON; amounts above 2^53 come as decimal text. */
export function printJson(value: unknown): void {
  print(toJson(value));
}

/** A value as indented JSON with bigints as decimal text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? part.toString() : part), 2);
}

/** Units as stones: `1,234.5 stones`. */
export function formatStones(units: bigint): string {
  const sign = units < 0n ? "-" : "";
  const size = units < 0n ? -units : units;
  const fraction = (size % UNITS_PER_STONE).toString().padStart(9, "0").replace(/0+$/, "");
  const whole = formatCount(size / UNITS_PER_STONE);
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`} ${whole === "1" && fraction === "" ? "stone" : "stones"}`;
}

/** A number with thousands set apart. */
export function formatCount(value: number | bigint): string {
  return value.toLocaleString("en-US");
}

/** Metres as kilometres with one decimal. */
export function formatKm(metres: number): string {
  return `${(metres / 1000).toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} km`;
}

/** Unix seconds as ISO 8601 in UTC; a dash for 0, and the number when no calendar reaches that far. */
export function formatTime(time: number): string {
  return time === 0 ? "–" : isoTime(time);
}

/** Lines of `label  value` with the values below each other. */
export function formatFields(fields: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...fields.map(([label]) => label.length));
  return fields.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join("\n");
}

/** A table with columns below each other. Columns whose cells are all numbers stand to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const numeric = head.map((_, i) => rows.length > 0 && rows.every((row) => /^-?[\d,.]+( \w+)?$/.test(row[i] ?? "")));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(head), ...rows.map(line)].join("\n");
}
