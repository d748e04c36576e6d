import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** A picture: what it shows, and the picture as SVG. */
export interface Chart {
  readonly title: string;
  readonly svg: string;
}

/** One bar: where it stands and how high it is. */
export interface Bar {
  readonly label: string;
  readonly value: number;
}

const WIDTH = 720;
const COLOUR = "#2f6f6a";
/** Apart also for those who see few colours. */
const COLOURS = ["#2f6f6a", "#d08a2e"] as const;
/** An axis of counts. */
const WHOLE = { tickMinStep: 1, format: ",d" } as const;
const CONFIG = {
  font: "system-ui, sans-serif",
  background: "transparent",
  axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: "normal", gridColor: "#e3e6e5" },
  view: { stroke: null },
} as const;

/** A line over time. `times` in unix seconds; `offsetS` is what the log's local clock is ahead of UTC. */
export function timeLine(
  title: string,
  axis: string,
  points: readonly { readonly time: number; readonly value: number }[],
  offsetS: number,
): Promise<Chart> {
  return draw(title, {
    width: WIDTH,
    height: 200,
    data: { values: points.map(({ time, value }) => ({ time: (time + offsetS) * 1000, value })) },
    mark: { type: "area", color: COLOUR, opacity: 0.35, line: { color: COLOUR } },
    encoding: {
      x: { field: "time", type: "temporal", scale: { type: "utc" }, title: null, axis: { format: "%a %H:%M" } },
      y: { field: "value", type: "quantitative", title: axis },
    },
  });
}

/** One of several pictures over the same time. */
export interface Panel {
  /** What the height means, with its unit. */
  readonly axis: string;
  readonly mark: "line" | "bar";
  /** Times in unix seconds. Points of one part are joined, those of different parts are not. */
  readonly points: readonly { readonly time: number; readonly value: number; readonly part: number }[];
  /** Whether the height begins at 0. */
  readonly fromZero: boolean;
}

const PANEL_HEIGHT = 120;

/** Panels one below the other over one scale of time (UTC), with the time that matters marked. */
export function panels(
  title: string,
  { from, to, marked }: { from: number; to: number; marked: { from: number; to: number } },
  all: readonly Panel[],
): Promise<Chart> {
  const x = {
    ...{ field: "time", type: "temporal", title: null, axis: { labelOverlap: true, format: clockFormat(to - from) } },
    scale: { type: "utc", nice: false },
  } as const;
  const period = {
    data: { values: [{ time: Math.max(from, marked.from) * 1000, end: Math.min(to, marked.to) * 1000 }] },
    mark: { type: "rect", color: COLOURS[1], opacity: 0.12 },
    encoding: { x, x2: { field: "end" } },
  } as const;
  const layered = all.map(({ axis, mark, points, fromZero }) => ({
    ...{ width: WIDTH, height: PANEL_HEIGHT },
    layer: [
      period,
      {
        data: { values: points.map(({ time, ...point }) => ({ time: time * 1000, ...point })) },
        mark:
          mark === "line"
            ? { type: "line", color: COLOUR, strokeWidth: 1.5 }
            : { type: "rule", color: COLOUR, strokeWidth: 3 },
        encoding: {
          x,
          y: {
            field: "value",
            type: "quantitative",
            title: axis,
            scale: heightScale(points, fromZero),
            axis: { tickCount: 4, ...(mark === "bar" ? { tickMinStep: 1, format: "d" } : {}) },
          },
          ...(mark === "line" ? { detail: { field: "part" } } : { y2: { datum: 0 } }),
        },
      },
    ],
  }));
  return draw(title, { vconcat: layered, spacing: 12, resolve: { scale: { x: "shared" } } });
}

/** From 0 a panel reaches at least to 1, so that one without anything is not taken for one around 0. */
function heightScale(points: Panel["points"], fromZero: boolean) {
  if (!fromZero) return { zero: false };
  return { domainMin: 0, domainMax: points.reduce((most, { value }) => Math.max(most, value), 1), nice: true };
}

/** How moments are written when a picture spans so many seconds. */
function clockFormat(spanS: number): string {
  if (spanS < 600) return "%H:%M:%S";
  return spanS < 86_400 ? "%H:%M" : "%d %b %H:%M";
}

/** Vertical bars in the order given. */
export function bars(title: string, axis: string, values: readonly Bar[]): Promise<Chart> {
  return draw(title, {
    width: WIDTH,
    height: 200,
    data: { values: [...values] },
    mark: { type: "bar", color: COLOUR },
    encoding: {
      x: { field: "label", type: "nominal", sort: null, title: null, axis: { labelAngle: -30, labelOverlap: true } },
      y: { field: "value", type: "quantitative", title: axis },
    },
  });
}

/** A point of one of several lines. */
export interface LinePoint {
  readonly line: string;
  readonly x: number;
  readonly y: number;
}

/** Several lines over one scale, and upright marks with a text each. */
export function lines(
  title: string,
  axes: { x: string; y: string },
  points: readonly LinePoint[],
  marks: readonly { readonly x: number; readonly text: string }[] = [],
): Promise<Chart> {
  const x = { field: "x", type: "quantitative", title: axes.x, axis: WHOLE } as const;
  return draw(title, {
    width: WIDTH - 120,
    height: 220,
    layer: [
      {
        data: { values: [...points] },
        mark: { type: "line", strokeWidth: 2 },
        encoding: {
          x,
          y: { field: "y", type: "quantitative", title: axes.y },
          color: { field: "line", type: "nominal", title: null, sort: null, scale: { range: [...COLOURS] } },
        },
      },
      { data: { values: [...marks] }, mark: { type: "rule", strokeDash: [4, 4], color: "#888" }, encoding: { x } },
      {
        data: { values: [...marks] },
        mark: { type: "text", align: "left", dx: 4, baseline: "top" },
        encoding: { x, y: { value: 2 }, text: { field: "text", type: "nominal" } },
      },
    ],
  });
}

/** Bars side by side, one group a label. */
export function groupedBars(
  title: string,
  axis: string,
  values: readonly { readonly group: string; readonly label: string; readonly value: number }[],
): Promise<Chart> {
  return draw(title, {
    width: WIDTH - 120,
    height: 200,
    data: { values: [...values] },
    mark: { type: "bar" },
    encoding: {
      x: { field: "group", type: "nominal", sort: null, title: null, axis: { labelAngle: 0 } },
      xOffset: { field: "label", sort: null },
      y: { field: "value", type: "quantitative", title: axis },
      color: { field: "label", type: "nominal", title: null, sort: null, scale: { range: [...COLOURS] } },
    },
  });
}

/** Horizontal bars, the longest first, on a scale that also shows small counts. */
export function rankedBars(title: string, axis: string, values: readonly Bar[]): Promise<Chart> {
  const encoding = {
    y: { field: "label", type: "nominal", sort: null, title: null, axis: { labelLimit: 300 } },
    x: { field: "value", type: "quantitative", title: axis, scale: { type: "symlog" }, axis: WHOLE },
  } as const;
  return draw(title, {
    width: WIDTH - 200,
    height: { step: 22 },
    data: { values: values.toSorted((a, b) => b.value - a.value) },
    layer: [
      { mark: { type: "bar", color: COLOUR }, encoding },
      {
        mark: { type: "text", align: "left", dx: 4 },
        encoding: { ...encoding, text: { field: "value", type: "quantitative", format: "," } },
      },
    ],
  });
}

/** How many of the values fall into each of some twenty equal intervals. */
export function histogram(title: string, axes: { x: string; y: string }, values: readonly number[]): Promise<Chart> {
  return draw(title, {
    width: WIDTH,
    height: 200,
    data: { values: values.map((value) => ({ value })) },
    mark: { type: "bar", color: COLOUR },
    encoding: {
      x: { field: "value", bin: { maxbins: 24 }, type: "quantitative", title: axes.x },
      y: { aggregate: "count", type: "quantitative", title: axes.y },
    },
  });
}

async function draw(title: string, spec: object): Promise<Chart> {
  const vega = compile({ ...spec, config: CONFIG } as TopLevelSpec).spec;
  const svg = await new View(parse(vega), { renderer: "none" }).toSVG();
  return { title, svg };
}
