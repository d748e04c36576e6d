import { Error as ERRORS, logger, parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Row } from "./comparison.ts";
import { amount } from "./report.ts";

const OURS = "Cairn";
const COLOURS = { domain: [OURS, "peer", "peer that does less"], range: ["#2f6f6a", "#d08a2e", "#e7c99d"] };
const CONFIG = {
  font: "system-ui, sans-serif",
  background: "white",
  axis: { labelFontSize: 11, labelLimit: 320 },
  legend: { title: null, orient: "top", labelFontSize: 12, labelLimit: 320 },
  header: { labelFontSize: 12, labelFontWeight: "bold", labelAnchor: "start" },
  view: { stroke: null },
} as const;

interface Bar {
  readonly operation: string;
  readonly who: string;
  readonly what: string;
  readonly gas: number;
  /** The gas as it is shown. */
  readonly figure: string;
}

/** Ours, and below it the peers'. */
function barsOf({ operation, gasPerItem, peers }: Row): Bar[] {
  if (gasPerItem === null || peers.length === 0) return [];
  const bar = (who: string, what: string, gas: number): Bar => ({ operation, who, what, gas, figure: amount(gas) });
  return [
    bar(OURS, OURS, gasPerItem),
    ...peers.map(({ peer, gasPerItem: gas, omits }) => bar(peer, omits === null ? "peer" : "peer that does less", gas)),
  ];
}

/** @returns An SVG: gas per item of every operation that peers have, ours and theirs as bars. */
export async function drawComparison(rows: readonly Row[]): Promise<string> {
  const bars = rows.flatMap(barsOf);
  const y = { field: "who", type: "nominal", sort: null, title: null, axis: { labelLimit: 320 } } as const;
  const x = { field: "gas", type: "quantitative", axis: null } as const;
  const operations = [...new Set(bars.map(({ operation }) => operation))];
  const spec: TopLevelSpec = {
    config: CONFIG,
    description: "Gas per item of each operation: Cairn's and its peers', as bars",
    data: { values: bars },
    facet: {
      row: { field: "operation", type: "nominal", sort: operations, title: null, header: { labelOrient: "top" } },
    },
    resolve: { scale: { y: "independent" } },
    spec: {
      width: 560,
      height: { step: 16 },
      layer: [
        { mark: { type: "bar" }, encoding: { color: { field: "what", type: "nominal", scale: COLOURS } } },
        {
          mark: { type: "text", align: "left", dx: 4, fontSize: 11 },
          encoding: { text: { field: "figure" } },
        },
      ],
      encoding: { x, y },
    },
  };
  return new View(parse(compile(spec, { logger: logger(ERRORS) }).spec), { renderer: "none" }).toSVG();
}
