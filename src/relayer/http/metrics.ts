import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { App } from "../../service/http/app-type.ts";
import type { StatusReport } from "../jobs/status.ts";

/** Builds the registry; its figures are read from the status when somebody scrapes. */
export function createMetrics(status: () => Promise<StatusReport>): Registry {
  const registry = new Registry();
  const gauge = (name: string, help: string, read: (status: StatusReport) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(read(await status()));
      },
    });
  gauge("cairn_chain_time_seconds", "Time of the newest processed block", ({ chainTime }) => chainTime ?? 0);
  gauge("cairn_head_block", "Number of the newest processed block", ({ headBlock }) => headBlock ?? 0);
  gauge("cairn_final_block", "Number of the newest final block", ({ finalBlock }) => finalBlock ?? 0);
  gauge("cairn_next_drop", "First drop that is not closed", ({ nextDrop }) => nextDrop);
  gauge("cairn_settled_days", "Days that are settled", ({ settledDays }) => settledDays);
  gauge("cairn_idle", "1 when everything due is done and final", ({ idle }) => (idle ? 1 : 0));
  gauge("cairn_alerts", "Alerts that stand", ({ alerts }) => alerts.length);
  gauge("cairn_readings_accepted", "Readings accepted", ({ readings }) => readings.accepted);
  new Gauge({
    name: "cairn_readings_refused",
    help: "Readings refused, by code",
    labelNames: ["code"],
    registers: [registry],
    async collect() {
      for (const [code, value] of Object.entries((await status()).readings.refused)) this.set({ code }, value);
    },
  });
  new Gauge({
    name: "cairn_outbox_rows",
    help: "Effects in the outbox, by state",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      for (const [state, value] of Object.entries((await status()).outbox)) this.set({ state }, value);
    },
  });
  return registry;
}

/** Counts and times requests by route. */
export function measureRequests(app: App, registry: Registry): void {
  const requests = new Counter({
    name: "cairn_http_requests_total",
    help: "HTTP requests, by route and status",
    labelNames: ["method", "route", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "cairn_http_request_seconds",
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
