import type { Measurement, PeerMeasurement } from "./measurement.ts";
import { operationsOf, TARGETS, type Target } from "./targets.ts";

export const MEASURED_HERE = "measured here";

export interface PeerFigure {
  readonly peer: string;
  readonly gasPerItem: number;
  /** Where the figure is from. */
  readonly source: string;
  /** What ours does in this operation and the peer does not; null when it does the same. */
  readonly omits: string | null;
}

/** One operation beside its peers. What is null does not exist: an operation nobody measures yet, a peer, a limit. */
export interface Row {
  readonly operation: string;
  readonly items: number | null;
  /** Of the whole transaction. */
  readonly gas: number | null;
  readonly gasPerItem: number | null;
  /** The cheapest first. */
  readonly peers: readonly PeerFigure[];
  /** Ours divided by the cheapest peer's. */
  readonly ratio: number | null;
  readonly floor: number | null;
  readonly limit: number | null;
  readonly met: boolean | null;
}

/**
 * The operations that have a target, in the targets' order, then ours that have none.
 * @throws When a peer was measured at an operation that has no target: it would be left out.
 */
export function compare(ours: readonly Measurement[], peers: readonly PeerMeasurement[]): Row[] {
  const targeted = new Set(TARGETS.map(({ operation }) => operation));
  const lost = peers.find(({ operation }) => !targeted.has(operation));
  if (lost !== undefined) throw new Error(`${lost.peer}: there is no target ${lost.operation}`);
  const others = ours.filter(({ operation }) => !targeted.has(operation)).map(({ operation }) => ({ operation }));
  return [...TARGETS, ...others].map((target) => rowOf(target, ours, peers));
}

function rowOf(target: Target, ours: readonly Measurement[], measuredPeers: readonly PeerMeasurement[]): Row {
  const { operation, floor = null, limit = null } = target;
  const measured = measuredOf(target, ours);
  const gasPerItem = measured === undefined ? null : measured.gas / measured.items;
  const peers = peersOf(target, measuredPeers);
  const [best] = peers;
  return {
    operation,
    items: measured?.items ?? null,
    gas: measured?.gas ?? null,
    gasPerItem,
    peers,
    ratio: gasPerItem === null || best === undefined ? null : gasPerItem / best.gasPerItem,
    floor,
    limit,
    met: gasPerItem === null || limit === null ? null : gasPerItem <= limit,
  };
}

/** The gas that a target's operation takes and its items, if all of its transactions were measured. */
function measuredOf(target: Target, ours: readonly Measurement[]): Pick<Measurement, "gas" | "items"> | undefined {
  const parts = operationsOf(target).map((name) => ours.find(({ operation }) => operation === name));
  const [first] = parts;
  if (first === undefined || parts.includes(undefined)) return undefined;
  const gas = parts.reduce((sum, part) => sum + (part?.gas ?? 0), 0);
  return { gas, items: target.partOf?.items ?? first.items };
}

function peersOf({ operation, quoted = [] }: Target, measured: readonly PeerMeasurement[]): PeerFigure[] {
  return [
    ...measured
      .filter((measurement) => measurement.operation === operation)
      .map(({ peer, gas, items, omits = null }) => ({ peer, gasPerItem: gas / items, source: MEASURED_HERE, omits })),
    ...quoted.map(({ peer, gasPerItem, project, omits = null }) => {
      return { peer, gasPerItem, source: `${project}, as published; not measured here`, omits };
    }),
  ].sort((a, b) => a.gasPerItem - b.gasPerItem);
}

/** @returns A line per operation that nobody measured, or that takes more than its limit, or no less than a peer that does the same. */
export function shortfallsOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ operation, gasPerItem, limit, met, peers }) => {
    if (gasPerItem === null) return [`${operation}: not measured`];
    const rival = peers.find(({ omits }) => omits === null);
    const figure = Math.ceil(gasPerItem).toLocaleString("en-US");
    const lines: string[] = [];
    if (met === false) lines.push(`${operation}: ${figure}, above its limit of ${limit?.toLocaleString("en-US")}`);
    if (rival !== undefined && gasPerItem >= rival.gasPerItem) {
      lines.push(`${operation}: ${figure}, no less than ${rival.peer} (${Math.ceil(rival.gasPerItem)})`);
    }
    return lines;
  });
}
