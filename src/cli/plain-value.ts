/** A value as JSON has it. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/**
 * A value of a query's answer as JSON and people have it: bytes as hex, times as ISO 8601 in UTC, whole numbers beyond 2^53 as
 * text; within lists, structs and intervals, too.
 * @param value As DuckDB gives it.
 */
export function plainOf(value: unknown): Plain {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value !== "object" || value === null) return value as string | number | boolean | null;
  if (value instanceof Date) return value.toISOString().replace(".000Z", "Z");
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return value.map(plainOf);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plainOf(part)]));
}

/** The same as one line of text; nothing for null. */
export function textOf(value: Plain): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
