import type { Measurement, PeerMeasurement } from "./measurement.ts";
import { TARGETS, type Target } from "./targets.ts";

export const MEASURED_HERE = "measured here";
const QUOTED = "published contracts, measured elsewhere; not measured here";

export interface PeerFigure {
  readonly peer: string;
  readonly gasPerItem: number;
  readonly source: typeof MEASURED_HERE | typeof QUOTED;
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
  const { operation, partOf, floor = null, limit = null } = target;
  const measured = measuredOf(target, ours);
  const items = partOf?.items ?? measured?.items ?? null;
  const gasPerItem = measured === undefined || items === null ? null : measured.gas / items;
  const peers = peersOf(target, measuredPeers);
  const [best] = peers;
  return {
    operation,
    items: measured === undefined ? null : items,
    gas: measured?.gas ?? null,
    gasPerItem,
    peers,
    ratio: gasPerItem === null || best === undefined ? null : gasPerItem / best.gasPerItem,
    floor,
    limit,
    met: gasPerItem === null || limit === null ? null : gasPerItem <= limit,
  };
}

/** The gas that a target's operation takes, if all of its transactions were measured. */
function measuredOf(
  { operation, partOf, sumOf = [partOf?.operation ?? operation] }: Target,
  ours: readonly Measurement[],
): Pick<Measurement, "gas" | "items"> | undefined {
  const parts = sumOf.map((name) => ours.find((measurement) => measurement.operation === name));
  const [first] = parts;
  if (first === undefined || parts.includes(undefined)) return undefined;
  return { gas: parts.reduce((sum, part) => sum + (part?.gas ?? 0), 0), items: first.items };
}

function peersOf({ operation, quoted = [] }: Target, measured: readonly PeerMeasurement[]): PeerFigure[] {
  return [
    ...measured
      .filter((measurement) => measurement.operation === operation)
      .map(({ peer, gas, items }) => ({ peer, gasPerItem: gas / items, source: MEASURED_HERE }) as const),
    ...quoted.map((figure) => ({ ...figure, source: QUOTED }) as const),
  ].sort((a, b) => a.gasPerItem - b.gasPerItem);
}
