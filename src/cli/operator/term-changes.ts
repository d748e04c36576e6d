import { formatTable } from "../output.ts";

/** What makes a term better for owners; `neither`: any change can hurt somebody. */
type Better<Value> = "higher" | "lower" | "neither" | ((old: Value, next: Value) => boolean);

/** How each of some terms is judged. */
export type Judgements<Terms> = { readonly [Name in keyof Terms]: Better<Terms[Name]> };

/** A term that becomes another one. */
export interface TermChange {
  readonly name: string;
  readonly from: unknown;
  readonly to: unknown;
  /** Whether it is worse for owners, or can be. */
  readonly worse: boolean;
}

/** The terms in which a record differs from the one before, and which of them are worse for owners. */
export function termChanges<Terms extends object>(old: Terms, next: Terms, judged: Judgements<Terms>): TermChange[] {
  const names = Object.keys(judged) as (keyof Terms & string)[];
  return names
    .filter((name) => old[name] !== next[name])
    .map((name) => ({ name, from: old[name], to: next[name], worse: isWorse(old[name], next[name], judged[name]) }));
}

function isWorse<Value>(old: Value, next: Value, better: Better<Value>): boolean {
  if (better === "neither") return true;
  if (typeof better === "function") return !better(old, next);
  return better === "higher" ? next < old : next > old;
}

/** Changes as a table. @param format A term's value in words. */
export function changesTable(
  changes: readonly TermChange[],
  format: (name: string, value: unknown) => string = (_, value) => String(value),
): string {
  const rows = changes.map(({ name, from, to, worse }) => [
    name,
    format(name, from),
    format(name, to),
    worse ? "worse for owners" : "",
  ]);
  return rows.length === 0 ? "nothing changes" : formatTable(["term", "from", "to", ""], rows);
}

/** Changes as facts of an act. */
export function changeFacts(
  changes: readonly TermChange[],
  format: (name: string, value: unknown) => string = (_, value) => String(value),
): (readonly [string, string])[] {
  return changes.map(({ name, from, to, worse }) => [
    name,
    `${format(name, from)} → ${format(name, to)}${worse ? " (worse for owners)" : ""}`,
  ]);
}
