import { MEASURED_HERE, type PeerFigure, type Row } from "./comparison.ts";
import type { Explanation } from "./explanation.ts";

/** What the command prints: `--json` as it is, otherwise as tables. */
export interface Report {
  readonly hardfork: string;
  readonly rows: readonly Row[];
  readonly notMeasured: readonly { readonly peer: string; readonly reason: string }[];
  /** Only with `--explain`. */
  readonly explanations?: readonly Explanation[];
}

export function toJson(report: Report): string {
  return JSON.stringify(report, null, 2);
}

export function toText({ hardfork, rows, notMeasured, explanations = [] }: Report): string {
  const reasons = notMeasured.map(({ peer, reason }) => [peer, reason]);
  const explained = explanations.map((of) => explanation(of, floorOf(rows, of.operation)));
  return [
    section(`Gas per item of whole transactions, hardfork ${hardfork}`, COMPARISON_HEAD, rows.map(comparison)),
    section(
      "What these peers leave out",
      ["operation", "peer", "ratio", "what ours does besides"],
      rows.flatMap(omissions),
    ),
    section("All peers", ["operation", "peer", "gas per item", "source"], rows.flatMap(peerLines)),
    section("Peers not measured", ["peer", "reason"], reasons),
    section("Where ours goes, per item", EXPLANATION_HEAD, explained),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

const COMPARISON_HEAD = ["operation", "items", "ours", "best peer", "peer", "ratio", "floor", "limit", "met"];

function comparison({ operation, items, gasPerItem, peers: [best], ratio, floor, limit, met }: Row): string[] {
  return [
    operation,
    amount(items),
    gasPerItem === null ? "not built" : amount(gasPerItem),
    best === undefined ? "" : nameOf(best),
    amount(best?.gasPerItem),
    amount(ratio),
    amount(floor),
    amount(limit),
    met === null ? "" : met ? "yes" : "no",
  ];
}

function nameOf({ peer, source, omits }: PeerFigure): string {
  const notes = [...(source === MEASURED_HERE ? [] : ["quoted"]), ...(omits === null ? [] : ["does less"])];
  return notes.length === 0 ? peer : `${peer} (${notes.join(", ")})`;
}

function omissions({ operation, gasPerItem, peers }: Row): string[][] {
  return peers.flatMap(({ peer, gasPerItem: theirs, omits }) =>
    omits === null ? [] : [[operation, peer, amount(gasPerItem === null ? null : gasPerItem / theirs), omits]],
  );
}

function peerLines({ operation, peers }: Row): string[][] {
  return peers.map(({ peer, gasPerItem, source }: PeerFigure) => [operation, peer, amount(gasPerItem), source]);
}

const EXPLANATION_HEAD = ["operation", "ours", "base", "calldata", "storage", "events", "execution", "floor", "rest"];

function explanation(explained: Explanation, floor: number | null): string[] {
  const { operation, items, gas, base, calldata, storage, events, execution } = explained;
  const parts = [gas, base, calldata, storage, events, execution].map((part) => amount(part / items));
  return [operation, ...parts, amount(floor), amount(floor === null ? null : gas / items - floor)];
}

function floorOf(rows: readonly Row[], operation: string): number | null {
  return rows.find((row) => row.operation === operation)?.floor ?? null;
}

/** Whole gas; what is small keeps three digits that say something. */
export function amount(value: number | null | undefined): string {
  if (value === null || value === undefined) return "";
  const digits = Math.abs(value) < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 };
  return value.toLocaleString("en-US", digits);
}

function section(title: string, head: readonly string[], body: readonly (readonly string[])[]): string {
  return body.length === 0 ? "" : `${title}\n\n${table(head, body)}`;
}

/** An aligned table: columns of numbers stand to the right. */
function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const lines = [head, ...body];
  const columns = head.map((_, column) => lines.map((line) => line[column] as string));
  const widths = columns.map((cells) => Math.max(...cells.map((cell) => cell.length)));
  const numeric = columns.map(([, ...cells]) => cells.every((cell) => /^(-?[\d.,]*|not built)$/.test(cell)));
  const show = (line: readonly string[]) =>
    line
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number)))
      .join("  ")
      .trimEnd();
  return [show(head), widths.map((width) => "-".repeat(width)).join("  "), ...body.map(show)].join("\n");
}
