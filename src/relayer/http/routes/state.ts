import type { App } from "../../../service/http/app-type.ts";
import type { Services } from "../services.ts";

/** `GET /v1/status`, `/healthz`, `/readyz` and `/metrics`. */
export function stateRoutes(app: App, services: Services): void {
  app.get("/v1/status", { schema: { summary: "How far the relayer is, and what it has under way" } }, () =>
    services.status(),
  );
  app.get("/healthz", { schema: { summary: "The process is alive" } }, () => ({ alive: true }));
  app.get(
    "/readyz",
    { schema: { summary: "The chain is reachable and processed, and the store can be written" } },
    async (_request, reply) => {
      const reason = await services.unready();
      if (reason === undefined) return { ready: true };
      return reply.status(503).header("retry-after", "1").send({ ready: false, reason });
    },
  );
  app.get("/metrics", { schema: { summary: "Figures for Prometheus" } }, async (_request, reply) => {
    const text = await services.metrics.metrics();
    return reply.header("content-type", services.metrics.contentType).send(text);
  });
}
