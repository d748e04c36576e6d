import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { App } from "../../service/http/app-type.ts";
import type { StatusReport } from "../jobs/status.ts";

/** A figure, or one for each value of a label. */
type Figure = number | Readonly<Record<string, number>>;

/** What is measured of a status: name, help, label of those with several values, and where it stands. */
const FIGURES: readonly {
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  readonly read: (status: StatusReport) => Figure;
}[] = [
  {
    name: "cairn_chain_time_seconds",
    help: "Time of the newest processed block",
    read: ({ chainTime }) => chainTime ?? 0,
  },
  { name: "cairn_head_block", help: "Number of the newest processed block", read: ({ headBlock }) => headBlock ?? 0 },
  { name: "cairn_final_block", help: "Number of the newest final block", read: ({ finalBlock }) => finalBlock ?? 0 },
  { name: "cairn_current_drop", help: "The drop of chain time", read: ({ currentDrop }) => currentDrop ?? 0 },
  { name: "cairn_next_drop", help: "First drop that is not closed", read: ({ nextDrop }) => nextDrop },
  {
    name: "cairn_drops_behind",
    help: "Drops between the current one and the first that is not anchored for good",
    read: ({ currentDrop, nextAnchored }) => Math.max(0, (currentDrop ?? 0) - nextAnchored),
  },
  {
    name: "cairn_oldest_unanchored_seconds",
    help: "Chain time since the oldest accepted reading's drop began that is not anchored for good; 0 when all are",
    read: ({ oldestUnanchoredS }) => oldestUnanchoredS ?? 0,
  },
  { name: "cairn_settled_days", help: "Days that are settled", read: ({ settledDays }) => settledDays },
  {
    name: "cairn_idle",
    help: "1 when everything due is done and final",
    read: ({ idle }) => (idle ? 1 : 0),
  },
  {
    name: "cairn_leading",
    help: "1 when this relayer does the work; of several on one database one does",
    read: ({ leading }) => (leading ? 1 : 0),
  },
  { name: "cairn_alerts", help: "Alerts that stand", read: ({ alerts }) => alerts.length },
  {
    name: "cairn_alert",
    help: "1 for each alert that stands, by subject",
    label: "subject",
    read: ({ alerts }) => Object.fromEntries(alerts.map(({ subject }) => [subject, 1])),
  },
  {
    name: "cairn_base_fee_wei",
    help: "Base fee per gas of the newest block",
    read: ({ fees }) => Number(fees.base ?? 0),
  },
  {
    name: "cairn_fee_cap_wei",
    help: "Most that this relayer pays per gas",
    read: ({ fees }) => Number(fees.cap),
  },
  {
    name: "cairn_gas_used",
    help: "Gas of what succeeded, by contract function",
    label: "function",
    read: ({ gas }) => Object.fromEntries(Object.entries(gas).map(([name, { gas: used }]) => [name, Number(used)])),
  },
  { name: "cairn_readings_accepted", help: "Readings accepted", read: ({ readings }) => readings.accepted },
  {
    name: "cairn_readings_refused",
    help: "Readings refused, by code",
    label: "code",
    read: ({ readings }) => readings.refused,
  },
  {
    name: "cairn_outbox_rows",
    help: "Effects in the outbox, by state",
    label: "state",
    read: ({ outbox }) => outbox,
  },
  { name: "cairn_intents", help: "Owners' intents, by state", label: "state", read: ({ intents }) => intents },
];

/** Builds the registry; its figures are read from the status when somebody scrapes, all from one. */
export function createMetrics(status: () => Promise<StatusReport>): Registry {
  const registry = new Registry();
  const sharedStatus = shared(status);
  for (const { name, help, label, read } of FIGURES) {
    new Gauge({
      ...{ name, help, registers: [registry] },
      ...(label === undefined ? {} : { labelNames: [label] }),
      async collect() {
        const figure = read(await sharedStatus());
        this.reset();
        if (typeof figure === "number") this.set(figure);
        else for (const [value, count] of Object.entries(figure)) this.set({ [label as string]: value }, count);
      },
    });
  }
  return registry;
}

/** Whoever asks while an answer is on its way gets that one. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => {
    underWay ??= read().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

/** Names of what is measured of requests. */
export const MEASURED_REQUESTS = ["cairn_http_requests_total", "cairn_http_request_seconds"] as const;

/** Counts and times requests by route. */
export function measureRequests(app: App, registry: Registry): void {
  const [total, time] = MEASURED_REQUESTS;
  const requests = new Counter({
    name: total,
    help: "HTTP requests, by route and status",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: time,
    help: "Time to answer, by route",
    labelNames: ["method", "route"],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "none";
    requests.inc({ method: request.method, route, status: String(reply.statusCode) });
    seconds.observe({ method: request.method, route }, reply.elapsedTime / 1_000);
  });
}
